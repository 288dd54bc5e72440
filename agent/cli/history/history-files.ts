import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryError } from '../../store/sample-history.ts';
import { NewerFileError, openDatabase } from '../../store/history/database.ts';
import { lockHistory } from '../../store/history/history-lock.ts';
import { HistoryStore } from '../../store/history/history-store.ts';
import { APPLICATION_ID, FORMAT_VERSION } from '../../store/history/schema.ts';
import { connect, readNumber, sqliteProblem, type Connection } from '../../store/history/sqlite.ts';
import { UsageError } from '../usage-error.ts';

const DEFAULT_INTERVAL_MS = 1000;
const DEFAULT_UNIT_MS = 100;
/** Version of the file. */
const FIRST_WITH_ALERTS = 2;

export function databaseIn(folder: string): string {
  return join(folder, 'history.db');
}

/**
 * A connection that only reads, also while an agent writes, and sees everything as of now.
 * @throws UsageError if there is no history, or it cannot be opened
 */
export function openToRead(folder: string): Connection {
  const path = databaseIn(folder);
  if (!existsSync(path)) {
    throw new UsageError(
      `There is no history in ${folder}: name the agent's with --history-folder (METRICS_PANEL_HISTORY_FOLDER), or its state folder with --state.`,
    );
  }
  return orUsageError(path, () => {
    const connection = connect(path, { readOnly: true });
    if (readNumber(connection, 'PRAGMA application_id') !== APPLICATION_ID)
      throw new UsageError(
        `${path} is not a history of this program: give another folder with --history-folder.`,
      );
    if (readNumber(connection, 'PRAGMA user_version') > FORMAT_VERSION) throw newer(path);
    connection.exec('BEGIN');
    return connection;
  });
}

/**
 * A connection that writes. Nobody else keeps a history in the folder until `close`.
 * @param what is to be done, such as `compact`
 * @throws UsageError while an agent does, or if it cannot be opened
 */
export function openToWrite(
  folder: string,
  what: string,
): { readonly connection: Connection; readonly close: () => void } {
  const path = databaseIn(folder);
  const unlock = orUsageError(path, () => lockHistory(join(folder, 'history.lock')));
  if (unlock === null) {
    throw new UsageError(
      `An agent is keeping its history in ${folder}: stop it to ${what}, or give another folder with --history-folder.`,
    );
  }
  try {
    const connection = orUsageError(path, () => openDatabase(path));
    return {
      connection,
      close: () => {
        connection.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Whether the file has alerts: one of an earlier version gets them when an agent opens it. */
export function hasAlerts(connection: Connection): boolean {
  return readNumber(connection, 'PRAGMA user_version') >= FIRST_WITH_ALERTS;
}

/** The history of a connection, for reading. @throws HistoryError */
export function historyOf(connection: Connection): HistoryStore {
  const intervalMs = readNumber(connection, 'SELECT interval_ms FROM run ORDER BY id DESC LIMIT 1');
  return new HistoryStore(connection, {
    intervalMs: intervalMs === 0 ? DEFAULT_INTERVAL_MS : intervalMs,
    unitMs: DEFAULT_UNIT_MS,
  });
}

/** @throws UsageError for what is wrong with the file or its folder */
export function orUsageError<T>(path: string, task: () => T): T {
  try {
    return task();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (cause instanceof NewerFileError) throw newer(path);
    const message = cause instanceof Error ? cause.message : String(cause);
    const kind = sqliteProblem(cause);
    if (kind === 'damaged' || cause instanceof HistoryError) {
      throw new UsageError(
        `${path} is damaged (${message}): the agent sets it aside when it starts, and starts a new one.`,
        { cause },
      );
    }
    if (kind === 'full')
      throw new UsageError(`The disk of ${path} is full: free some of it, and try again.`, { cause });
    if (kind !== undefined || (cause instanceof Error && 'code' in cause)) {
      throw new UsageError(
        `${path} cannot be opened (${message}): run this as the user that the agent runs as.`,
        { cause },
      );
    }
    throw cause;
  }
}

function newer(path: string): UsageError {
  return new UsageError(`${path} was written by a newer version of this program: use that version.`);
}
