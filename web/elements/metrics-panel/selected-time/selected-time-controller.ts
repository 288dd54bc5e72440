import { nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { isElement } from '../../../browser/documents.ts';
import type { SampleTable } from '../../../../shared/client/client-subscription.ts';
import { enterLayer } from '../../../browser/layers.ts';
import type { Language } from '../../../locales/languages.ts';
import { selectedTimeSummary, selectedTimeView, type SelectedTimeTable } from './selected-time-view.ts';
import type { TableSource } from '../feed/table-follower.ts';

/** A click anywhere else clears the selection. */
const OTHER_PURPOSES = 'metric-chart, aside, summary, a, button, input, label';

/** The time that the reader selected on a chart. Escape and a click elsewhere lead back to the present. */
export class SelectedTimeController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  #timestampMs: number | null = null;
  #title: () => string = () => '';
  #chart: HTMLElement | null = null;
  /** Tables of the selected time, kept although the buffer moves on. */
  readonly #tables = new Map<string, SampleTable>();
  #unlisten: () => void = () => {};

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  /** Time of the selected sample, Unix ms; `null` for the present. */
  get timestampMs(): number | null {
    return this.#timestampMs;
  }

  /**
   * The sheet with the tables `names` of the selected time; nothing for the present.
   * @param source `null` while no table is followed
   */
  view(
    names: readonly string[],
    source: TableSource | null,
    language: Language,
  ): TemplateResult | typeof nothing {
    const timestampMs = this.#timestampMs;
    if (timestampMs === null) return nothing;
    return selectedTimeView(timestampMs, this.#title(), this.#tablesOf(names, source), this.leave, language);
  }

  /** The title and first rows of the sheet as one text, for screen readers. */
  summary(names: readonly string[], source: TableSource | null, language: Language): string {
    const rows = selectedTimeSummary(this.#timestampMs ?? 0, this.#tablesOf(names, source), language);
    return `${this.#title()}. ${rows}`;
  }

  #tablesOf(names: readonly string[], source: TableSource | null): SelectedTimeTable[] {
    return names.map((name) => ({
      name,
      descriptor: source?.descriptors.find((one) => one.name === name) ?? null,
      table: source === null ? null : this.#table(name, source),
    }));
  }

  #table(name: string, source: TableSource): SampleTable | null {
    const held = this.#tables.get(name);
    const timestampMs = this.#timestampMs;
    // A table from before the selected time gives way to the next one, which covers that time.
    if (timestampMs === null || (held !== undefined && held.timestampMs >= timestampMs)) return held ?? null;
    const found = source.at(name, timestampMs) ?? held;
    if (found !== undefined) this.#tables.set(name, found);
    return found ?? null;
  }

  /** @param title in the reader's current language; @param chart where the reader selected it */
  select(timestampMs: number, title: () => string, chart: HTMLElement): void {
    if (this.#timestampMs === null) this.#listen();
    this.#tables.clear();
    this.#timestampMs = timestampMs;
    this.#title = title;
    this.#chart = chart;
    this.#host.requestUpdate();
  }

  /** Back to the present, with the focus on the chart where the reader was. */
  readonly leave = (): void => {
    this.#chart?.focus({ preventScroll: true });
    this.clear();
  };

  clear(): void {
    this.#unlisten();
    this.#chart = null;
    this.#tables.clear();
    this.#timestampMs = null;
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.clear();
  }

  #listen(): void {
    const controller = new AbortController();
    const { signal } = controller;
    const { ownerDocument } = this.#host;
    const leaveLayer = enterLayer(this.#host, (event) => {
      const isInSheet = event.composedPath().some((node) => isElement(node) && node.localName === 'aside');
      if (isInSheet) this.leave();
      else this.clear();
    });
    this.#unlisten = () => {
      controller.abort();
      leaveLayer();
    };
    ownerDocument.addEventListener(
      'click',
      (event) => {
        const isOther = (node: EventTarget): boolean => isElement(node) && node.matches(OTHER_PURPOSES);
        if (!event.composedPath().some(isOther)) this.clear();
      },
      { signal },
    );
  }
}
