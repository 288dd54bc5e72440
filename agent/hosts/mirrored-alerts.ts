import type { AlertLine, AlertView } from '../../shared/protocol/messages.ts';
import type { AlertBoard, BoardEntry } from '../alerts/alert-board.ts';
import { cleanTime } from './clean-time.ts';

/** What another agent tells of its host's alerts. */
export interface MirroredPart {
  /** Whether everything told before is to be forgotten. */
  readonly complete: boolean;
  readonly alerts: readonly AlertView[];
  readonly lines?: readonly AlertLine[] | undefined;
}

/** More are not kept of one host, which may be hostile: those that ended go first. */
const MAX_ALERTS = 400;

/** Alerts of a host that another agent evaluates, as that agent told them. */
export class MirroredAlerts implements AlertBoard {
  /** Id of the host here, which may differ from the one that its agent uses. */
  readonly #host: string;
  readonly #entries = new Map<string, BoardEntry>();
  readonly #listeners = new Set<() => void>();
  #lines: readonly AlertLine[] = [];
  #revision = 0;
  #rulesRevision = 0;

  constructor(host: string) {
    this.#host = host;
  }

  get revision(): number {
    return this.#revision;
  }

  get rulesRevision(): number {
    return this.#rulesRevision;
  }

  changedAfter(_host: string, revision: number): readonly BoardEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.revision > revision);
  }

  lines(): readonly AlertLine[] {
    return this.#lines;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take({ complete, alerts, lines }: MirroredPart): void {
    if (complete) {
      this.#entries.clear();
      this.#lines = lines ?? [];
      this.#rulesRevision += 1;
    }
    for (const alert of alerts) if (hasTimes(alert)) this.#put({ ...alert, host: this.#host });
    this.#forget();
    this.#revision += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Each with a revision of its own, since a message to a viewer may end after any of them. */
  #put(alert: AlertView): void {
    this.#revision += 1;
    this.#entries.delete(alert.id);
    this.#entries.set(alert.id, { revision: this.#revision, alert });
  }

  #forget(): void {
    const excess = this.#entries.size - MAX_ALERTS;
    if (excess <= 0) return;
    const byRank = [...this.#entries].toSorted(([, one], [, other]) => rank(other) - rank(one));
    for (const [id] of byRank.slice(0, excess)) this.#entries.delete(id);
  }
}

function hasTimes({
  sinceMs,
  firedMs,
  endedMs,
  noDataSinceMs,
  acknowledgedMs,
  silencedUntilMs,
}: AlertView): boolean {
  return [sinceMs, firedMs, endedMs, noDataSinceMs, acknowledgedMs, silencedUntilMs].every(
    (ms) => ms === null || cleanTime(ms) !== null,
  );
}

/** Ended before active, and those that changed longest ago first. */
function rank({ revision, alert }: BoardEntry): number {
  return (alert.endedMs === null ? 0 : Number.MAX_SAFE_INTEGER / 2) - revision;
}
