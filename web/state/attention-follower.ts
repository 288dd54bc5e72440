import type { SampleGap } from '../../shared/client/client-subscription.ts';
import type { AlertView } from '../../shared/protocol/messages.ts';
import { browserClock } from '../browser/browser-clock.ts';
import { FINAL, HistoryRefusal } from '../client/history.ts';
import { AlertsOfRange } from './attention-alerts.ts';
import { followThresholds } from './attention-head-start.ts';
import { mattersNow, mattersOf, type Matter } from './attention-matters.ts';
import { fetchDay, type PastDay, type PastGap } from './attention-past.ts';
import { LONG_GAP_MS, quietSince } from './attention-quiet.ts';
import { HostWatch, type WatchedSample } from './attention-watch.ts';
import type { Attention, Concern, Outlook } from './attention.ts';
import type { DashboardState } from './dashboard-state.ts';
import { knownMarks, type MarkWords } from './marks-known.ts';
import type { TimeRange } from './time-range.ts';

/** What is said of facts, in the reader's language. */
export interface AttentionWords extends MarkWords {
  now(matter: Matter, nowMs: number): Concern;
  /** In a range of the past. */
  past(matter: Matter): Concern;
}

/** No sample for so many intervals, and then some: the page does not show the present. */
const STALE_AFTER_INTERVALS = 3;
const STALE_SLACK_MS = 1000;
/** The first picture comes first. */
const DAY_DELAY_MS = 1500;
const DAY_RETRY_MS = 60_000;
/** Less may be the head start that is ahead of the panel. */
const SET_BACK_MS = 10_000;
/** Of those that are over. */
const MOST_GAPS = 200;
/** Reasons of gaps that only this viewer has. */
const OWN_GAPS: readonly string[] = ['evicted', 'slow'];

/** Keeps `attention` and `marks` of a dashboard true: from its samples, alerts, connection and past. */
export class AttentionFollower {
  readonly #state: DashboardState;
  readonly #words: AttentionWords;
  readonly #ofRange: AlertsOfRange;
  readonly #ofMarks: AlertsOfRange;
  #watch = new HostWatch();
  /** `pending`: samples come from the head start alone until it has caught up. */
  #headStart: 'none' | 'pending' | 'done' = 'none';
  #leaveHeadStart: () => void = () => {};
  #matters: readonly Matter[] = [];
  /** Since when samples came without a break, and when something needed attention last; Unix ms on the host's clock. */
  #watchedMs = Number.NaN;
  #loudMs = Number.NaN;
  #isStale = true;
  #cancelStale: () => void = () => {};
  #day: PastDay | null = null;
  #cancelDay: () => void = () => {};
  #gaps: readonly PastGap[] = [];
  /** What the marks were made of. */
  #markedOf: readonly unknown[] = [];
  #chosen: string | null;
  /** Id of the host that is followed; `undefined` before it is known. */
  #id: string | undefined;

  constructor(state: DashboardState, words: AttentionWords) {
    this.#state = state;
    this.#words = words;
    this.#chosen = state.hosts.chosen;
    this.#id = state.hosts.shown?.id;
    this.#ofRange = new AlertsOfRange(() => this.#update());
    this.#ofMarks = new AlertsOfRange(() => this.#update());
  }

  /** Returns the undo. */
  start(): () => void {
    const { alerts, connection, hosts, marks, time } = this.#state;
    const update = (): void => this.#update();
    const undo = [
      hosts.onChange(() => this.#hostChanged()),
      hosts.sample.follow((sample) => {
        if (sample !== null) this.#sampled(sample);
      }),
      connection.status.onChange((status) => {
        if (status.state === 'connected') this.#askForDay();
        this.#update();
      }),
      connection.client.onChange(() => this.#restart()),
      alerts.onChange(update),
      time.onChange(update),
      marks.wanted.onChange(update),
    ];
    return () => {
      for (const one of undo) one();
      this.#leave();
    };
  }

  /** Samples are missing. */
  missed({ fromMs, toMs, reason }: SampleGap): void {
    if (OWN_GAPS.includes(reason)) return;
    this.#gaps = [...this.#gaps, { fromMs, toMs, reason }].slice(-MOST_GAPS);
    this.#update();
  }

  #hostChanged(): void {
    const { chosen, shown } = this.#state.hosts;
    // Another host may answer at the address of one, too.
    const isOther = this.#id !== undefined && shown !== undefined && shown.id !== this.#id;
    this.#id = shown?.id ?? this.#id;
    if (chosen !== this.#chosen || isOther) {
      this.#chosen = chosen;
      this.#restart();
    }
    this.#update();
  }

  /** Of another host, or over another client, nothing is known. */
  #restart(): void {
    this.#leave();
    this.#watch = new HostWatch();
    this.#headStart = 'none';
    this.#matters = [];
    this.#watchedMs = Number.NaN;
    this.#loudMs = Number.NaN;
    this.#isStale = true;
    this.#day = null;
    this.#gaps = [];
    this.#markedOf = [];
    this.#state.attention.last.set([]);
    this.#state.marks.clear();
    this.#update();
  }

