import type { AlertView } from '../../shared/protocol/messages.ts';
import { isLoud, isTold, type Alerts } from './alerts.ts';

/** Which alerts begin to ask for attention while the page is open, each once, and which of them are over. */
export class AlertNews {
  #before: readonly AlertView[] | null;
  /** Ids differ between hosts. */
  readonly #seen = new Set<string>();
  readonly #newListeners = new Set<(alerts: readonly AlertView[]) => void>();
  readonly #endListeners = new Set<(alert: AlertView) => void>();

  /** What fires now is no news. */
  constructor(alerts: Alerts) {
    this.#before = alerts.value;
    for (const { id } of this.#unseenIn(alerts.value ?? [])) this.#seen.add(id);
    alerts.onChange((value) => {
      if (value === null) this.#before = null;
      else this.#told(value);
    });
  }

  /** Calls `listener` with those that are told together. Returns the undo. */
  onNew(listener: (alerts: readonly AlertView[]) => void): () => void {
    this.#newListeners.add(listener);
    return () => this.#newListeners.delete(listener);
  }

  /** Calls `listener` with an alert that asked for attention and is over. Returns the undo. */
  onEnd(listener: (alert: AlertView) => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  #told(alerts: readonly AlertView[]): void {
    const isFirst = this.#before === null;
    const ended = this.#endedIn(alerts);
    const added = this.#unseenIn(alerts);
    for (const { id } of added) this.#seen.add(id);
    const ids = new Set(alerts.map(({ id }) => id));
    for (const id of this.#seen) if (!ids.has(id)) this.#seen.delete(id);
    this.#before = alerts;
    for (const alert of ended) for (const listener of this.#endListeners) listener(alert);
    if (isFirst || added.length === 0) return;
    for (const listener of this.#newListeners) listener(added);
  }

  #unseenIn(alerts: readonly AlertView[]): readonly AlertView[] {
    return alerts.filter(
      (alert) => (isLoud(alert) || (isEvent(alert) && isTold(alert))) && !this.#seen.has(alert.id),
    );
  }

  /** The agent said so, or no longer names them, as after a lost connection. */
  #endedIn(alerts: readonly AlertView[]): readonly AlertView[] {
    const now = new Map(alerts.map((alert) => [alert.id, alert]));
    return (this.#before ?? [])
      .filter(({ id, state }) => state !== 'ended' && this.#seen.has(id))
      .map((alert) => now.get(alert.id) ?? { ...alert, state: 'ended' })
      .filter(({ state }) => state === 'ended');
  }
}

/** Over at once, as a reboot is. */
function isEvent({ outcome }: AlertView): boolean {
  return outcome === 'event';
}
