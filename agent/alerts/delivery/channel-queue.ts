import type { Logger } from 'pino';
import type { Alert } from '../alert.ts';
import type { ChannelSettings } from '../alert-settings.ts';
import { ChannelOutbox, type Batch, type OutboxState } from './channel-outbox.ts';
import { DeliveryError } from './delivery-error.ts';
import { composeMessage } from './message.ts';
import type { sendMessage } from './send-message.ts';
import { problemOf, sendTest } from './send-test.ts';
import { writeRow } from './stored-outbox.ts';
import type { Thread } from './thread.ts';

interface QueueOptions {
  readonly log: Logger;
  /** Time of the outbox. */
  readonly now: () => number;
  readonly wallNow: () => number;
  readonly dashboardUrl: () => string | null;
  readonly isMuted: (thread: Thread) => boolean;
  readonly newest: (thread: Thread) => Alert | null;
  /** @param alertId `null` for the channel's own row */
  readonly rowChanged: (alertId: string | null) => void;
  readonly changed: () => void;
  readonly send: typeof sendMessage;
}

/** Sends what is in the outbox of one channel, one message at a time. */
export class ChannelQueue {
  readonly name: string;
  readonly outbox: ChannelOutbox;
  /** Why the last attempt failed. */
  problem: string | null = null;
  readonly #options: QueueOptions;
  #settings: ChannelSettings | null = null;
  /** What is under way. */
  #sending: Promise<unknown> | null = null;
  #isTesting = false;
  /** The channel's own row is on disk. */
  #isKept = false;
  readonly #stopping = new AbortController();

  constructor(name: string, options: QueueOptions) {
    this.name = name;
    this.#options = options;
    const { rowChanged, isMuted, newest } = options;
    this.outbox = new ChannelOutbox({
      threadChanged: rowChanged,
      stateChanged: () => rowChanged(null),
      isMuted,
      newest,
    });
  }

  get isConfigured(): boolean {
    return this.#settings !== null;
  }

  get isIdle(): boolean {
    return this.#sending === null;
  }

  /** @param settings `null`: not any more, or not yet. What waits is kept for a day, since a mistake in the file may be mended. */
  configure(settings: ChannelSettings | null): void {
    const isSame = JSON.stringify(settings) === JSON.stringify(this.#settings);
    const isFirst = this.#settings === null;
    this.#settings = settings;
    if (isSame) return;
    this.problem = null;
    // After a restart the wait goes on.
    if (!isFirst) this.outbox.recover();
  }

  /** @param keepsTime whether the time of the outbox should be written */
  review(now: number, keepsTime: boolean): void {
    const isToWrite = this.outbox.threads.size > 0 ? keepsTime : this.#isKept && !this.#isOfUse;
    if (isToWrite) this.#options.rowChanged(null);
    const count = this.outbox.review(now);
    if (count === 0) return;
    this.#options.log.warn(
      { channel: this.name, count },
      `Channel ${this.name}: gave up ${count === 1 ? 'a message that' : `${count} messages that`} could not be sent for a day`,
    );
  }

  visit(now: number): void {
    const settings = this.#settings;
    if (settings === null || this.#sending !== null) return;
    const batch = this.outbox.due(now);
    if (batch === null) return;
    this.outbox.begin(batch);
    void this.#run(this.#deliver(settings, batch));
  }

  /** Sends a test as soon as nothing else is under way. */
  async test(hostLabel: string): Promise<string | null> {
    if (this.#isTesting) return `${this.name}: a test is on its way already.`;
    this.#isTesting = true;
    try {
      await this.#sending;
      const settings = this.#settings;
      if (settings === null || this.#stopping.signal.aborted)
        return `${this.name}: the agent is being stopped.`;
      const { signal } = this.#stopping;
      const options = { dashboardUrl: this.#options.dashboardUrl(), hostLabel, signal };
      const problem = await this.#run(sendTest(settings, options));
      this.#note(problem);
      // It works: what waits need not wait any longer.
      if (problem === null) this.outbox.recover();
      this.#options.changed();
      return problem;
    } finally {
      this.#isTesting = false;
    }
  }

  restoreState(state: OutboxState): void {
    this.outbox.state = state;
    this.#isKept = true;
  }

  /** JSON; `null` for what is no more. */
  writeRow(alertId: string | null, nowMs: number): string | null {
    const { threads, state } = this.outbox;
    const channel = this.name;
    if (alertId !== null) {
      const thread = threads.get(alertId);
      return thread === undefined ? null : writeRow({ channel, thread });
    }
    this.#isKept = this.#isOfUse;
    return this.#isKept ? writeRow({ channel, state: { ...state, nowMs } }) : null;
  }

  /** Settles when nothing is under way. */
  async ended(): Promise<void> {
    await this.#sending;
  }

  abort(): void {
    this.#stopping.abort();
  }

  get #isOfUse(): boolean {
    const { threads, state } = this.outbox;
    return threads.size > 0 || state.sentAtMs.length > 0 || state.failures > 0 || state.unlisted > 0;
  }

  async #deliver(settings: ChannelSettings, batch: Batch): Promise<void> {
    const { now, wallNow, dashboardUrl, changed, send } = this.#options;
    const { signal } = this.#stopping;
    try {
      const { tellings, unlisted } = batch;
      const message = composeMessage(tellings, {
        dashboardUrl: dashboardUrl(),
        nowMs: wallNow(),
        unlisted,
      });
      await send(settings, message, signal);
      this.outbox.succeed(batch, now());
      this.#note(null);
    } catch (error) {
      if (signal.aborted) {
        this.outbox.cancel();
        return;
      }
      const { isUnreached, retryAfterMs } =
        error instanceof DeliveryError ? error : { isUnreached: false, retryAfterMs: null };
      this.outbox.fail(batch, now(), isUnreached, retryAfterMs);
      this.#note(problemOf(this.name, error), error);
    }
    changed();
  }

  #run<T>(task: Promise<T>): Promise<T> {
    const sending = task.finally(() => {
      if (this.#sending === settled) this.#sending = null;
    });
    const settled: Promise<unknown> = sending.catch(() => {});
    this.#sending = settled;
    return sending;
  }

  /** Says once that a channel fails, and once that it works again. */
  #note(problem: string | null, error?: unknown): void {
    const { log } = this.#options;
    const channel = this.name;
    if (problem !== null && this.problem === null)
      log.warn({ channel, problem }, `${problem} What waits is tried again for a day`);
    else if (problem === null && this.problem !== null)
      log.info({ channel }, `Channel ${channel} works again`);
    if (error instanceof Error && !(error instanceof DeliveryError))
      log.error({ channel, at: framesOf(error) }, 'Defect in delivery');
    this.problem = problem;
  }
}

/** Where an error came from, without its message, which may hold an address. */
function framesOf({ name, stack = '' }: Error): string {
  return [name, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
}
