import { subjectKey, type Alert, type Subject } from '../alert.ts';
import {
  boundsOf,
  holds,
  isClear,
  isFine,
  isWorse,
  readingOf,
  shown,
  type Bounds,
  type WatchedRule,
} from './bounds.ts';
import type { ActiveAlert, Journal, Kept } from './journal.ts';
import type { Progress } from './progress.ts';

/** When a sample came. One object for all subjects of a host: numbers as arguments of thousands of calls would be thousands of objects. */
export interface Tick {
  /** On the host's own time, which goes on while it sleeps. */
  timeMs: number;
  /** Since the sample before, as far as it was observed. */
  observedMs: number;
  wallMs: number;
}

export interface WatchOptions {
  readonly journal: Journal;
  readonly rule: WatchedRule;
  readonly subject: Subject;
  /** Of the metric. */
  readonly unit: string;
  readonly labels: Alert['labels'];
  readonly newId: () => string;
}

type State = 'ok' | 'pending' | 'firing' | 'clearing';

/** What is told of an alert beside its rule. Times are wall times. */
interface Episode {
  readonly id: string;
  sinceMs: number;
  firedMs: number | null;
  acknowledgedMs: number | null;
  worst: number | null;
}

/** How often viewers get the newest value of an alert that fires, in observed time. */
const SHOW_EVERY_MS = 60_000;
/** A silence that lasts longer is worth keeping over a restart; shorter ones come with each sample. */
const KEEP_SILENCE_MS = 10_000;

/**
 * A rule's progress on one subject: ok, pending for `for`, firing, clearing for `keepFor`, ok. Without a reading all of it stands still, clocks
 * too. Costs a comparison while all is well.
 */
export class Watch implements ActiveAlert, Kept {
  readonly subject: Subject;
  readonly key: string;
  readonly #journal: Journal;
  readonly #newId: () => string;
  /** Of the metric. */
  unit: string;
  labels: Alert['labels'];
  #rule: WatchedRule;
  #bounds: Bounds;
  #isOfSilence: boolean;
  #state: State = 'ok';
  #heldMs = 0;
  #episode: Episode | null = null;
  /** The newest one that was known; NaN before the first. */
  #reading = Number.NaN;
  /** Whether there was one in the step before. */
  #hadReading = false;
  /** Whether nothing but a reading that holds can make a difference. */
  #isCalm = false;
  #noDataSinceMs: number | null = null;
  #noDataMs = 0;
  #isNoDataTold = false;
  #goneMs = 0;
  #sinceShownMs = 0;

  constructor({ journal, rule, subject, unit, labels, newId }: WatchOptions) {
    this.subject = subject;
    this.key = subjectKey(subject);
    this.#journal = journal;
    this.#newId = newId;
    this.unit = unit;
    this.labels = labels;
    this.#rule = rule;
    this.#bounds = boundsOf(rule);
    this.#isOfSilence = rule.condition.kind === 'unheard';
  }

  get rule(): WatchedRule {
    return this.#rule;
  }

  /** How long the subject has not been there, observed. */
  get goneMs(): number {
    return this.#goneMs;
  }

  /** Whether there is nothing to remember but that all is well. */
  get isIdle(): boolean {
    return this.#state === 'ok' && this.#episode === null && this.#rule.noDataForMs === null;
  }

