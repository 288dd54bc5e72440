import type { Alert } from './alert.ts';

/** A rule's progress on a subject, as it is kept over a restart. Opaque to the store: the engine writes and reads it. */
export interface StoredProgress {
  /** `subjectKey`. */
  readonly key: string;
  /** JSON. */
  readonly progress: string;
}

/** A message that waits in the outbox, or was sent within the last hour. Opaque to the store. */
export interface StoredMessage {
  readonly id: string;
  /** JSON. */
  readonly message: string;
}

export interface Silence {
  readonly id: string;
  /** Names and globs; `*` for all. */
  readonly rule: string;
  readonly host: string;
  readonly metric: string;
  /** Unix ms. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly comment: string;
}

/** Everything that must survive a restart. */
export interface AlertSnapshot {
  readonly progress: readonly StoredProgress[];
  readonly messages: readonly StoredMessage[];
  readonly silences: readonly Silence[];
  /** Alerts that have not ended, and those that ended lately. */
  readonly alerts: readonly Alert[];
}

/** What has changed since it was last saved; `null` removes. */
export interface AlertUpdate {
  readonly progress: ReadonlyMap<string, string | null>;
  readonly messages: ReadonlyMap<string, string | null>;
  readonly silences: ReadonlyMap<string, Silence | null>;
  readonly alerts: readonly Alert[];
}

/**
 * Keeps alerts beside the history, in the same file. In memory is the truth: if the file cannot be written, alerts go on, and all of it is written
 * when it can be.
 */
export interface AlertStore {
  load(): AlertSnapshot;
  /** In one transaction, that never waits for the disk. @throws what SQLite throws */
  save(update: AlertUpdate): void;
  /** Alerts that touch a time range, newest first, at most `limit`. */
  past(
    range: { readonly fromMs: number; readonly toMs: number; readonly host?: string },
    limit: number,
  ): readonly Alert[];
}
