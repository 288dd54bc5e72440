import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

/** What became of a push. Reasons are parts of sentences, without secrets. */
export type Outcome =
  | { readonly kind: 'taken' }
  /** Not now: it is kept and sent again, at the earliest in `afterMs` if the receiver asks for that. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterMs: number | null }
  /** Never: sending it again would change nothing. */
  | { readonly kind: 'refused'; readonly reason: string };

export type Send = (body: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<Outcome>;

export interface PushQueueOptions {
  /** For people: what is pushed to. */
  readonly title: string;
  /** Settles within seconds, whatever the receiver does; rejects only for a defect. */
  readonly send: Send;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of what waits. */
  readonly maxBytes?: number;
  readonly maxCount?: number;
  /** Spreads retries; 0 to 1. */
  readonly random?: () => number;
}

const MAX_BYTES = 4_000_000;
/** A day of pushes, each 10 seconds. */
const MAX_COUNT = 8640;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;
/** A receiver cannot ask for more. */
const LONGEST_WAIT_MS = 10 * 60_000;
/** What waits when the agent ends is sent within this time, or lost. */
const STOP_MS = 800;

/**
 * Pushes wait here in order until the receiver has taken them: one request at a time, retried with growing distance. Memory is bounded, and the oldest
 * goes first. Sets no timer: `visit` follows samples.
 */
export class PushQueue {
  readonly #options: PushQueueOptions;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;
  #sending: Promise<void> | null = null;
  readonly #stopping = new AbortController();
  #isStopped = false;
  #failures = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Kinds of trouble that were told since a push was last taken. */
  readonly #told = new Set<'later' | 'refused' | 'full'>();
  #lost = 0;

  constructor(options: PushQueueOptions) {
    this.#options = options;
  }

  /** Pushes that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Adds a push, and drops the oldest ones if there is no room. */
  add(body: Uint8Array<ArrayBuffer>): void {
    if (this.#isStopped) return;
    const { maxBytes = MAX_BYTES, maxCount = MAX_COUNT } = this.#options;
    this.#waiting.push(body);
    this.#bytes += body.byteLength;
    // The first one may be on its way.
    const from = this.#sending === null ? 0 : 1;
    while (this.#waiting.length > from && (this.#bytes > maxBytes || this.#waiting.length > maxCount)) {
      const [dropped] = this.#waiting.splice(from, 1);
      this.#bytes -= dropped?.byteLength ?? 0;
      this.#lost += 1;
      this.#tell('full', 'the values that wait need more memory than they may: the oldest are being lost');
    }
  }

  /** Sends what is due. Called after each sample. */
  visit(): void {
    if (this.#options.clock.now() >= this.#notBeforeMs) this.#begin();
  }

  /** Sends what waits, if the receiver takes it within a second. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const { clock, log, title } = this.#options;
    if (this.#told.has('later')) this.#stopping.abort();
    else this.#begin();
    const cancel = clock.schedule(() => this.#stopping.abort(), STOP_MS);
    await this.#sending;
    cancel();
    if (this.#waiting.length > 0)
      log.info(
        `${title}: ${samples(this.#waiting.length)} in memory did not reach the receiver before the agent ended`,
      );
  }

  #begin(): void {
    if (this.#sending !== null || this.#waiting.length === 0) return;
    this.#sending = this.#sendOrLog().finally(() => (this.#sending = null));
  }

  async #sendOrLog(): Promise<void> {
    try {
      await this.#sendAll();
    } catch (error) {
      // A defect of ours costs a push, but not the agent its life.
      this.#postpone(null);
      this.#options.log.error({ err: error }, `${this.#options.title}: a push failed`);
    }
  }

  async #sendAll(): Promise<void> {
    for (let body = this.#waiting[0]; body !== undefined; body = this.#waiting[0]) {
      if (this.#stopping.signal.aborted) return;
      const outcome = await this.#options.send(body, this.#stopping.signal);
      if (this.#stopping.signal.aborted && outcome.kind === 'later') return;
      if (outcome.kind === 'later') {
        this.#postpone(outcome.afterMs);
        this.#tell('later', `${outcome.reason}; values wait in memory until they are taken`);
        return;
      }
      this.#waiting.shift();
      this.#bytes -= body.byteLength;
      this.#failures = 0;
      if (outcome.kind === 'taken') this.#tellTaken();
      else this.#tell('refused', `${outcome.reason}; such values are dropped`);
    }
  }

  #postpone(askedMs: number | null): void {
    const { clock, random = Math.random } = this.#options;
    const steadyMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    // Many agents must not come back at the same moment.
    const ownMs = steadyMs * (0.5 + random() / 2);
    this.#notBeforeMs = clock.now() + Math.max(ownMs, Math.min(askedMs ?? 0, LONGEST_WAIT_MS));
  }

  #tell(trouble: 'later' | 'refused' | 'full', sentence: string): void {
    if (this.#told.has(trouble)) return;
    this.#told.add(trouble);
    this.#options.log.warn(`${this.#options.title}: ${sentence}`);
  }

  #tellTaken(): void {
    if (this.#told.size === 0) return;
    const lost = this.#lost === 0 ? '' : `; ${samples(this.#lost)} were lost meanwhile`;
    this.#options.log.info(`${this.#options.title}: values are taken again${lost}`);
    this.#told.clear();
    this.#lost = 0;
  }
}

function samples(count: number): string {
  return count === 1 ? '1 sample' : `${count} samples`;
}
