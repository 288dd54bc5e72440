import type { LitElement, nothing, TemplateResult } from 'lit';
import type { ConnectionStatus } from '../../../../shared/client/connection-status.ts';
import type { Language } from '../../../locales/languages.ts';
import type { Crosshair } from '../../metric-chart/crosshair.ts';
import { namesIn, type FeedRequest } from '../feed/feed-request.ts';
import { ComparisonController } from './comparison-controller.ts';
import { comparisonPicture, comparisonView, type ComparisonPicture } from './comparison-view.ts';

/** What a panel with `hosts` shows: a chart per metric with a line per host. */
export class Comparison {
  readonly #controller: ComparisonController;
  #names = '';
  #intervalMs: number | undefined;
  #picture: ComparisonPicture | null = null;

  /** @param emit dispatches an event of the panel */
  constructor(panel: LitElement, emit: (type: string, detail: unknown) => void) {
    this.#controller = new ComparisonController(panel, emit);
  }

  get status(): ConnectionStatus {
    return this.#controller.status;
  }

  /** Names and globs of metrics that none of the hosts has; none before the hosts are known. */
  get missing(): readonly string[] {
    const { hosts } = this.#controller;
    return hosts.some(({ series, refusal }) => series.length > 0 || refusal !== null)
      ? (this.#picture?.missing ?? [])
      : [];
  }

  /** Whether there is anything to say of hosts. */
  get isKnown(): boolean {
    const { isTold, refusal } = this.#controller;
    return isTold || refusal !== null || (this.#picture?.charts.length ?? 0) > 0;
  }

  /** The shortest time between samples of a host; undefined before the first has told its own. */
  get intervalMs(): number | undefined {
    const known = this.#controller.hosts.filter(({ newestMs }) => newestMs !== null);
    return known.length === 0 ? this.#intervalMs : Math.min(...known.map(({ intervalMs }) => intervalMs));
  }

  /**
   * Call with each update of the panel.
   * @param names the panel's `hosts`; `null`: nothing is compared
   * @param sums charts of several series, which are not possible here
   * @param windowMs of time to show; 0: as many points as are requested
   * @param isStill goes on showing what it shows
   */
  update(
    names: string | null,
    request: FeedRequest | null,
    sums: readonly string[],
    windowMs: number,
    isStill: boolean,
    language: Language,
  ): void {
    this.#names = names ?? '';
    this.#intervalMs = this.intervalMs;
    const hosts = namesIn(this.#names);
    this.#controller.follow(
      request === null || hosts.length === 0
        ? null
        : { ...request, hosts, host: undefined, tables: [], alerts: false },
    );
    if (request === null) this.#picture = null;
    // What was shown stays until there is something to show again.
    else if (this.#picture === null || (!isStill && this.#controller.isTold))
      this.#picture = comparisonPicture(this.#controller, request, sums, windowMs, language);
  }

  /** @param badge for the head of the first chart */
  view(
    crosshair: Crosshair | null,
    badge: TemplateResult | typeof nothing,
    language: Language,
  ): TemplateResult | null {
    return this.#picture === null
      ? null
      : comparisonView(this.#picture, this.#controller, this.#names, crosshair, badge, language);
  }
}
