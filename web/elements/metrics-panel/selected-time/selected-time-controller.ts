import { nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { isElement } from '../../../browser/documents.ts';
import type { SampleTable } from '../../../../shared/client/client-subscription.ts';
import { enterLayer } from '../../../browser/layers.ts';
import type { GapSpan } from '../../../charts/gaps.ts';
import type { Language } from '../../../locales/languages.ts';
import { chartsIn } from '../charts-in.ts';
import { isChart } from '../charts-view.ts';
import type { HistoryStatus } from '../feed/history-status.ts';
import type { PanelAdditions } from '../panel-additions.ts';
import {
  selectedTimeSummary,
  selectedTimeView,
  type SelectedTimeTable,
  type Sheet,
} from './selected-time-view.ts';
import type { TableSource } from '../feed/table-follower.ts';

/** A click anywhere else clears the selection. */
const OTHER_PURPOSES = 'metric-chart, aside, dialog, summary, a, button, input, label';

/** A sample counts for a moment if it is at most this far from it. */
const NEAR_INTERVALS = 3;

interface Panel extends ReactiveControllerHost, Element {
  moment: number | null;
  readonly range: GapSpan | null;
  readonly additions: PanelAdditions | null;
  readonly historyStatus: HistoryStatus;
}

/** The time that the reader selected on a chart. Escape and a click elsewhere lead back to the present. */
export class SelectedTimeController implements ReactiveController {
  readonly #host: Panel;
  readonly #say: (text: string) => void;
  #timestampMs: number | null = null;
  #title: () => string = () => '';
  #chart: HTMLElement | null = null;
  /** Tables of the selected time, kept although the buffer moves on. */
  readonly #tables = new Map<string, SampleTable>();
  #unlisten: () => void = () => {};
  /** What was viewed last. */
  #names: readonly string[] = [];
  #source: TableSource | null = null;
  #sheet: Sheet | null = null;
  /** The time was selected in a fixed range, and ends with it. */
  #isInRange = false;
  /** A table has yet to come, and is read out then. */
  #isSaidLater = false;
  /** The last `moment` of the host that was dealt with. */
  #knownMoment: number | null = null;

  /** @param say called with a text for screen readers */
  constructor(host: Panel, say: (text: string) => void) {
    this.#host = host;
    this.#say = say;
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
    buffer: Sheet['buffer'],
    language: Language,
    timeOf: Sheet['timeOf'],
  ): TemplateResult | typeof nothing {
    const { range, additions } = this.#host;
    const tool = additions?.momentTool;
    const sheet = { language, timeOf, tool, isFixed: range !== null, history: source, buffer };
    this.#names = names;
    this.#source = source;
    this.#sheet = sheet;
    const timestampMs = this.#timestampMs;
    if (timestampMs === null) return nothing;
    return selectedTimeView(timestampMs, this.#title(), this.#tablesOf(names, source), this.leave, sheet);
  }

  hostUpdate(): void {
    if (this.#host.range !== null || !this.#isInRange) return;
    this.#isInRange = false;
    this.clear();
  }

  hostUpdated(): void {
    // Both change the host, which must not happen in the middle of its update.
    queueMicrotask(() => {
      if (this.#isSaidLater) this.#sayTables();
      if (this.#host.moment !== this.#knownMoment) this.#follow(this.#host.moment);
    });
  }

  /** Selects the sample nearest to `moment`, once the charts show samples around it. */
  #follow(moment: number | null): void {
    if (moment === null) {
      this.#knownMoment = null;
      this.clear();
      return;
    }
    const [chart] = chartsIn(this.#host.shadowRoot);
    const detail = chart?.nearestTo(moment) ?? null;
    if (chart === undefined || detail === null || this.#host.historyStatus.state === 'loading') return;
    if (Math.abs(detail - moment) > NEAR_INTERVALS * chart.intervalMs) return;
    this.#knownMoment = moment;
    chart.dispatchEvent(new CustomEvent('timeselect', { detail, bubbles: true, composed: true }));
  }

  /** Reads out the title and the first rows of the tables; the title alone as long as one of them is coming. */
  #sayTables(): void {
    if (this.#sheet === null || this.#timestampMs === null) return;
    const tables = this.#tablesOf(this.#names, this.#source);
    const isComing = tables.some((table) => table.isComing);
    if (isComing && this.#isSaidLater) return;
    this.#isSaidLater = isComing;
    const title = this.#title();
    const rows = selectedTimeSummary(this.#timestampMs, tables, this.#sheet);
    this.#say(isComing ? title : `${title}. ${rows}`);
  }

  #tablesOf(names: readonly string[], source: TableSource | null): SelectedTimeTable[] {
    return names.map((name) => ({
      name,
      descriptor: source?.descriptors.find((one) => one.name === name) ?? null,
      table: source === null ? null : this.#table(name, source),
      isComing: source?.isComing?.(name, this.#timestampMs ?? 0) ?? false,
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
  select(timestampMs: number, title: () => string, chart: EventTarget | null): void {
    if (!isChart(chart)) return;
    if (this.#timestampMs === null) this.#listen();
    this.#tables.clear();
    this.#timestampMs = timestampMs;
    this.#title = title;
    this.#chart = chart;
    this.#host.requestUpdate();
    this.#isSaidLater = false;
    this.#sayTables();
    this.#isInRange = this.#host.range !== null;
    this.#tell(timestampMs);
    // Above the sheet, which may cover the chart.
    void this.#host.updateComplete.then(() => chart.scrollIntoView({ block: 'nearest' }));
  }

  /** Back to the present, with the focus on the chart where the reader was. */
  readonly leave = (): void => {
    this.#chart?.focus({ preventScroll: true });
    this.clear();
  };

  clear(): void {
    const wasSelected = this.#timestampMs !== null;
    this.#unlisten();
    this.#chart = null;
    this.#tables.clear();
    this.#timestampMs = null;
    this.#host.requestUpdate();
    if (wasSelected) this.#tell(null);
  }

  #tell(detail: number | null): void {
    this.#knownMoment = detail;
    this.#host.moment = detail;
    this.#host.dispatchEvent(new CustomEvent('momentchange', { detail }));
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
