import type { ToldAlerts } from '../../../../shared/client/client-subscription.ts';
import type { AlertView, Series } from '../../../../shared/protocol/messages.ts';
import type { GapSpan } from '../../../charts/gaps.ts';
import type { Language } from '../../../locales/languages.ts';
import { drawing } from '../../metric-chart/drawing.ts';
import type { ChartAlerts } from '../../metric-chart/chart-alerts.ts';
import type { FeedRequest } from '../feed/feed-request.ts';
import { PastAlerts } from './past-alerts.ts';
import { seriesAlerts } from './series-alerts.ts';
import { AlertsTold } from './told-alerts.ts';

/** What a panel shows of alerts: those that its subscription tells, and past ones where the charts show the past. */
export class AlertsController {
  readonly #host: EventTarget & { requestUpdate(): void };
  readonly #told = new AlertsTold();
  readonly #past: PastAlerts;
  /** How often everything was told anew. */
  #generation = 0;
  /** By name of the series, for the alerts and texts that `#drawnOf` says. */
  readonly #drawn = new Map<string, ChartAlerts>();
  #drawnOf: readonly unknown[] = [];
  #all: readonly AlertView[] = [];

  constructor(host: EventTarget & { requestUpdate(): void }) {
    this.#host = host;
    this.#past = new PastAlerts(() => host.requestUpdate());
  }

  /** Takes a message of the subscription, and dispatches what is news in it. */
  take(message: ToldAlerts): void {
    const news = this.#told.add(message);
    if (message.complete) this.#generation += 1;
    this.#host.requestUpdate();
    this.#host.dispatchEvent(new CustomEvent('alertschange', { detail: this.#told.shown }));
    for (const detail of news)
      this.#host.dispatchEvent(new CustomEvent('alert', { detail, bubbles: true, composed: true }));
  }

  /** @param span what the charts show of the past; `null` for the newest samples */
  show(request: FeedRequest | null, span: GapSpan | null): void {
    if (request === null) this.#told.clear();
    if (this.#generation > 0) this.#past.show(request, span, this.#generation);
  }

  /** What to draw and say of a series; the same object until it is something else. */
  of(series: Pick<Series, 'name' | 'unit'>, language: Language): ChartAlerts {
    const { alerts, lines } = this.#told.shown;
    const now = [alerts, lines, this.#past.alerts, language.messages, language.tag, drawing.module];
    if (now.some((part, index) => part !== this.#drawnOf[index])) {
      this.#drawn.clear();
      this.#drawnOf = now;
      // What was told last is newer than what was asked for.
      this.#all = [...new Map([...this.#past.alerts, ...alerts].map((alert) => [alert.id, alert])).values()];
    }
    const known = this.#drawn.get(series.name);
    if (known !== undefined) return known;
    const made = seriesAlerts(series, this.#all, lines, language);
    this.#drawn.set(series.name, made);
    return made;
  }

  stop(): void {
    this.#told.clear();
    this.#past.stop();
    this.#generation = 0;
  }
}
