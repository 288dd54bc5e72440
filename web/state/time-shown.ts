import type { Hosts } from './hosts.ts';
import { Observable } from './observable.ts';
import { recallSpan, rememberSpan } from './time-preference.ts';
import { fittedRange, isIn, movedRange, scaledRange, type TimeRange } from './time-range.ts';
import { isLive, lengthOf, TIME_SPANS, type TimeSpan } from './time-span.ts';
import type { AddressView, View } from './view.ts';

/** Half of what is shown stays in sight. */
const MOVE_SHARE = 0.5;
const ZOOM_FACTOR = 2;
/** Enough to see what led to a moment whose link names no range. */
const MIN_AROUND_MOMENT_MS = 300_000;

interface Time {
  readonly span: TimeSpan;
  readonly range: TimeRange | null;
  readonly momentMs: number | null;
  /** Whether the agent keeps a history; `undefined` before it has said so. */
  readonly isKept: boolean | undefined;
  /** The address asks for a past that this agent does not keep. */
  readonly isTooLong: boolean;
}

/**
 * Which time the charts show: the newest `span`, or a range of the past. Zooming is a step in the browser's history, moving is not. The agent has to
 * keep a history for all but the short spans.
 */
export class TimeShown extends Observable<Time> {
  readonly #view: AddressView;
  readonly #hosts: Hosts;
  /** What the browser remembers; a choice in another tab is for that tab. */
  #usualSpan: TimeSpan;
  /** Where the latest range that was shown ends, Unix ms. */
  #latestMs = 0;

  constructor(view: AddressView, hosts: Hosts) {
    const usualSpan = recallSpan();
    super(timeOf(view.value, hosts, usualSpan));
    this.#usualSpan = usualSpan;
    this.#view = view;
    this.#hosts = hosts;
    const { range, momentMs } = view.value;
    if (range !== null) this.#replace(range);
    else if (momentMs !== null) {
      const lengthMs = Math.max(MIN_AROUND_MOMENT_MS, lengthOf(this.value.span));
      this.#replace({ fromMs: momentMs - lengthMs / 2, toMs: momentMs + lengthMs / 2 });
    }
    const update = (): void => {
      const time = timeOf(view.value, hosts, this.#usualSpan);
      const { value } = this;
      const isSame =
        time.span === value.span &&
        time.range?.fromMs === value.range?.fromMs &&
        time.range?.toMs === value.range?.toMs &&
        time.momentMs === value.momentMs &&
        time.isKept === value.isKept &&
        time.isTooLong === value.isTooLong;
      if (!isSame) this.set(time);
    };
    view.follow(update);
    hosts.onChange(update);
  }

  /** Time on the host's clock, Unix ms. */
  get nowMs(): number {
    return this.#hosts.sample.value?.timestampMs ?? Date.now();
  }

  /** The history begins in what is shown. */
  get isAtBegin(): boolean {
    const oldestMs = this.#hosts.history?.oldestMs ?? null;
    const { range, span } = this.value;
    const fromMs = range?.fromMs ?? this.nowMs - this.#lengthOf(span);
    return this.value.isKept === false || (oldestMs !== null && fromMs <= oldestMs);
  }

  /** Shows the newest `span`, which the browser remembers for the next visit. */
  chooseSpan(span: TimeSpan): void {
    this.#usualSpan = span;
    rememberSpan(span);
    // Without it, an address shows the newest points to everybody who has not chosen.
    this.#present(span === 'points' ? null : span);
  }

  /** Back to the present. */
  readonly live = (): void => this.#present(this.#view.value.span);

  /** Back to what was shown before the last step, or to the present. */
  readonly leave = (): void => {
    if (!this.#view.back()) this.live();
  };

  zoomTo(range: TimeRange): void {
    this.#view.step(this.#viewOf(range));
  }

  /** The same in place, where a range is moved. */
  moveTo(range: TimeRange): void {
    if (this.value.range === null) this.zoomTo(range);
    else this.#replace(range);
  }

  /** Shows a stretch of the past with a moment of it selected. */
  show(range: TimeRange, momentMs: number): void {
    this.#view.step({ range: fittedRange(range, this.nowMs), momentMs });
  }

  /** The half, around the selected time if there is one; of the present, the next shorter span. */
  readonly zoomIn = (): void => this.#zoom(1 / ZOOM_FACTOR, -1);

  /** Twice as much, as far as there is a past; of the present, the next longer span. */
  readonly zoomOut = (): void => this.#zoom(ZOOM_FACTOR, 1);

  readonly earlier = (): void => this.#move(-MOVE_SHARE);
  readonly later = (): void => this.#move(MOVE_SHARE);

  /** The reader selected a time, or none. That of the present passes, so it is not in the address. */
  select(momentMs: number | null): void {
    if (this.value.range !== null && momentMs !== this.value.momentMs) this.#view.change({ momentMs });
  }

  /** The view of a link to a moment: what is shown, and around a moment of the present as much as `span`. */
  linkTo(momentMs: number): Partial<View> {
    const lengthMs = Math.max(MIN_AROUND_MOMENT_MS, lengthOf(this.value.span));
    const around = { fromMs: momentMs - lengthMs / 2, toMs: momentMs + lengthMs / 2 };
    return { range: this.value.range ?? fittedRange(around, this.nowMs), momentMs };
  }

  #present(span: TimeSpan | null): void {
    const part = { span, range: null, momentMs: null };
    if (this.#view.value.range === null) this.#view.change(part);
    else this.#view.step(part);
  }

  #zoom(factor: number, spans: number): void {
    const { span, range, momentMs } = this.value;
    if (range !== null) {
      this.zoomTo(scaledRange(range, factor, momentMs ?? undefined));
      return;
    }
    const next = TIME_SPANS[TIME_SPANS.indexOf(span) + spans];
    if (next !== undefined && (isLive(next) || this.value.isKept === true)) this.chooseSpan(next);
  }

  #move(share: number): void {
    const { span, range } = this.value;
    if (range !== null) this.#replace(movedRange(range, share));
    else if (share < 0 && this.value.isKept === true) {
      const { nowMs } = this;
      this.zoomTo(movedRange({ fromMs: nowMs - this.#lengthOf(span), toMs: nowMs }, share));
    }
  }

  #lengthOf(span: TimeSpan): number {
    return lengthOf(span, this.#hosts.intervalMs.value);
  }

  #replace(range: TimeRange): void {
    this.#view.change(this.#viewOf(range));
  }

  #viewOf(wanted: TimeRange): Pick<View, 'range' | 'momentMs'> {
    // What was shown can be shown again, also while the newest sample known is an old one: a replay begins with those.
    const range = fittedRange(wanted, Math.max(this.nowMs, this.#latestMs));
    this.#latestMs = Math.max(range.toMs, this.#latestMs);
    const { momentMs } = this.#view.value;
    return { range, momentMs: momentMs !== null && isIn(range, momentMs) ? momentMs : null };
  }
}

/** @param usualSpan where the address names none */
function timeOf(
  { span: named, range, momentMs }: View,
  { shown, history }: Pick<Hosts, 'shown' | 'history'>,
  usualSpan: TimeSpan,
): Time {
  const span = named ?? usualSpan;
  const isKept = shown === undefined ? undefined : history !== null;
  if (isKept !== false) return { span, range, momentMs, isKept, isTooLong: false };
  return {
    span: isLive(span) ? span : '15m',
    range: null,
    momentMs: null,
    isKept,
    isTooLong: (named !== null && !isLive(named)) || range !== null,
  };
}