  /** The rule has changed, but not what kind of condition it has. */
  setRule(rule: WatchedRule): void {
    if (rule === this.#rule) return;
    this.#rule = rule;
    this.#bounds = boundsOf(rule);
    this.#isOfSilence = rule.condition.kind === 'unheard';
    if (this.#episode !== null) this.#journal.show(this.alert());
  }

  /** @param alert the one that `progress` names; `null` if it is not known any more */
  restore(progress: Progress, alert: Alert | null, wallMs: number): void {
    this.#state = progress.state;
    this.#heldMs = progress.heldMs;
    this.#noDataMs = progress.noDataMs;
    this.#isNoDataTold = progress.isNoDataTold;
    this.#goneMs = progress.goneMs;
    if (this.#noDataMs > 0) this.#noDataSinceMs = alert?.noDataSinceMs ?? wallMs;
    if (alert !== null) this.labels = alert.labels;
    if (progress.alert === null) return;
    const hasFired = progress.state === 'firing' || progress.state === 'clearing';
    this.#episode = {
      id: progress.alert,
      sinceMs: alert?.sinceMs ?? wallMs,
      firedMs: alert?.firedMs ?? (hasFired ? wallMs : null),
      acknowledgedMs: alert?.acknowledgedMs ?? null,
      worst: readingOf(this.#bounds, alert?.worst ?? null),
    };
    this.#reading = readingOf(this.#bounds, alert?.value ?? null) ?? Number.NaN;
    this.#noDataSinceMs ??= alert?.noDataSinceMs ?? null;
    this.#journal.active.set(progress.alert, this);
  }

  /**
   * One more sample.
   * @param isKnown whether the subject has a value at all
   * @param reading NaN if it has none, or too little is known for a reading
   */
  step(isKnown: boolean, reading: number, tick: Tick): void {
    if (this.#isCalm && isFine(this.#bounds, reading)) {
      this.#reading = reading;
      return;
    }
    const { observedMs, wallMs } = tick;
    this.#isCalm = false;
    if (this.#goneMs > 0) this.#setGone(0);
    if (!isKnown) {
      this.#stepWithout(observedMs, wallMs);
      return;
    }
    if (this.#noDataSinceMs !== null) this.#endNoData();
    if (Number.isNaN(reading)) {
      this.#hadReading = false;
      this.#endIfEmpty(wallMs);
      return;
    }
    const countedMs = this.#hadReading ? observedMs : 0;
    this.#hadReading = true;
    this.#reading = reading;
    if (this.#isOfSilence) this.#journal.moved(this);
    if (this.#state !== 'ok') this.#move(reading, countedMs, wallMs);
    else if (holds(this.#bounds, reading)) this.#begin(reading, wallMs);
    else this.#endIfEmpty(wallMs);
    this.#isCalm = this.#state === 'ok' && this.#episode === null && !this.#isOfSilence;
  }

  /** One more sample of the host, whose catalogue does not have the subject. */
  stepGone(observedMs: number, wallMs: number): void {
    this.#isCalm = false;
    this.#setGone(this.#goneMs + observedMs);
    this.#stepWithout(observedMs, wallMs);
  }

  /** Ends what is going on, and forgets the subject. */
  end(outcome: 'gone' | 'removed', wallMs: number): void {
    if (this.#episode !== null) this.#end(outcome, wallMs);
    this.#journal.forget(this);
  }

  alert(): Alert {
    const { name, title, severity, channels, repeatMs, repeatAtMost, condition, forMs } = this.#rule;
    const bounds = this.#bounds;
    const episode = this.#episode;
    return {
      id: episode?.id ?? '',
      rule: name,
      title,
      host: this.subject.host,
      metric: this.subject.metric,
      severity,
      // Without an episode of its own, only a value is missing.
      state: this.#state === 'ok' ? 'pending' : this.#state,
      sinceMs: episode?.sinceMs ?? 0,
      firedMs: episode?.firedMs ?? null,
      endedMs: null,
      outcome: null,
      value: shown(bounds, this.#reading),
      worst: shown(bounds, episode?.worst ?? null),
      threshold: shown(bounds, bounds.threshold),
      unit: bounds.unit ?? this.unit,
      noDataSinceMs: this.#noDataSinceMs,
      acknowledgedMs: episode?.acknowledgedMs ?? null,
      silencedUntilMs: null,
      labels: this.labels,
      policy: { channels, repeatMs, repeatAtMost, condition, forMs },
      isEvent: false,
    };
  }

  acknowledge(atMs: number | null): void {
    if (this.#episode !== null) this.#episode.acknowledgedMs = atMs;
  }

  progress(): string | null {
    const noDataMs = this.#rule.noDataForMs === null ? 0 : this.#noDataMs;
    // More than the threshold changes nothing.
    const silentMs = this.#isOfSilence ? Math.min(this.#reading, this.#bounds.threshold) : 0;
    const isSilent = silentMs > KEEP_SILENCE_MS;
    if (this.#state === 'ok' && this.#episode === null && noDataMs === 0 && !isSilent) return null;
    return JSON.stringify({
      kind: this.#rule.condition.kind,
      state: this.#state,
      heldMs: this.#heldMs || undefined,
      alert: this.#episode?.id,
      noDataMs: noDataMs || undefined,
      isNoDataTold: this.#isNoDataTold || undefined,
      goneMs: this.#goneMs || undefined,
      silentMs: isSilent ? silentMs : undefined,
    });
  }

  /** A silence is long enough as soon as it reaches its threshold. */
  get #forMs(): number {
    return this.#isOfSilence ? 0 : this.#rule.forMs;
  }

  #begin(reading: number, wallMs: number): void {
    this.#episode ??= this.#newEpisode(wallMs);
    this.#episode.sinceMs = wallMs;
    this.#episode.worst = reading;
    if (this.#forMs <= 0) this.#fire(wallMs);
    else this.#enter('pending');
  }

  #move(reading: number, countedMs: number, wallMs: number): void {
    const bounds = this.#bounds;
    const episode = this.#episode;
    if (episode !== null && (episode.worst === null || isWorse(bounds, reading, episode.worst)))
      episode.worst = reading;
    if (this.#state === 'pending') {
      if (!holds(bounds, reading)) this.#end(null, wallMs);
      else if (this.#hold(countedMs) >= this.#forMs) this.#fire(wallMs);
    } else if (!isClear(bounds, reading)) {
      if (this.#state === 'clearing') this.#enter('firing');
      else this.#showNowAndThen(countedMs);
    } else if (this.#state === 'firing') {
      if (this.#rule.keepForMs <= 0) this.#end('resolved', wallMs);
      else this.#enter('clearing');
    } else if (this.#hold(countedMs) >= this.#rule.keepForMs) this.#end('resolved', wallMs);
  }

  #hold(countedMs: number): number {
    this.#heldMs += countedMs;
    this.#journal.moved(this);
    return this.#heldMs;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#heldMs = 0;
    this.#sinceShownMs = 0;
    this.#journal.moved(this);
    this.#journal.show(this.alert());
  }

  #fire(wallMs: number): void {
    if (this.#episode === null) return;
    this.#episode.firedMs = wallMs;
    this.#enter('firing');
    this.#journal.tell({ kind: 'fired', alert: this.alert() });
  }

  /** @param outcome `null` for what never fired, and is told nobody */
  #end(outcome: string | null, wallMs: number): void {
    const alert = { ...this.alert(), state: 'ended', endedMs: wallMs, outcome };
    this.#journal.active.delete(alert.id);
    this.#journal.show(alert);
    if (alert.firedMs !== null) this.#journal.tell({ kind: 'ended', alert });
    this.#episode = null;
    this.#state = 'ok';
    this.#heldMs = 0;
    this.#journal.moved(this);
  }

  /** Ends an alert that only told of a missing value. */
  #endIfEmpty(wallMs: number): void {
    if (this.#state === 'ok' && this.#episode !== null) this.#end(null, wallMs);
  }

  #stepWithout(observedMs: number, wallMs: number): void {
    this.#hadReading = false;
    const { noDataForMs } = this.#rule;
    if (this.#noDataSinceMs === null) {
      this.#noDataSinceMs = wallMs;
      if (this.#episode !== null) this.#journal.show(this.alert());
    } else this.#noDataMs += observedMs;
    if (noDataForMs === null) return;
    this.#journal.moved(this);
    if (this.#isNoDataTold || this.#noDataMs < noDataForMs) return;
    this.#isNoDataTold = true;
    this.#episode ??= this.#newEpisode(this.#noDataSinceMs);
    this.#journal.tell({ kind: 'noData', alert: this.alert() });
    this.#journal.show(this.alert());
  }

  #endNoData(): void {
    this.#noDataSinceMs = null;
    this.#noDataMs = 0;
    if (this.#isNoDataTold) this.#journal.tell({ kind: 'dataBack', alert: this.alert() });
    this.#isNoDataTold = false;
    this.#journal.moved(this);
    if (this.#episode !== null) this.#journal.show(this.alert());
  }

  #setGone(goneMs: number): void {
    this.#goneMs = goneMs;
    this.#journal.moved(this);
  }

  #showNowAndThen(countedMs: number): void {
    this.#sinceShownMs += countedMs;
    if (this.#sinceShownMs < SHOW_EVERY_MS) return;
    this.#sinceShownMs = 0;
    this.#journal.show(this.alert());
  }

  #newEpisode(wallMs: number): Episode {
    const id = this.#newId();
    this.#journal.active.set(id, this);
    return { id, sinceMs: wallMs, firedMs: null, acknowledgedMs: null, worst: null };
  }
}
