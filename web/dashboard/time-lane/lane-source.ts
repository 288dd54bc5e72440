import type { Clock } from '../../../shared/clock.ts';
import type { MetricsClient } from '../../../shared/client/metrics-client.ts';
import { browserClock } from '../../browser/browser-clock.ts';
import { FINAL, HistoryRefusal } from '../../client/history.ts';
import { askHistory } from '../../state/ask-agent.ts';
import type { ClientAddress } from '../../client/shared-clients.ts';
import { highest, LanePast } from './lane-past.ts';
import type { LaneStretch } from './lane-stretch.ts';

/** Whose past the lane shows. */
export interface LaneSubject extends ClientAddress {
  /** Id of the host. */
  readonly host: string;
  /** The lane shows the highest of them. */
  readonly metrics: readonly string[];
  /** Whether the agent keeps a history of the host; without one, what it still holds of the last minutes is shown. */
  readonly isKept: boolean;
}

interface LiveSample {
  readonly timestampMs: number;
  readonly values: readonly (number | null)[];
  readonly series: readonly { readonly name: string }[];
}

/** In between, the samples that arrive are enough. */
const REFRESH_MS = 60_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** Samples that are older than the newest by no more than this come twice; otherwise the host's clock was set back. */
const REPEATED_MS = 10_000;

/** Gets the past that the lane shows, one question at a time, and continues it with the samples that arrive. */
export class LaneSource {
  readonly #changed: () => void;
  readonly #clock: Clock;
  readonly #fetch: typeof askHistory;
  #subject: LaneSubject | null = null;
  #past: LanePast | null = null;
  #revision = 0;
  #failure: HistoryRefusal | null = null;
  #failures = 0;
  /** Of the first sample of the agent's run, if it came; Unix ms. */
  #firstOfAgentMs: number | null = null;
  #asked: LaneStretch | null = null;
  #askedAtMs = 0;
  #abort: AbortController | null = null;
  #cancelRetry: (() => void) | null = null;
  /** Of the samples that the agent holds; `null` before they were asked for. */
  #held: { isComplete: boolean; readonly end: () => void } | null = null;
  /** What arrived since the last question was asked. */
  #arrived: { readonly timestampMs: number; readonly value: number }[] = [];
  #newestMs = 0;

