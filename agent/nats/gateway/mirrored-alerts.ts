import type { AlertView } from '../../../shared/protocol/messages.ts';
import type { AlertBoard, BoardEntry } from '../../alerts/alert-board.ts';
import type { Clock } from '../../clock.ts';
import { cleanLabel } from '../../sampling/instances.ts';

/** Those of a board with more are not told; people look at the worst first anyway. */
const MAX_ALERTS = 100;
/** How long viewers may ask for one that has ended. */
const ENDED_KEPT_MS = 60_000;

/** The alerts of one host as its agent tells them: each time all that fire. */
export class MirroredAlerts implements AlertBoard {
  readonly #host: string;
  readonly #clock: Clock;
  #revision = 0;
  readonly #entries = new Map<string, BoardEntry>();
  readonly #listeners = new Set<() => void>();

  constructor(host: string, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Its agent tells no rules. */
  get rulesRevision(): number {
    return 0;
  }

  /** Takes all that fire now; what is no longer among them has ended. */
  update(told: readonly AlertView[]): void {
    const before = this.#revision;
    const nowMs = this.#clock.wallNow();
    const present = new Set<string>();
    for (const alert of told.slice(0, MAX_ALERTS)) {
      present.add(alert.id);
      this.#put({ ...alert, host: this.#host, title: cleanLabel(alert.title) });
    }
    for (const [id, { alert }] of this.#entries) {
      if (present.has(id)) continue;
      if (alert.endedMs === null)
        this.#put({ ...alert, state: 'ended', endedMs: nowMs, outcome: 'resolved' });
      else if (nowMs - alert.endedMs > ENDED_KEPT_MS) this.#entries.delete(id);
    }
    if (this.#revision > before) for (const listener of this.#listeners) listener();
  }

  changedAfter(host: string, revision: number): readonly BoardEntry[] {
    if (host !== this.#host || revision >= this.#revision) return [];
    return [...this.#entries.values()].filter((entry) => entry.revision > revision);
  }

  lines(): readonly [] {
    return [];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Moves an alert that has changed to the end. */
  #put(alert: AlertView): void {
    const known = this.#entries.get(alert.id);
    if (known !== undefined && JSON.stringify(known.alert) === JSON.stringify(alert)) return;
    this.#revision += 1;
    this.#entries.delete(alert.id);
    this.#entries.set(alert.id, { revision: this.#revision, alert });
  }
}
