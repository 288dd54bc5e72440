import type { AlertLine, AlertView } from '../../shared/protocol/messages.ts';
import type { Connection } from './connection.ts';
import { Observable } from './observable.ts';

/** What the agent's alerts are, as the panel was told. */
export interface AlertsShown {
  readonly host: string;
  /** Those that have not ended, and those that ended since the panel began to follow. */
  readonly alerts: readonly AlertView[];
  /** Thresholds that charts can draw. */
  readonly lines: readonly AlertLine[];
  /** Whether this is the whole state anew. */
  readonly complete: boolean;
}

/** Alerts of the shown host that have not ended, the most urgent first; `null` before the agent has told any. */
export class Alerts extends Observable<readonly AlertView[] | null> {
  /** Since when nothing is heard of them, Unix ms on the reader's clock; `null` while they are live. */
  readonly staleSinceMs = new Observable<number | null>(null);
  readonly #seen = new Set<string>();
  readonly #newListeners = new Set<(alerts: readonly AlertView[]) => void>();
  readonly #endListeners = new Set<(alert: AlertView) => void>();

  constructor({ status }: Connection) {
    super(null);
    status.onChange(({ state }) => {
      if (state !== 'connected' && this.value !== null && this.staleSinceMs.value === null)
        this.staleSinceMs.set(Date.now());
    });
  }

  /** Those that ask for attention. */
  get loud(): readonly AlertView[] {
    return this.value?.filter(isLoud) ?? [];
  }

  /** Calls `listener` with alerts that begin to ask for attention while the page is open. Returns the undo. */
  onNew(listener: (alerts: readonly AlertView[]) => void): () => void {
    this.#newListeners.add(listener);
    return () => this.#newListeners.delete(listener);
  }

  /** Calls `listener` with an alert that asked for attention and is over. Returns the undo. */
  onEnd(listener: (alert: AlertView) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  told({ alerts }: AlertsShown): void {
    const isFirst = this.value === null;
    const ended = this.#endedOf(alerts);
    this.staleSinceMs.set(null);
    this.set(alerts.filter(({ state }) => state !== 'ended').toSorted(byUrgency));
    const added = alerts.filter(
      (alert) => (isLoud(alert) || (isEvent(alert) && isTold(alert))) && !this.#seen.has(alert.id),
    );
    for (const { id } of added) this.#seen.add(id);
    const ids = new Set(alerts.map(({ id }) => id));
    for (const id of this.#seen) if (!ids.has(id)) this.#seen.delete(id);
    for (const alert of ended) for (const listener of this.#endListeners) listener(alert);
    if (isFirst || added.length === 0) return;
    for (const listener of this.#newListeners) listener(added);
  }

  /** Known ones that are over: the agent said so, or no longer names them, as after a lost connection. */
  #endedOf(alerts: readonly AlertView[]): readonly AlertView[] {
    const now = new Map(alerts.map((alert) => [alert.id, alert]));
    return (this.value ?? [])
      .filter(({ id }) => this.#seen.has(id) && (now.get(id)?.state ?? 'ended') === 'ended')
      .map((alert) => now.get(alert.id) ?? { ...alert, state: 'ended' });
  }
}

export function isFiring({ state }: AlertView): boolean {
  return state === 'firing' || state === 'clearing';
}

/** Whether it asks for attention: it fires, and nobody has acknowledged or silenced it. */
export function isLoud(alert: AlertView): boolean {
  return isFiring(alert) && isTold(alert);
}

function isTold({ acknowledgedMs, silencedUntilMs }: AlertView): boolean {
  return acknowledgedMs === null && silencedUntilMs === null;
}

/** Over at once, as a reboot is. */
function isEvent({ outcome }: AlertView): boolean {
  return outcome === 'event';
}

/** Later agents may know severities between. */
export function isTrouble({ severity }: Pick<AlertView, 'severity'>): boolean {
  return severity === 'trouble';
}

function byUrgency(one: AlertView, other: AlertView): number {
  return rankOf(one) - rankOf(other) || (other.firedMs ?? other.sinceMs) - (one.firedMs ?? one.sinceMs);
}

function rankOf(alert: AlertView): number {
  if (!isFiring(alert)) return 4;
  return (isLoud(alert) ? 0 : 2) + (isTrouble(alert) ? 0 : 1);
}

declare global {
  interface HTMLElementEventMap {
    alertschange: CustomEvent<AlertsShown>;
  }
}