  #leave(): void {
    this.#leaveHeadStart();
    this.#leaveHeadStart = () => {};
    this.#cancelStale();
    this.#cancelDay();
    this.#ofRange.clear();
    this.#ofMarks.clear();
  }

  #sampled(sample: WatchedSample): void {
    this.#heard();
    if (this.#headStart === 'none') this.#begin(sample.timestampMs);
    // The wall's panel shows headlines alone, and the head start follows everything that has a threshold.
    if (this.#headStart !== 'done' || this.#state.view.value.isWall) return;
    // The head start may have told it already; unless it is much older, since the host's clock was set back.
    const aheadMs = this.#watch.timeMs - sample.timestampMs;
    if (!(aheadMs >= 0 && aheadMs < SET_BACK_MS)) this.#take(sample);
  }

  #begin(untilMs: number): void {
    const { connection, hosts } = this.#state;
    const client = connection.client.value;
    if (client === null) {
      this.#headStart = 'done';
      return;
    }
    this.#headStart = 'pending';
    this.#askForDay();
    const done = (): void => {
      if (this.#headStart !== 'pending') return;
      this.#headStart = 'done';
      if (!this.#state.view.value.isWall) {
        this.#leaveHeadStart();
        const newest = hosts.sample.value;
        if (newest !== null && !(newest.timestampMs <= this.#watch.timeMs)) this.#take(newest);
      }
      this.#update();
    };
    this.#leaveHeadStart = followThresholds(
      client,
      { host: hosts.chosen ?? undefined, catalogue: hosts.catalogue, untilMs },
      { sample: (sample) => this.#take(sample), done },
    );
  }

  #take(sample: WatchedSample): void {
    const { shown, intervalMs } = this.#state.hosts;
    const sinceMs = sample.timestampMs - this.#watch.timeMs;
    if (!(sinceMs > 0 && sinceMs < LONG_GAP_MS)) this.#watchedMs = sample.timestampMs;
    this.#watch.add(sample, { cores: shown?.facts.cores, intervalMs: intervalMs.value });
    if (this.#headStart === 'done') this.#update();
  }

  #heard(): void {
    this.#cancelStale();
    const wasStale = this.#isStale;
    this.#isStale = false;
    const intervalMs = this.#state.hosts.intervalMs.value ?? 0;
    this.#cancelStale = browserClock.schedule(
      () => {
        this.#isStale = true;
        this.#update();
      },
      Math.max(intervalMs, 1000) * STALE_AFTER_INTERVALS + STALE_SLACK_MS,
    );
    if (wasStale) this.#update();
  }

  #askForDay(delayMs = DAY_DELAY_MS): void {
    this.#cancelDay();
    const { hosts } = this.#state;
    if (hosts.history === null || hosts.sample.value === null) return;
    const abort = new AbortController();
    const cancel = browserClock.schedule(() => void this.#loadDay(abort.signal), delayMs);
    this.#cancelDay = () => {
      cancel();
      abort.abort();
    };
  }

  async #loadDay(signal: AbortSignal): Promise<void> {
    const { connection, hosts, time } = this.#state;
    try {
      const day = await fetchDay(connection.address, hosts.requested, hosts.catalogue, time.nowMs, signal);
      this.#day = day;
      for (const [name, past] of day.series) this.#watch.remember(name, past);
      this.#update();
    } catch (error) {
      const isFinal = error instanceof HistoryRefusal && FINAL.includes(error.status);
      // An agent that is busy now may answer later.
      if (!signal.aborted && !isFinal) this.#askForDay(DAY_RETRY_MS);
    }
  }

  #update(): void {
    const { attention, alerts, time } = this.#state;
    const { range } = time.value;
    const { nowMs } = time;
    const absence = this.#absence();
    if (absence === null) {
      this.#matters = mattersNow(this.#watch.findings, alerts.value ?? [], nowMs);
      if (this.#matters.some(isLoud)) this.#loudMs = nowMs;
    }
    if (range !== null) this.#showPast(range);
    else {
      this.#ofRange.clear();
      if (absence === null) {
        setConcerns(
          attention,
          this.#matters.map((matter) => this.#words.now(matter, nowMs)),
        );
        attention.last.set(attention.value ?? []);
      } else attention.set(null);
      setOutlook(attention.outlook, absence ?? this.#quiet(nowMs));
    }
    this.#updateMarks();
  }

  #showPast(range: TimeRange): void {
    const { attention, alerts, connection, hosts } = this.#state;
    // Without a name, the agent would tell of its own host.
    if (hosts.shown !== undefined) this.#ofRange.cover(connection.address, hosts.requested, range);
    const past = this.#ofRange.alerts;
    if (past === undefined || past === null) attention.set(null);
    else {
      const matters = mattersOf(merged(past, alerts.value ?? []), range);
      setConcerns(
        attention,
        matters.map((matter) => this.#words.past(matter)),
      );
    }
    const oldestMs = this.#oldestMs;
    const isBegun = oldestMs !== null && oldestMs < range.toMs;
    setOutlook(attention.outlook, {
      state: 'past',
      isKnown: past === undefined ? undefined : past !== null && isBegun,
      isWhole: isBegun && oldestMs <= range.fromMs && !this.#allGaps.some((gap) => isLongIn(range, gap)),
    });
  }

  /** Since when anything is kept. A history that had just begun when it was introduced was empty then. */
  get #oldestMs(): number | null {
    const { hosts } = this.#state;
    const firstMs = this.#day?.firstMs ?? (Number.isNaN(this.#watchedMs) ? null : this.#watchedMs);
    return hosts.history === null ? null : (hosts.history.oldestMs ?? firstMs);
  }

  get #allGaps(): readonly PastGap[] {
    return [...(this.#day?.gaps ?? []), ...this.#gaps];
  }

  /** Why the present is not known; `null` if it is. */
  #absence(): Outlook | null {
    const { connection, hosts } = this.#state;
    const status = hosts.shown?.status;
    const isConnected = connection.status.value.state === 'connected';
    if (isConnected && (status?.state === 'down' || (status?.state === 'unknown' && this.#isStale))) {
      const state = status.state === 'down' ? 'down' : 'unknown';
      return { state, sinceMs: status.sinceMs, reason: status.reason ?? '' };
    }
    const sample = hosts.sample.value;
    if (sample === null) return { state: 'waiting' };
    if (!isConnected || this.#isStale) return { state: 'stale', sinceMs: sample.timestampMs };
    return this.#headStart !== 'done' || Number.isNaN(this.#watch.timeMs) ? { state: 'waiting' } : null;
  }

  #quiet(nowMs: number): Outlook {
    const { alerts } = this.#state;
    if (this.#matters.length === 0 && !this.#watch.isJudging) return { state: 'unjudged' };
    const day = this.#day;
    const told =
      day === null || day.alerts === null
        ? null
        : {
            oldestMs: this.#oldestMs ?? nowMs,
            alerts: merged(day.alerts, alerts.value ?? []),
            gaps: this.#allGaps,
          };
    return {
      state: 'live',
      ...quietSince({ nowMs, watchedMs: this.#watchedMs, loudMs: this.#loudMs, told }),
    };
  }

  #updateMarks(): void {
    const { alerts, connection, hosts, marks } = this.#state;
    const wanted = marks.wanted.value;
    if (wanted !== null && hosts.history !== null)
      this.#ofMarks.cover(connection.address, hosts.requested, wanted);
    const own = this.#matters.filter((matter) => matter.alert === null && isLoud(matter));
    const ownKey = own.map(({ topic, kind, level, sinceMs }) => [topic, kind, level, sinceMs]).join();
    const of = [this.#ofMarks.alerts, this.#day, alerts.value, this.#gaps, ownKey];
    if (of.every((part, index) => part === this.#markedOf[index])) return;
    this.#markedOf = of;
    const past = merged(this.#ofMarks.alerts ?? [], this.#day?.alerts ?? []);
    const all = { alerts: merged(past, alerts.value ?? []), own, gaps: this.#allGaps };
    marks.set(knownMarks(all, this.#words));
  }
}

function isLongIn({ fromMs, toMs }: TimeRange, gap: TimeRange): boolean {
  return Math.min(toMs, gap.toMs) - Math.max(fromMs, gap.fromMs) >= LONG_GAP_MS;
}

function isLoud({ isMuted, unknownSinceMs }: Matter): boolean {
  return !isMuted && unknownSinceMs === null;
}

/** What was told last is newer. */
function merged(before: readonly AlertView[], newer: readonly AlertView[]): readonly AlertView[] {
  return before.length === 0
    ? newer
    : [...new Map([...before, ...newer].map((alert) => [alert.id, alert])).values()];
}

/** Keeps what is equal: followers hear of changes alone. */
function setConcerns(attention: Attention, concerns: readonly Concern[]): void {
  if (!isEqual(attention.value, concerns)) attention.set(concerns);
}

function setOutlook(outlook: Attention['outlook'], now: Outlook): void {
  if (!isEqual(outlook.value, now)) outlook.set(now);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
