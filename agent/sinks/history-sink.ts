import type { Logger } from 'pino';
import type { Position } from '../../shared/protocol/messages.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { Clock } from '../clock.ts';
import type { HistorySettings } from '../config.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { HistoryHealth } from '../store/history-health.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { SampleHistory } from '../store/sample-history.ts';
import type { HistoryProblem } from '../store/history/history-problem.ts';
import type { Described } from '../store/history/history-store.ts';
import type { openRecording, Recording } from '../store/history/recording.ts';
import { errorCode } from '../system-error.ts';
import type { SampleSink } from './sample-sink.ts';

/** A host whose samples are kept, wherever they are taken. */
export interface KeptHost extends Pick<HostStream, 'intervalMs' | 'unitMs' | 'currentIntervalMs'> {
  /** Set from here. */
  history: SampleHistory | null | undefined;
}

export interface HistorySinkOptions {
  readonly settings: HistorySettings;
  readonly host: KeptHost;
  readonly clock: Clock;
  readonly log: Logger;
  /** Loads what opens a recording; SQLite comes with it. */
  readonly load?: () => Promise<{ readonly openRecording: typeof openRecording }>;
}

type Problem = Pick<HistoryProblem, 'code' | 'message'>;

/** A kill loses no more than the samples of this time. */
const FLUSH_EVERY_MS = 10_000;
/** Clients get a sample first. */
const AFTER_SAMPLE_MS = 50;
/** The first clients come at the start. */
const AFTER_FIRST_SAMPLE_MS = 300;
const WHILE_BUSY_MS = 1000;
/** Report a program that keeps the file locked for longer. */
const BUSY_AT_MOST_MS = 60_000;
const OPEN_AGAIN_MS = 60_000;
/** So long samples wait for a folder that does not answer, as on a disk that is gone. */
const OPEN_AT_MOST_MS = 60_000;
/** Otherwise: another agent's end is noticed soon, and a newer version is not waited for. */
const RETRY_MS: ReadonlyMap<string, number> = new Map([
  ['locked', 10_000],
  ['newer', Number.POSITIVE_INFINITY],
]);
/** A disk that damages one file after another is a failure, which is reported once. */
const REPLACE_EVERY_MS = 10 * 60_000;

/**
 * Keeps a host's history. All its work follows a sample, so that it never wakes the agent, and nothing of it is loaded before the first. Whatever
 * fails is retried, and reported once.
 */
export class HistorySink implements SampleSink {
  readonly #options: HistorySinkOptions;
  #recording: Recording | null = null;
  #problem: Problem | null = null;
  /** Samples that came while the recording was being opened. */
  #waiting: { readonly sample: SequencedSample; readonly described: Described }[] = [];
  /** When there is something to do, monotonic. */
  #dueMs = Number.NEGATIVE_INFINITY;
  /** While another connection writes. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;
  #work: Promise<void> | null = null;
  #isStopped = false;
  #writtenMs: number;
  /** When the oldest sample came that is only in memory, monotonic; `null` if there is none. */
  #heldSinceMs: number | null = null;
  #replacedMs = Number.NEGATIVE_INFINITY;

  constructor(options: HistorySinkOptions) {
    this.#options = options;
    this.#writtenMs = options.clock.now();
    options.host.history = null;
  }

  get health(): HistoryHealth {
    const problem = this.#problem;
    return problem === null
      ? { state: 'ok' }
      : { state: 'failed', code: problem.code, reason: problem.message };
  }

  /** Keeps alerts in the file that is open now; `null` if none is. */
  get alertStore(): AlertStore | null {
    return this.#recording?.alerts ?? null;
  }

  /** What the history takes on disk; `null` if it is not open. */
  get sizeBytes(): number | null {
    return this.#recording?.sizeBytes ?? null;
  }

  /** Time since samples were last written, or since the start. */
  get behindMs(): number {
    return this.#options.clock.now() - this.#writtenMs;
  }

  /** The newest sample that is kept; `null` if none is, or that is not known. */
  get newest(): Position | null {
    const run = this.#recording?.history.runs.at(-1);
    return run === undefined ? null : { epoch: run.epoch, seq: run.lastSeq };
  }

