import { html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import type { GapSpan } from '../../../charts/gaps.ts';
import { windowOf } from '../../../browser/documents.ts';
import { FINAL } from '../../../client/history.ts';
import { translate } from '../../../locales/agent-texts.ts';
import type { Messages } from '../../../locales/en.ts';
import { chartsIn } from '../charts-in.ts';
import type { HistoryStatus } from '../feed/history-status.ts';
import { missingFrom, type FeedRequest } from '../feed/feed-request.ts';
import type { SeriesBuffer, Shown } from '../feed/shown-samples.ts';
import { HistoryTables } from './history-tables.ts';
import {
  sharedSource,
  type HistoryFailure,
  type HistoryRequest,
  type HistorySource,
} from './history-source.ts';

const LEAST_POINTS = 300;
const MOST_POINTS = 1000;
/** Widths that differ by less ask for the same, so that panels can share. */
const POINTS_STEP = 100;
const NOT_FOUND = 404;
/** The agent's code; one of before the history has none. */
const HISTORY_OFF = 'history_off';

type Panel = LitElement & { readonly historyStatus: HistoryStatus };
type Answered = Shown & { readonly span: GapSpan; readonly of: HistorySource };
type HistoryWish = Omit<HistoryRequest, 'points'>;

export interface ShownPast {
  /** The time axis. */
  readonly span: GapSpan;
  /** The present value of a metric, for a stretch that goes on. */
  readonly current: ((metric: string) => number | null) | undefined;
}

/** Shows the past of a panel's metrics in place of its live samples. */
export class HistoryController implements ReactiveController {
  readonly #host: Panel;
  readonly #tables: HistoryTables;
  #wish: HistoryWish | null = null;
  #source: HistorySource | null = null;
  #release: () => void = () => {};
  #isConnected = true;
  /** What was shown last, and for which source. */
  #shown: Answered | null = null;
  /** The longest stretch that was shown: zooming out shows its points at once. */
  #longest: Answered | null = null;
  #revision = 0;
  /** Metrics of which the agent does not know all: it refuses to answer for any of them. */
  #refused: readonly string[] | null = null;
  #reported = JSON.stringify({ state: 'live' });

  constructor(host: Panel) {
    this.#host = host;
    this.#tables = new HistoryTables(() => host.requestUpdate());
    host.addController(this);
  }

  /**
   * What the panel shows: until the first answer, the coarser points or the samples that it has.
   * @param request what the panel follows; `null`: nothing of the past
   * @param held the samples that the panel has
   * @param live those that go on
   * @param isStill goes on showing what it shows
   */
  show(
    request: FeedRequest | null,
    stretch: HistoryRequest['stretch'],
    held: Shown,
    live: SeriesBuffer | null,
    isStill: boolean,
  ): (Shown & ShownPast) | null {
    const hasTables = (request?.tables.length ?? 0) > 0;
    const isPresent = 'fromMs' in stretch && isHeld(held, stretch, hasTables);
    const isWanted = request !== null && this.#isConnected && !isPresent;
    this.#follow(isWanted ? { ...wishOf(request, stretch), metrics: this.#known(request, live) } : null);
    const source = this.#source;
    if (request === null || source === null) return null;
    const nowMs =
      live === null || live.samples.length === 0
        ? Date.now()
        : live.samples.timestampAt(live.samples.length - 1);
    const isOfThis = this.#shown?.of === source;
    const { document } = windowOf(this.#host);
    if (document.visibilityState !== 'hidden' && !(isStill && isOfThis))
      source.advance(nowMs, live?.announcement.epoch ?? '');
    if (source.isMissing) return null;
    const { buffer, stretch: span } = source;
    if (buffer !== null && span !== null && !(isStill && isOfThis) && this.#shown?.span !== span) {
      this.#revision += 1;
      this.#shown = { buffer, tables: null, revision: this.#revision, span, of: source };
      if (lengthOf(span) >= lengthOf(this.#longest?.span)) this.#longest = this.#shown;
    }
    const axis = this.#shown?.of === source ? this.#shown.span : spanOf(stretch, nowMs);
    const isShort = lengthOf(axis) > lengthOf(this.#shown?.span);
    const { buffer: points, revision } = (isShort ? this.#longest : this.#shown) ?? held;
    const { agentUrl, token, host } = request;
    const stepMs = points?.announcement.intervalMs ?? 0;
    return {
      buffer: points,
      revision,
      tables: this.#tables.of(
        { agentUrl, token, host, stepMs },
        held.tables,
        'fromMs' in stretch ? lastIn(stretch, points) : undefined,
      ),
      span: axis,
      current: 'fromMs' in stretch ? undefined : (metric) => newestOf(live, metric),
    };
  }

  /** @param isOfOtherAgent the host is one that another agent samples */
  status(messages: Messages, isOfOtherAgent: boolean): HistoryStatus {
    const source = this.#source;
    if (source === null) return { state: 'live' };
    const { failure, buffer } = source;
    if (failure !== null) return { state: 'failed', reason: reasonOf(failure, messages, isOfOtherAgent) };
    return buffer === null
      ? { state: 'loading' }
      : { state: 'shown', stepMs: buffer.announcement.intervalMs };
  }

  /** Above the charts: that something is on its way, or why not. */
  view(messages: Messages, isOfOtherAgent: boolean): TemplateResult | typeof nothing {
    const { state, reason } = this.status(messages, isOfOtherAgent);
    if (reason !== undefined) return html`<p class="past" part="missing" role="status">${reason}</p>`;
    return state === 'loading'
      ? html`<div class="coming" role="status"><span>${messages.history.loading}</span></div>`
      : nothing;
  }

  hostConnected(): void {
    this.#isConnected = true;
  }

  hostUpdated(): void {
    const detail = this.#host.historyStatus;
    const text = JSON.stringify(detail);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#host.dispatchEvent(new CustomEvent('historychange', { detail }));
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    // A panel that is only being moved is connected again before this runs.
    queueMicrotask(() => {
      if (!this.#isConnected) this.#follow(null);
    });
  }

  /** The metrics to ask for: of refused ones, those that the panel has live. */
  #known({ metrics }: FeedRequest, live: SeriesBuffer | null): readonly string[] {
    const isOf = (others: readonly string[] | undefined): boolean => others?.join() === metrics.join();
    if (this.#source?.failure?.code === 'unknown_metric' && isOf(this.#wish?.metrics))
      this.#refused = metrics;
    if (live === null || !isOf(this.#refused ?? undefined)) return metrics;
    const missing = missingFrom(live.announcement.series, metrics);
    const known = metrics.filter((name) => !missing.includes(name));
    return known.length === 0 ? metrics : known;
  }

  #follow(wish: HistoryWish | null): void {
    if (JSON.stringify(wish) === JSON.stringify(this.#wish)) return;
    this.#release();
    this.#tables.stop();
    if (wish === null || !isOfSameSubject(wish, this.#wish)) {
      this.#shown = null;
      this.#longest = null;
    }
    this.#wish = wish;
    this.#source = null;
    this.#release = () => {};
    if (wish === null) return;
    const request = { ...wish, points: this.#points };
    ({ source: this.#source, release: this.#release } = sharedSource(request, () =>
      this.#host.requestUpdate(),
    ));
  }

  /** About as many as the widest chart has pixels. */
  get #points(): number {
    const { shadowRoot } = this.#host;
    const charts = [...chartsIn(shadowRoot)];
    const cards = charts.length > 0 ? charts : [shadowRoot?.querySelector('.grid > *') ?? this.#host];
    const width = Math.max(...cards.map(({ clientWidth }) => clientWidth));
    const points = Math.round(width / POINTS_STEP) * POINTS_STEP;
    return Math.min(MOST_POINTS, Math.max(LEAST_POINTS, points));
  }
}

/** Whether a panel has the samples of a range, and its tables. Those of an earlier run of the agent do not come with its samples. */
function isHeld({ buffer }: Shown, { fromMs, toMs }: GapSpan, hasTables: boolean): boolean {
  if (buffer === null || buffer.samples.length === 0) return false;
  const { samples, announcement, gaps } = buffer;
  const isOfEarlierRun = gaps.some((gap) => gap.reason === 'agent_restart' && gap.toMs > fromMs);
  if (isOfEarlierRun && hasTables) return false;
  const slackMs = announcement.intervalMs;
  return (
    fromMs >= samples.timestampAt(0) - slackMs && toMs <= samples.timestampAt(samples.length - 1) + slackMs
  );
}

function wishOf(
  { agentUrl, token, host, metrics }: FeedRequest,
  stretch: HistoryRequest['stretch'],
): HistoryWish {
  return { agentUrl, token, host, metrics, stretch };
}

function newestOf(live: SeriesBuffer | null, metric: string): number | null {
  if (live === null || live.samples.length === 0) return null;
  const column = live.announcement.series.findIndex(({ name }) => name === metric);
  return live.samples.valueAt(column, live.samples.length - 1);
}

/** The time of the last point in a range. */
function lastIn({ fromMs, toMs }: GapSpan, buffer: SeriesBuffer | null): number | null {
  const { samples } = buffer ?? {};
  for (let row = (samples?.length ?? 0) - 1; row >= 0; row -= 1) {
    const timestampMs = samples?.timestampAt(row) ?? Number.NaN;
    if (timestampMs <= toMs) return timestampMs >= fromMs ? timestampMs : null;
  }
  return null;
}

function lengthOf(span: GapSpan | undefined): number {
  return span === undefined ? 0 : span.toMs - span.fromMs;
}

function spanOf(stretch: HistoryRequest['stretch'], nowMs: number): GapSpan {
  return 'fromMs' in stretch ? stretch : { fromMs: nowMs - stretch.windowMs, toMs: nowMs };
}

/** Whether points of one can stand in for those of the other. */
function isOfSameSubject(one: HistoryWish, other: HistoryWish | null): boolean {
  const textOf = (wish: HistoryWish | null): string =>
    JSON.stringify({ ...wish, stretch: undefined, token: undefined });
  return textOf(one) === textOf(other);
}

/** `The past could not be loaded: … . Retrying automatically.` */
function reasonOf(
  { reason, status, code = HISTORY_OFF }: HistoryFailure,
  messages: Messages,
  isOfOtherAgent: boolean,
): string {
  const { badge, history } = messages;
  if (status === NOT_FOUND && code === HISTORY_OFF) return isOfOtherAgent ? history.noneHere : history.none;
  if (FINAL.includes(status)) return badge.announcement(history.failed, translate(reason, messages));
  return reason === ''
    ? badge.retrying(history.failed)
    : badge.announcement(history.failed, badge.retrying(translate(reason, messages)));
}
