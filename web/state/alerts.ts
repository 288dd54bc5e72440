import type { AlertView } from '../../shared/protocol/messages.ts';
import type { AlertsShown } from '../elements/metrics-panel/alerts/alerts-shown.ts';
import type { Connection } from './connection.ts';
import type { Hosts } from './hosts.ts';
import { Observable } from './observable.ts';

/** Alerts of the shown host as told last, the most urgent first; `null` before the agent has told any. */
export class Alerts extends Observable<readonly AlertView[] | null> {
  /** Since when nothing is heard of them, Unix ms on the reader's clock; `null` while they are live. */
  readonly staleSinceMs = new Observable<number | null>(null);

  constructor({ status }: Connection, hosts: Pick<Hosts, 'chosen' | 'onChange'>) {
    super(null);
    let { chosen } = hosts;
    hosts.onChange(() => {
      if (hosts.chosen === chosen) return;
      ({ chosen } = hosts);
      this.staleSinceMs.set(null);
      this.set(null);
    });
    status.onChange(({ state }) => {
      if (state !== 'connected' && this.value !== null && this.staleSinceMs.value === null)
        this.staleSinceMs.set(Date.now());
    });
  }

  /** Those that have not ended; none before the agent has told any. */
  get active(): readonly AlertView[] {
    return this.value?.filter(({ state }) => state !== 'ended') ?? [];
  }

  /** Those that ask for attention. */
  get loud(): readonly AlertView[] {
    return this.active.filter(isLoud);
  }

  told({ alerts }: Pick<AlertsShown, 'alerts'>): void {
    this.staleSinceMs.set(null);
    this.set(alerts.toSorted(byUrgency));
  }
}

export function isFiring({ state }: AlertView): boolean {
  return state === 'firing' || state === 'clearing';
}

/** Whether it asks for attention: it fires, and nobody has acknowledged or silenced it. */
export function isLoud(alert: AlertView): boolean {
  return isFiring(alert) && isTold(alert);
}

/** Whether nobody has acknowledged or silenced it. */
export function isTold({ acknowledgedMs, silencedUntilMs }: AlertView): boolean {
  return acknowledgedMs === null && silencedUntilMs === null;
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
