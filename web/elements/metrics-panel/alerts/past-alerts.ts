import type { AlertView } from '../../../../shared/protocol/messages.ts';
import type { GapSpan } from '../../../charts/gaps.ts';
import { fetchAlerts } from '../../../client/fetch-alerts.ts';
import type { FeedRequest } from '../feed/feed-request.ts';

/** A range is asked for with this much around it, so that it is not asked for again when it moves a little. */
const MARGIN = 0.5;
const NONE: readonly AlertView[] = [];

/** Alerts of the stretch that charts show, which ended before the panel began to follow. */
export class PastAlerts {
  readonly #changed: () => void;
  #alerts = NONE;
  #key = '';
  /** What was asked for last. */
  #asked: GapSpan | null = null;
  #askedAtMs = 0;
  #abort: AbortController | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Another object whenever there are others. */
  get alerts(): readonly AlertView[] {
    return this.#alerts;
  }

  /**
   * Asks for what is missing.
   * @param span what the charts show of the past; `null` if live messages tell all of it
   * @param generation another one after a connection was lost, over which alerts may have ended unheard
   */
  show(request: FeedRequest | null, span: GapSpan | null, generation: number): void {
    if (request === null || span === null) return;
    const { agentUrl, token, host } = request;
    const key = JSON.stringify([agentUrl, token, host, generation]);
    const isHeld =
      key === this.#key &&
      this.#asked !== null &&
      span.fromMs >= this.#asked.fromMs &&
      // What happens after the answer comes in messages.
      (span.toMs <= this.#asked.toMs || this.#asked.toMs >= this.#askedAtMs);
    if (isHeld) return;
    if (key !== this.#key) this.#alerts = NONE;
    const marginMs = (span.toMs - span.fromMs) * MARGIN;
    this.#key = key;
    this.#asked = { fromMs: span.fromMs - marginMs, toMs: span.toMs + marginMs };
    this.#askedAtMs = Date.now();
    void this.#load(request, this.#asked);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#asked = null;
    this.#key = '';
    this.#alerts = NONE;
  }

  async #load({ agentUrl, token, host }: FeedRequest, asked: GapSpan): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const alerts = await fetchAlerts({ agentUrl, token }, { host, ...asked }, abort.signal);
      if (abort.signal.aborted || alerts === null) return;
      this.#alerts = alerts;
      this.#changed();
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    }
  }
}