  /** @param changed called when there is another past, and when it is time to ask again */
  constructor(changed: () => void, clock: Clock = browserClock, fetch: typeof askHistory = askHistory) {
    this.#changed = changed;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /** Changes in place; `null` until something is known. */
  get past(): LanePast | null {
    return this.#past;
  }

  /** Counts the changes of `past`, but for those by samples. */
  get revision(): number {
    return this.#revision;
  }

  /** Why the last question had no answer; it is asked again, unless `isFinal`. */
  get failure(): HistoryRefusal | null {
    return this.#failure;
  }

  get isFinal(): boolean {
    return this.#failure !== null && FINAL.includes(this.#failure.status);
  }

  /** What is known begins with the first sample of the agent's run. */
  get isFirstOfAgent(): boolean {
    const beginMs = this.#past?.beginMs ?? null;
    // Once the host's clock is set, what came before is not known any more.
    return (
      beginMs !== null &&
      this.#firstOfAgentMs !== null &&
      this.#past?.stepOf(this.#firstOfAgentMs) === beginMs
    );
  }

  /**
   * Gets what is missing of `stretch`, unless that is under way or its time has not come.
   * @param client for the samples that the agent holds
   * @param points as many as the lane can show
   */
  show(
    subject: LaneSubject | null,
    stretch: LaneStretch,
    client: Pick<MetricsClient, 'subscribe' | 'start' | 'welcome'> | null,
    points: number,
  ): void {
    if (JSON.stringify(subject) !== JSON.stringify(this.#subject)) {
      this.stop();
      this.#subject = subject;
    }
    if (subject === null) return;
    this.#past?.forget(stretch.fromMs);
    if (!subject.isKept) {
      if (client !== null) this.#recall(subject, stepOf(stretch, points), client);
    } else if (!this.isFinal && this.#isDue(stretch)) {
      void this.#ask(subject, stretch, points);
    }
  }

  sampled({ timestampMs, values, series }: LiveSample): void {
    const subject = this.#subject;
    if (subject === null || (!subject.isKept && this.#held?.isComplete !== true)) return;
    if (timestampMs <= this.#newestMs && timestampMs > this.#newestMs - REPEATED_MS) return;
    this.#newestMs = timestampMs;
    const value = highest(values.filter((_, column) => subject.metrics.includes(series[column]?.name ?? '')));
    if (this.#abort !== null) this.#arrived.push({ timestampMs, value });
    if (this.#asked?.isPresent !== false) this.#past?.add(timestampMs, value);
  }

  /** Samples are missing. */
  missed(fromMs: number, toMs: number, reason: string): void {
    this.#past?.addCause(fromMs, toMs, reason);
  }

  /** Ends all questions, and forgets the answers. */
  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#held?.end();
    this.#held = null;
    this.#subject = null;
    this.#past = null;
    this.#failure = null;
    this.#failures = 0;
    this.#asked = null;
    this.#arrived = [];
    this.#newestMs = 0;
    this.#firstOfAgentMs = null;
  }

  #isDue({ fromMs, toMs, isPresent }: LaneStretch): boolean {
    const asked = this.#asked;
    if (asked === null || asked.isPresent !== isPresent || asked.toMs - asked.fromMs !== toMs - fromMs)
      return true;
    const passedMs = this.#clock.now() - this.#askedAtMs;
    const movedMs = toMs - asked.toMs;
    // Before the first sample of a host, its clock is taken for the reader's; and it may be set.
    if (isPresent && (movedMs < -REFRESH_MS || movedMs > passedMs + REFRESH_MS)) return true;
    if (this.#abort !== null || this.#cancelRetry !== null) return false;
    if (!isPresent) return this.#failure !== null || asked.fromMs !== fromMs;
    const patienceMs = this.#failure === null ? Math.max(REFRESH_MS, this.#past?.stepMs ?? 0) : 0;
    return passedMs >= patienceMs;
  }

  async #ask(subject: LaneSubject, stretch: LaneStretch, points: number): Promise<void> {
    this.#abort?.abort();
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const abort = new AbortController();
    this.#abort = abort;
    const isOther =
      this.#asked?.isPresent !== stretch.isPresent || lengthOf(this.#asked) !== lengthOf(stretch);
    // What is known of another stretch would be drawn in other steps.
    if (isOther) this.#past = null;
    this.#asked = stretch;
    this.#askedAtMs = this.#clock.now();
    this.#arrived = [];
    const { host, metrics } = subject;
    const { fromMs, toMs } = stretch;
    try {
      const answer = await this.#fetch(
        subject,
        { host, metrics, tables: [], fromMs, toMs, points },
        abort.signal,
      );
      if (abort.signal.aborted) return;
      this.#past = LanePast.of(answer);
      for (const { timestampMs, value } of this.#arrived)
        if (stretch.isPresent && timestampMs > toMs) this.#past.add(timestampMs, value);
      this.#failure = null;
      this.#failures = 0;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failed(error instanceof HistoryRefusal ? error : new HistoryRefusal(String(error)));
      // The samples that arrive are better than nothing.
      if (stretch.isPresent) this.#past ??= new LanePast(stepOf(stretch, points));
    }
    this.#abort = null;
    this.#arrived = [];
    this.#tell();
  }

  #failed(failure: HistoryRefusal): void {
    this.#failure = failure;
    if (this.isFinal) return;
    const delayMs = failure.retryMs ?? Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancelRetry = this.#clock.schedule(() => {
      this.#cancelRetry = null;
      this.#tell();
    }, delayMs);
  }

  /** Asks once for the samples that the agent holds; later ones arrive anyway. */
  #recall(
    { host, metrics }: LaneSubject,
    stepMs: number,
    client: Pick<MetricsClient, 'subscribe' | 'start' | 'welcome'>,
  ): void {
    if (this.#held !== null) return;
    let past = new LanePast(stepMs);
    let headSeq = 0;
    const end = client.subscribe(
      { metrics, host, backfill: client.welcome?.limits.maxBackfill ?? 0 },
      {
        subscribed: ({ seq, intervalMs }) => {
          headSeq = seq;
          if (intervalMs <= past.stepMs) return;
          // There would be gaps between its samples.
          past = new LanePast(intervalMs);
          this.#past = past;
        },
        sample: ({ seq, timestampMs, values }) => {
          if (this.#newestMs === 0 && seq === 1) this.#firstOfAgentMs = timestampMs;
          past.add(timestampMs, highest(values));
          this.#newestMs = timestampMs;
          if (seq < headSeq) return;
          held.isComplete = true;
          end();
          this.#tell();
        },
        gap: ({ fromMs, toMs, reason }) => past.addCause(fromMs, toMs, reason),
        refused: () => {},
      },
    );
    const held = { isComplete: false, end };
    this.#held = held;
    this.#past = past;
    client.start();
  }

  #tell(): void {
    this.#revision += 1;
    this.#changed();
  }
}

function lengthOf(stretch: LaneStretch | null): number {
  return stretch === null ? 0 : stretch.toMs - stretch.fromMs;
}

function stepOf(stretch: LaneStretch, points: number): number {
  return Math.ceil(lengthOf(stretch) / points / 1000) * 1000;
}
