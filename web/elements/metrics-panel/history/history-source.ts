import type { Clock } from '../../../../shared/clock.ts';
import { browserClock } from '../../../browser/browser-clock.ts';
import { fetchHistory } from '../../../client/fetch-history.ts';
import { FINAL, HistoryRefusal } from '../../../client/history.ts';
import type { ClientAddress } from '../../../client/shared-clients.ts';
import type { GapSpan } from '../../../charts/gaps.ts';
import type { SeriesBuffer } from '../feed/shown-samples.ts';
import { extendBuffer, historyBuffer } from './history-buffer.ts';

/** What panels show of a host's past. Panels with equal requests share the answers. */
export interface HistoryRequest extends ClientAddress {
  readonly host: string | undefined;
  /** Names and globs. */
  readonly metrics: readonly string[];
  /** The most points: about as many as a chart has pixels. */
  readonly points: number;
  /** A fixed stretch of time, or the newest `windowMs`. */
  readonly stretch: GapSpan | { readonly windowMs: number };
}

export interface HistoryFailure {
  /** The agent's sentence, or empty. */
  readonly reason: string;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  /** The agent's code, such as `unknown_metric`. */
  readonly code: string | undefined;
}

/** A window is not extended more often than this. */
const SHORTEST_STEP_MS = 5000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
const NOT_FOUND = 404;

type Fetch = typeof fetchHistory;

/** Fetches the points of one request, and, for a window, the newest of them each time one is complete. */
export class HistorySource {
  readonly #request: HistoryRequest;
  readonly #clock: Clock;
  readonly #fetch: Fetch;
  readonly #followers = new Set<() => void>();
  #buffer: SeriesBuffer | null = null;
  /** The stretch that `#buffer` was fetched for. */
  #shown: GapSpan | null = null;
  #failure: HistoryFailure | null = null;
  #failures = 0;
  /** Ends the request under way. */
  #abort: AbortController | null = null;
  /** Ends the wait until the next attempt. */
  #cancelRetry: (() => void) | null = null;
  /** The agent's run that has no answer to this request. */
  #refusingRun: string | null = null;
  #needsAll = true;

  constructor(request: HistoryRequest, clock: Clock = browserClock, fetch: Fetch = fetchHistory) {
    this.#request = request;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /** Another object whenever it has other points; `null` until the first answer. */
  get buffer(): SeriesBuffer | null {
    return this.#buffer;
  }

  /** The stretch of time that the points are of. */
  get stretch(): GapSpan | null {
    return this.#shown;
  }

  /** Why the last attempt failed. */
  get failure(): HistoryFailure | null {
    return this.#failure;
  }

  /** The agent keeps no history, or none of what is asked for. */
  get isMissing(): boolean {
    return this.#failure?.status === NOT_FOUND;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /** @param changed called after each answer, and when it is time for the next attempt. Returns the undo; the last one ends all requests */
  follow(changed: () => void): () => void {
    this.#followers.add(changed);
    return () => {
      this.#followers.delete(changed);
      if (this.#followers.size > 0) return;
      this.#abort?.abort();
      this.#abort = null;
      this.#cancelRetry?.();
      this.#cancelRetry = null;
    };
  }

  /**
   * Fetches what is missing, unless that is under way or its time has not come.
   * @param nowMs on the host's clock
   * @param epoch of the agent's run: one without a history is not asked again
   */
  advance(nowMs: number, epoch: string): void {
    if (this.#abort !== null || this.#cancelRetry !== null || this.#refusingRun === epoch) return;
    const { stretch, points } = this.#request;
    if ('fromMs' in stretch) {
      if (this.#needsAll) void this.#load(stretch, points, epoch);
      return;
    }
    const buffer = this.#buffer;
    const whole = { fromMs: nowMs - stretch.windowMs, toMs: nowMs };
    const elapsedMs = nowMs - (this.#shown?.toMs ?? 0);
    const stepMs = buffer?.announcement.intervalMs ?? 0;
    const patienceMs = Math.max(stepMs, SHORTEST_STEP_MS);
    // A clock that was set back.
    if (this.#needsAll || buffer === null || elapsedMs < -patienceMs) {
      void this.#load(whole, points, epoch);
    } else if (elapsedMs >= patienceMs) {
      const { samples } = buffer;
      const fromMs = samples.length === 0 ? whole.fromMs : samples.timestampAt(samples.length - 1);
      const steps = Math.floor((nowMs - fromMs) / stepMs) + 1;
      // As many whole steps as points, so that the agent answers in these steps. The newest point was not complete, so it is fetched again.
      if (steps > points / 2) void this.#load(whole, points, epoch);
      else void this.#load({ fromMs, toMs: fromMs + steps * stepMs }, steps, epoch, whole);
    }
  }

  /** @param extended the stretch that is shown with the answer, which follows what is there */
  async #load(stretch: GapSpan, points: number, epoch: string, extended?: GapSpan): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const { host, metrics } = this.#request;
    try {
      const question = { host, metrics, tables: [], ...stretch, points };
      const answer = await this.#fetch(this.#request, question, abort.signal);
      if (abort.signal.aborted) return;
      const shown = extended ?? stretch;
      const rows = (shown.toMs - shown.fromMs) / answer.header.stepMs;
      const fresh = historyBuffer(answer, Math.max(2, answer.points.ts.length, Math.ceil(rows) + 2));
      const whole = extended === undefined ? fresh : extendBuffer(this.#buffer, fresh);
      this.#needsAll = whole === null;
      this.#buffer = whole ?? this.#buffer;
      this.#shown = shown;
      this.#failure = null;
      this.#failures = 0;
      this.#refusingRun = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failed(error instanceof HistoryRefusal ? error : new HistoryRefusal(String(error)), epoch);
    }
    this.#abort = null;
    this.#tell();
  }

  #failed({ message: reason, status, retryMs, code }: HistoryRefusal, epoch: string): void {
    this.#failure = { reason, status, code };
    if (FINAL.includes(status)) {
      this.#refusingRun = epoch;
      return;
    }
    const delayMs = retryMs ?? Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancelRetry = this.#clock.schedule(() => {
      this.#cancelRetry = null;
      this.#tell();
    }, delayMs);
  }

  #tell(): void {
    for (const changed of this.#followers) changed();
  }
}

const sources = new Map<string, HistorySource>();

/** The source that all panels of the page with an equal request share, while one of them follows it. */
export function sharedSource(
  request: HistoryRequest,
  changed: () => void,
): { readonly source: HistorySource; readonly release: () => void } {
  const key = JSON.stringify(request);
  const shared = sources.get(key) ?? new HistorySource(request);
  sources.set(key, shared);
  const unfollow = shared.follow(changed);
  return {
    source: shared,
    release: () => {
      unfollow();
      if (!shared.isFollowed && sources.get(key) === shared) sources.delete(key);
    },
  };
}
