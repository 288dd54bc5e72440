import type { AlertRule } from '../alert-rule.ts';
import { subjectKey, type Alert, type Subject } from '../alert.ts';
import type { Journal, Kept } from './journal.ts';
import type { Progress } from './progress.ts';
import type { Tick } from './watch.ts';

export interface EventWatchOptions {
  readonly journal: Journal;
  readonly rule: AlertRule;
  readonly subject: Subject;
  readonly unit: string;
  readonly labels: Alert['labels'];
  readonly newId: () => string;
}

/** Clocks differ by less between two looks at when a host booted. */
const BOOTED_TOLERANCE_MS = 5 * 60_000;

/** What tells of something that is over at once. */
abstract class EventWatch implements Kept {
  readonly subject: Subject;
  readonly key: string;
  protected readonly journal: Journal;
  rule: AlertRule;
  /** Of the metric. */
  unit: string;
  labels: Alert['labels'];
  readonly #newId: () => string;

  constructor({ journal, rule, subject, unit, labels, newId }: EventWatchOptions) {
    this.subject = subject;
    this.key = subjectKey(subject);
    this.journal = journal;
    this.rule = rule;
    this.unit = unit;
    this.labels = labels;
    this.#newId = newId;
  }

  abstract progress(): string | null;

  forget(): void {
    this.journal.forget(this);
  }

  protected happened(value: number | null, wallMs: number): void {
    const { name, title, severity, channels, repeatMs, repeatAtMost, condition, forMs } = this.rule;
    const alert: Alert = {
      id: this.#newId(),
      rule: name,
      title,
      host: this.subject.host,
      metric: this.subject.metric,
      severity,
      state: 'ended',
      sinceMs: wallMs,
      firedMs: wallMs,
      endedMs: wallMs,
      outcome: 'event',
      value,
      worst: value,
      threshold: null,
      unit: this.unit,
      noDataSinceMs: null,
      acknowledgedMs: null,
      silencedUntilMs: null,
      labels: this.labels,
      policy: { channels, repeatMs, repeatAtMost, condition, forMs },
      isEvent: true,
    };
    this.journal.tell({ kind: 'fired', alert });
    this.journal.show(alert);
  }
}

/**
 * Tells when a count has grown, by how much. What it grows by within the next `keepForMs` is told together afterwards, so that a storm is not a
 * message a second. The first count that is seen, and one that has begun anew, are no growth.
 */
export class IncreaseWatch extends EventWatch {
  /** The count of which all has been told. */
  #told: number | null = null;
  /** Observed since the last event; infinite before the first. */
  #sinceMs = Number.POSITIVE_INFINITY;
  #goneMs = 0;

  get goneMs(): number {
    return this.#goneMs;
  }

  restore({ count, sinceEventMs, goneMs }: Progress): void {
    this.#told = count;
    this.#sinceMs = sinceEventMs ?? Number.POSITIVE_INFINITY;
    this.#goneMs = goneMs;
  }

  step(count: number | null, { observedMs, wallMs }: Tick): void {
    this.#pass(observedMs);
    if (count === null) return;
    if (this.#goneMs > 0) this.#setTold(this.#told);
    this.#goneMs = 0;
    if (this.#told === null || count < this.#told) this.#setTold(count);
    else if (count > this.#told && this.#sinceMs >= this.rule.keepForMs) {
      this.happened(count - this.#told, wallMs);
      this.#sinceMs = 0;
      this.#setTold(count);
    }
  }

  stepGone(observedMs: number): void {
    this.#pass(observedMs);
    this.#goneMs += observedMs;
    this.journal.moved(this);
  }

  progress(): string | null {
    if (this.#told === null) return null;
    return JSON.stringify({
      kind: 'increase',
      count: this.#told,
      sinceEventMs: Number.isFinite(this.#sinceMs) ? this.#sinceMs : undefined,
      goneMs: this.#goneMs || undefined,
    });
  }

  #pass(observedMs: number): void {
    if (this.#sinceMs >= this.rule.keepForMs) return;
    this.#sinceMs += observedMs;
    this.journal.moved(this);
  }

  #setTold(count: number | null): void {
    this.#told = count;
    this.journal.moved(this);
  }
}

/** What tells one boot of a host from the next. */
export interface Boot {
  readonly id: string | null;
  /** By the host's wall clock, which is set now and then. */
  readonly bootedAtMs: number | null;
  /** As the kernel counts it, s. */
  readonly uptime: number | null;
}

/**
 * Tells when a host was started anew: its kernel has another id for this boot. Where no id is known, the time of the boot must have changed by more
 * than 5 minutes and, unless the agent was restarted in between, the uptime must have begun anew: setting the clock moves the time of the boot too.
 */
export class RebootWatch extends EventWatch {
  #id: string | null = null;
  #bootedAtMs: number | null = null;
  #uptime: number | null = null;

  restore({ bootId, bootedAtMs }: Progress): void {
    this.#id = bootId;
    this.#bootedAtMs = bootedAtMs;
  }

  step(boot: Boot, wallMs: number): void {
    const { id, bootedAtMs, uptime } = boot;
    if (this.#isAnother(boot)) this.happened(null, wallMs);
    if (id !== this.#id || (id === null && bootedAtMs !== this.#bootedAtMs)) this.journal.moved(this);
    this.#id = id ?? this.#id;
    this.#bootedAtMs = bootedAtMs ?? this.#bootedAtMs;
    this.#uptime = uptime ?? this.#uptime;
  }

  progress(): string | null {
    if (this.#id === null && this.#bootedAtMs === null) return null;
    return JSON.stringify({ kind: 'reboot', bootId: this.#id, bootedAtMs: this.#bootedAtMs });
  }

  #isAnother({ id, bootedAtMs, uptime }: Boot): boolean {
    if (id !== null && this.#id !== null) return id !== this.#id;
    if (bootedAtMs === null || this.#bootedAtMs === null) return false;
    if (uptime !== null && this.#uptime !== null && uptime >= this.#uptime) return false;
    return bootedAtMs - this.#bootedAtMs > BOOTED_TOLERANCE_MS;
  }
}
