import type { ToldAlerts } from '../../../../shared/client/client-subscription.ts';
import type { AlertView } from '../../../../shared/protocol/messages.ts';
import type { AlertsShown } from './alerts-shown.ts';

/** How many that ended are kept. */
const MOST_ENDED = 500;

const NONE: AlertsShown = { host: '', alerts: [], lines: [], complete: false };

/** What the messages of a subscription add up to. */
export class AlertsTold {
  #shown = NONE;

  get shown(): AlertsShown {
    return this.#shown;
  }

  /**
   * Applies a message.
   * @returns the alerts that are news: new ones, and those of which more than the value has changed; those that were known before a reconnect are none
   */
  add({ host, complete, alerts, lines }: ToldAlerts): readonly AlertView[] {
    const before = this.#shown.host === host ? this.#shown : NONE;
    const known = new Map(before.alerts.map((alert) => [alert.id, alert]));
    const all = new Map(complete ? before.alerts.filter(isOver).map((alert) => [alert.id, alert]) : known);
    for (const alert of alerts) {
      // Deleted first, so that those that changed last are last.
      all.delete(alert.id);
      all.set(alert.id, alert);
    }
    const kept = [...all.values()].filter(isOfUse);
    const surplus = kept.filter(isOver).slice(0, -MOST_ENDED);
    this.#shown = {
      host,
      alerts: surplus.length === 0 ? kept : kept.filter((alert) => !surplus.includes(alert)),
      lines: lines ?? (complete ? [] : before.lines),
      complete,
    };
    return alerts.filter((alert) => newsOf(alert) !== newsOf(known.get(alert.id)));
  }

  clear(): void {
    this.#shown = NONE;
  }
}

function isOver({ state }: AlertView): boolean {
  return state === 'ended';
}

/** Not one that was pending and never fired. */
function isOfUse({ state, firedMs }: AlertView): boolean {
  return state !== 'ended' || firedMs !== null;
}

/** Equal for alerts of which only the values differ. */
function newsOf(alert: AlertView | undefined): string {
  if (alert === undefined) return '';
  const { state, severity, firedMs, outcome, noDataSinceMs, acknowledgedMs, silencedUntilMs } = alert;
  return JSON.stringify([state, severity, firedMs, outcome, noDataSinceMs, acknowledgedMs, silencedUntilMs]);
}