  /** Opens it before the first sample, for a host that can be asked for all samples after `newest`. Settles when it is open, or cannot be. */
  async open(): Promise<void> {
    this.#begin();
    await this.#work;
    if (this.#recording !== null) this.#options.host.history = this.#recording.history;
  }

  accept(host: HostStream, sample: SequencedSample): void {
    if (host === this.#options.host) this.keep(sample, host);
  }

  /** Takes the next sample of its host. Those that it has already are ignored. */
  keep(sample: SequencedSample, { catalogue, tables }: Described): void {
    if (this.#isStopped) return;
    const { clock } = this.#options;
    this.#heldSinceMs ??= clock.now();
    if (this.#recording !== null) this.#record(this.#recording, sample, { catalogue, tables });
    else if (this.#problem === null) {
      this.#waiting.push({ sample, described: { catalogue, tables } });
      if (clock.now() - this.#heldSinceMs > OPEN_AT_MOST_MS) this.#fail(SLOW);
    }
    if (this.#cancel !== null || this.#work !== null || clock.now() < this.#dueMs) return;
    const isFirst = this.#dueMs === Number.NEGATIVE_INFINITY;
    this.#cancel = clock.schedule(() => this.#begin(), isFirst ? AFTER_FIRST_SAMPLE_MS : AFTER_SAMPLE_MS);
  }

  /** Writes what is in memory. Settles within about a second. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    await this.#work;
    await this.#leave(undefined)?.close();
  }

  #begin(): void {
    this.#cancel = null;
    this.#work = this.#doWork().finally(() => (this.#work = null));
  }

  #record(recording: Recording, sample: SequencedSample, described: Described): void {
    const { host } = this.#options;
    recording.append(sample, described);
    host.history = recording.history;
    // With the sample after the next it would be too late, and samples are never quite on time.
    if (this.#problem === null && this.#heldSinceMs !== null)
      this.#dueMs = Math.max(
        this.#notBeforeMs,
        this.#heldSinceMs + FLUSH_EVERY_MS - 2.5 * host.currentIntervalMs,
      );
  }

  async #doWork(): Promise<void> {
    try {
      if (this.#recording === null) await this.#open();
      else this.#flush(this.#recording);
    } catch (error) {
      await this.#handle(error);
    }
  }

  async #open(): Promise<void> {
    const { settings, host, clock, load = () => import('../store/history/recording.ts') } = this.#options;
    const { openRecording: open } = await load();
    const recording = await open({ settings, host, clock });
    this.#recording = recording;
    if (recording.badFile !== null) this.#tellNew(recording.badFile.reason, recording.badFile.name);
    // After a problem, only a write shows that all is well again.
    this.#dueMs = clock.now() + (this.#problem === null ? FLUSH_EVERY_MS : 0);
    for (const { sample, described } of this.#waiting) this.#record(recording, sample, described);
    this.#waiting = [];
  }

  #flush(recording: Recording): void {
    const { clock, log } = this.#options;
    const nowMs = clock.now();
    if (!recording.flush()) {
      this.#dueMs = nowMs + WHILE_BUSY_MS;
      this.#notBeforeMs = this.#dueMs;
      if (this.behindMs > BUSY_AT_MOST_MS) this.#fail(BUSY);
      return;
    }
    this.#writtenMs = nowMs;
    this.#heldSinceMs = null;
    this.#dueMs = nowMs + FLUSH_EVERY_MS;
    if (this.#problem === null) return;
    this.#problem = null;
    log.info('The history is being kept again');
  }

  async #handle(error: unknown): Promise<void> {
    const problem = asProblem(error);
    const recording = this.#recording;
    if (recording === null || !isOfFile(problem)) {
      this.#fail(problem);
      return;
    }
    this.#leave(null);
    const nowMs = this.#options.clock.now();
    const isAgain = nowMs - this.#replacedMs < REPLACE_EVERY_MS;
    this.#replacedMs = nowMs;
    this.#dueMs = nowMs;
    try {
      const name = problem.code === 'damaged' ? await recording.replace() : null;
      if (name === null) await recording.close();
      if (isAgain) this.#fail(problem);
      else if (problem.code === 'damaged') this.#tellNew(problem.message, name);
      else this.#options.log.error(`The history is opened again: ${problem.message}`);
    } catch (second) {
      this.#fail(asProblem(second));
    }
  }

  #fail(problem: Problem): void {
    const { clock, log, host } = this.#options;
    if (this.#recording === null) {
      // What cannot be kept is not kept waiting either.
      this.#waiting = [];
      host.history = undefined;
    }
    this.#dueMs =
      clock.now() +
      (this.#recording === null ? (RETRY_MS.get(problem.code) ?? OPEN_AGAIN_MS) : FLUSH_EVERY_MS);
    if (this.#problem?.code !== problem.code)
      log.warn({ code: problem.code }, `No history is kept: ${problem.message}`);
    this.#problem = problem;
  }

  /** Forgets a recording, which others must no longer read. @param history that they find instead */
  #leave(history: null | undefined): Recording | null {
    const recording = this.#recording;
    this.#recording = null;
    this.#heldSinceMs = null;
    this.#options.host.history = history;
    return recording;
  }

  /** @param name that a damaged file has got */
  #tellNew(reason: string, name: string | null): void {
    const renamed = name === null ? '' : `, and the file was renamed to ${name}`;
    this.#options.log.error({ file: name }, `A new history was started: ${reason}${renamed}`);
  }
}

const SLOW: Problem = { code: 'slow', message: 'its folder does not answer' };
const BUSY: Problem = { code: 'busy', message: 'another program keeps the file locked' };

/** Whether a new file is the answer. */
function isOfFile({ code }: Problem): boolean {
  return code === 'damaged' || code === 'moved';
}

/** Of a HistoryProblem, or of what made its loading fail. */
function asProblem(error: unknown): Problem {
  return { code: errorCode(error) ?? 'io', message: error instanceof Error ? error.message : String(error) };
}
