import type { AlertView } from '../../../shared/protocol/messages.ts';
import type { Clock } from '../../clock.ts';
import { cleanAlert } from '../../hosts/clean.ts';
import { MirroredAlerts } from '../../hosts/mirrored-alerts.ts';

/** Of one beat; the worst come first. */
const MAX_ALERTS = 100;

/** The alerts of a host, whose beats tell all that fire: what is no longer among them has ended. */
export class BeatAlerts {
  readonly board: MirroredAlerts;
  readonly #clock: Clock;
  #firing = new Map<string, AlertView>();

  /** @param host its id here */
  constructor(host: string, clock: Clock) {
    this.board = new MirroredAlerts(host);
    this.#clock = clock;
  }

  take(told: readonly AlertView[]): void {
    const before = this.#firing;
    this.#firing = new Map(told.slice(0, MAX_ALERTS).map((alert) => [alert.id, cleanAlert(alert)]));
    const nowMs = this.#clock.wallNow();
    const ended = [...before.values()]
      .filter(({ id }) => !this.#firing.has(id))
      .map((alert) => ({ ...alert, state: 'ended', endedMs: nowMs, outcome: 'resolved' }));
    const changed = [...this.#firing.values()].filter(
      (alert) => JSON.stringify(alert) !== JSON.stringify(before.get(alert.id)),
    );
    if (ended.length + changed.length > 0)
      this.board.take({ complete: false, alerts: [...ended, ...changed] });
  }
}
