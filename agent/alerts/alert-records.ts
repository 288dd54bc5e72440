import type { Alert } from './alert.ts';
import type { AlertSnapshot, AlertUpdate, Silence } from './alert-store.ts';

/** Values by key, and which of them differ from what is on disk. Nothing is kept of what is neither here nor there. */
class Kept<Value> {
  readonly #all = new Map<string, Value>();
  readonly #unsaved = new Set<string>();
  /** Keys that the file has. */
  #inFile = new Set<string>();

  get all(): ReadonlyMap<string, Value> {
    return this.#all;
  }

  get hasUnsaved(): boolean {
    return this.#unsaved.size > 0;
  }

  /** As they are on disk. */
  load(entries: Iterable<readonly [string, Value]>): void {
    for (const [key, value] of entries) {
      this.#all.set(key, value);
      this.#inFile.add(key);
    }
  }

  /** @param changes `null` for what is no more */
  change(changes: Iterable<readonly [string, Value | null]>): void {
    for (const [key, value] of changes) {
      if (value === null) this.#all.delete(key);
      else this.#all.set(key, value);
      if (value === null && !this.#inFile.has(key)) this.#unsaved.delete(key);
      else this.#unsaved.add(key);
    }
  }

  /** Everything is unsaved: the file is another one. @param inFile keys that it has */
  moveTo(inFile: Iterable<string>): void {
    this.#inFile = new Set(inFile);
    this.#unsaved.clear();
    for (const keys of [this.#all.keys(), this.#inFile]) for (const key of keys) this.#unsaved.add(key);
  }

  unsaved(): ReadonlyMap<string, Value | null> {
    return new Map([...this.#unsaved].map((key) => [key, this.#all.get(key) ?? null]));
  }

  saved(): void {
    for (const key of this.#unsaved) {
      if (this.#all.has(key)) this.#inFile.add(key);
      else this.#inFile.delete(key);
    }
    this.#unsaved.clear();
  }
}

/** So many alerts that have ended are written into a file that could not be written for long, the newest of them. */
const MAX_ENDED = 200;

/** Everything about alerts that must survive a restart, and what of it is yet to be written. */
export class AlertRecords {
  readonly progress = new Kept<string>();
  readonly messages = new Kept<string>();
  readonly silences = new Kept<Silence>();
  /** Those that have not ended. */
  readonly #open = new Map<string, Alert>();
  readonly #unsavedAlerts = new Map<string, Alert>();

  /** Whether there is something to write. */
  get hasUnsaved(): boolean {
    return (
      this.#unsavedAlerts.size > 0 ||
      [this.progress, this.messages, this.silences].some(({ hasUnsaved }) => hasUnsaved)
    );
  }

  load({ progress, messages, silences, alerts }: AlertSnapshot): void {
    this.progress.load(progress.map(({ key, progress: text }) => [key, text]));
    this.messages.load(messages.map(({ id, message }) => [id, message]));
    this.silences.load(silences.map((silence) => [silence.id, silence]));
    for (const alert of alerts) if (alert.endedMs === null) this.#open.set(alert.id, alert);
  }

  changeAlerts(alerts: Iterable<Alert>): void {
    for (const alert of alerts) {
      if (alert.endedMs === null) this.#open.set(alert.id, alert);
      else this.#open.delete(alert.id);
      // As the last that changed.
      this.#unsavedAlerts.delete(alert.id);
      this.#unsavedAlerts.set(alert.id, alert);
    }
    if (this.#unsavedAlerts.size > this.#open.size + MAX_ENDED) this.#dropOldest();
  }

  /**
   * Prepares to write everything into another file, in place of what it has. Alerts that only the file has not seen the end of have ended at a time
   * that nobody knows.
   */
  moveTo(file: AlertSnapshot, nowMs: number): void {
    this.progress.moveTo(file.progress.map(({ key }) => key));
    this.messages.moveTo(file.messages.map(({ id }) => id));
    this.silences.load(
      file.silences.filter(({ id }) => !this.silences.all.has(id)).map((silence) => [silence.id, silence]),
    );
    this.silences.moveTo(file.silences.map(({ id }) => id));
    const left = file.alerts.filter(({ id, endedMs }) => endedMs === null && !this.#open.has(id));
    this.changeAlerts([
      ...left.map((alert): Alert => ({ ...alert, state: 'ended', endedMs: nowMs, outcome: null })),
      ...this.#unsavedAlerts.values(),
      ...this.#open.values(),
    ]);
  }

  update(): AlertUpdate {
    return {
      progress: this.progress.unsaved(),
      messages: this.messages.unsaved(),
      silences: this.silences.unsaved(),
      alerts: [...this.#unsavedAlerts.values()],
    };
  }

  saved(): void {
    for (const kept of [this.progress, this.messages, this.silences]) kept.saved();
    this.#unsavedAlerts.clear();
  }

  #dropOldest(): void {
    const oldest = [...this.#unsavedAlerts.values()].find(({ endedMs }) => endedMs !== null);
    if (oldest !== undefined) this.#unsavedAlerts.delete(oldest.id);
  }
}
