import { matchesGlob } from '../../shared/protocol/catalogue.ts';
import type { AlertLine } from '../../shared/protocol/messages.ts';
import type { Alert } from './alert.ts';
import type { AlertBoard } from './alert-board.ts';
import type { AlertRule } from './alert-rule.ts';
import type { Silence } from './alert-store.ts';
import { silencedUntil } from './silences.ts';

/** How many of the alerts that have ended are shown. */
const MAX_ENDED = 200;

interface Entry {
  readonly revision: number;
  readonly alert: Alert;
}

/** The alerts as people see them: those that have not ended, and those that ended lately, with their silences. */
export class ShownAlerts implements AlertBoard {
  #revision = 0;
  #rulesRevision = 0;
  /** In the order in which they changed. */
  readonly #entries = new Map<string, Entry>();
  #endedCount = 0;
  #rules: readonly AlertRule[] = [];
  #silences: readonly Silence[] = [];
  readonly #listeners = new Set<() => void>();

  get revision(): number {
    return this.#revision;
  }

  get rulesRevision(): number {
    return this.#rulesRevision;
  }

  /** Every alert, that which changed longest ago first. */
  get alerts(): readonly Alert[] {
    return [...this.#entries.values()].map(({ alert }) => alert);
  }

  /** An alert that has not ended. */
  active(id: string): Alert | undefined {
    const alert = this.#entries.get(id)?.alert;
    return alert?.endedMs === null ? alert : undefined;
  }

  changedAfter(host: string, revision: number): readonly Entry[] {
    return [...this.#entries.values()].filter(
      (entry) => entry.revision > revision && entry.alert.host === host,
    );
  }

  lines(host: string): readonly AlertLine[] {
    return this.#rules.flatMap((rule) => lineOf(rule, host));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes alerts as they are now. */
  change(alerts: readonly Alert[], nowMs: number): void {
    if (alerts.length === 0) return;
    for (const alert of alerts) this.#put(alert, nowMs);
    this.#forget();
    this.#tell();
  }

  setRules(rules: readonly AlertRule[]): void {
    this.#rules = rules;
    this.#revision += 1;
    this.#rulesRevision += 1;
    this.#tell();
  }

  /** Takes those that hold now: called when one is added or removed, or is over. */
  setSilences(silences: readonly Silence[], nowMs: number): void {
    this.#silences = silences;
    const changed = this.alerts.filter(
      (alert) => alert.endedMs === null && alert.silencedUntilMs !== silencedUntil(silences, alert, nowMs),
    );
    this.#revision += 1;
    for (const alert of changed) this.#put(alert, nowMs);
    this.#tell();
  }

  /** Each with a revision of its own, since a message to a viewer may end after any of them. */
  #put(alert: Alert, nowMs: number): void {
    this.#revision += 1;
    const known = this.#entries.get(alert.id);
    if (known !== undefined && known.alert.endedMs !== null) this.#endedCount -= 1;
    if (alert.endedMs !== null) this.#endedCount += 1;
    const silencedUntilMs = alert.endedMs === null ? silencedUntil(this.#silences, alert, nowMs) : null;
    this.#entries.delete(alert.id);
    this.#entries.set(alert.id, { revision: this.#revision, alert: { ...alert, silencedUntilMs } });
  }

  #forget(): void {
    for (const [id, { alert }] of this.#entries) {
      if (this.#endedCount <= MAX_ENDED) return;
      if (alert.endedMs === null) continue;
      this.#entries.delete(id);
      this.#endedCount -= 1;
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Nothing for what no chart shows in the unit of its axis: how fast something grows, or an event. */
function lineOf(
  { name, title, severity, hosts, metrics, condition }: AlertRule,
  host: string,
): readonly AlertLine[] {
  if (condition.kind !== 'threshold' || condition.reading.kind === 'change') return [];
  if (!hosts.some((pattern) => matchesGlob(pattern, host))) return [];
  const { direction, threshold } = condition;
  return [{ rule: name, title, severity, metrics: [...metrics], direction, threshold }];
}
