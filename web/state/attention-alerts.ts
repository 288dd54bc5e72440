import type { AlertView } from '../../shared/protocol/messages.ts';
import { browserClock } from '../browser/browser-clock.ts';
import type { ClientAddress } from '../client/shared-clients.ts';
import type { TimeRange } from './time-range.ts';
import { askAlerts } from './ask-agent.ts';

/** A range that is dragged asks once it rests. */
const REST_MS = 250;
/** Asked for with this much around it, so that it is not asked for again when it moves a little. */
const MARGIN = 0.5;

/** The alerts of a stretch of the past. */
export class AlertsOfRange {
  readonly #changed: () => void;
  #alerts: readonly AlertView[] | null | undefined;
  #asked: (TimeRange & { readonly key: string }) | null = null;
  #cancel: () => void = () => {};

  /** @param changed called when there is an answer */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** `null`: the agent has none to tell; `undefined`: it has not answered yet. */
  get alerts(): readonly AlertView[] | null | undefined {
    return this.#alerts;
  }

  /** @param host id; `undefined`: the agent's own */
  cover(address: ClientAddress, host: string | undefined, { fromMs, toMs }: TimeRange): void {
    const key = JSON.stringify([address, host]);
    const before = this.#asked;
    if (before?.key === key && before.fromMs <= fromMs && before.toMs >= toMs) return;
    const marginMs = (toMs - fromMs) * MARGIN;
    const asked = { key, fromMs: fromMs - marginMs, toMs: toMs + marginMs };
    this.clear();
    this.#asked = asked;
    const abort = new AbortController();
    const cancelRest = browserClock.schedule(
      () => void this.#load(address, host, asked, abort.signal),
      REST_MS,
    );
    this.#cancel = () => {
      cancelRest();
      abort.abort();
    };
  }

  clear(): void {
    this.#cancel();
    this.#cancel = () => {};
    this.#asked = null;
    this.#alerts = undefined;
  }

  async #load(
    address: ClientAddress,
    host: string | undefined,
    range: TimeRange,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const alerts = await askAlerts(address, { host, ...range }, signal);
      if (signal.aborted) return;
      this.#alerts = alerts;
      this.#changed();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
