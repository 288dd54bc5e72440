import type { Alert, AlertChange } from '../alert.ts';

/** An alert that has not ended. */
export interface ActiveAlert {
  /** As it is now. */
  alert(): Alert;
  /** @param atMs wall time; `null` takes it back */
  acknowledge(atMs: number | null): void;
}

/** What a rule watches, as far as it must survive a restart. */
export interface Kept {
  readonly key: string;
  /** JSON; `null` if there is nothing to keep. */
  progress(): string | null;
}

/** What has happened and is yet to be told, shown and saved. */
export class Journal {
  /** By id. */
  readonly active = new Map<string, ActiveAlert>();
  #changes: AlertChange[] = [];
  #updates = new Map<string, Alert>();
  readonly #moved = new Set<Kept>();
  readonly #forgotten = new Set<string>();
  /** What was handed out last, by key. */
  readonly #stored = new Map<string, string>();

  /** Notes what people are told. */
  tell(change: AlertChange): void {
    this.#changes.push(change);
  }

  /** Notes what viewers see; the last of an alert counts. */
  show(alert: Alert): void {
    this.#updates.delete(alert.id);
    this.#updates.set(alert.id, alert);
  }

  /** The progress of a subject is another now. */
  moved(kept: Kept): void {
    this.#moved.add(kept);
  }

  /** A subject is not watched any more. */
  forget(kept: Pick<Kept, 'key'>): void {
    this.#forgotten.add(kept.key);
    for (const moved of this.#moved) if (moved.key === kept.key) this.#moved.delete(moved);
  }

  /** The progress of a subject comes from the store. */
  restored(key: string, progress: string): void {
    this.#stored.set(key, progress);
  }

  takeChanges(): readonly AlertChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  takeUpdates(): readonly Alert[] {
    const updates = [...this.#updates.values()];
    this.#updates = new Map();
    return updates;
  }

  /** By key, as far as it differs from what was taken before; `null` for what is to be removed. */
  takeProgress(): ReadonlyMap<string, string | null> {
    const taken = new Map<string, string | null>();
    for (const key of this.#forgotten) if (this.#stored.delete(key)) taken.set(key, null);
    for (const kept of this.#moved) {
      const progress = kept.progress();
      if (progress === null) {
        if (this.#stored.delete(kept.key)) taken.set(kept.key, null);
      } else if (this.#stored.get(kept.key) !== progress) {
        this.#stored.set(kept.key, progress);
        taken.set(kept.key, progress);
      }
    }
    this.#forgotten.clear();
    this.#moved.clear();
    return taken;
  }
}
