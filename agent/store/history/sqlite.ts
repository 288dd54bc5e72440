import { closeSync, openSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { errorCode } from '../../system-error.ts';

/** A connection to the history's file, or to its lock. */
export type Connection = DatabaseSync;

interface SqliteModule {
  /** Named so since Node 26. */
  readonly Database?: typeof DatabaseSync;
  readonly DatabaseSync: typeof DatabaseSync;
}

export const IN_MEMORY = ':memory:';
const PRIVATE_FILE = 0o600;

let constructor: typeof DatabaseSync | undefined;

/**
 * Opens a file with SQLite, which is loaded with the first, and makes it if there is none. No statement waits for another connection.
 *
 * @throws Error of SQLite (see `sqliteProblem`) or of the operating system
 */
export function connect(path: string, { readOnly = false } = {}): Connection {
  if (path !== IN_MEMORY) requireFile(path);
  if (!readOnly && path !== IN_MEMORY) makePrivate(path);
  constructor ??= loadSqlite();
  return new constructor(path, { readOnly });
}

/** Opening a pipe for reading waits for a writer, and would stop the whole agent. */
function requireFile(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isFile())
    throw Object.assign(new Error('it is no file'), { code: 'ENOTFILE' });
}

/** SQLite gives the files beside it the same mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Node 22 warns on standard error that it is experimental. */
function loadSqlite(): typeof DatabaseSync {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    const sqlite: SqliteModule = process.getBuiltinModule('node:sqlite');
    return sqlite.Database ?? sqlite.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** `busy`: another connection writes; try again. `damaged`: the file is not as it was written. `full`: no room. */
export type SqliteProblem = 'busy' | 'damaged' | 'full' | 'failed';

/** Primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;
const READ_TOO_SHORT = 522;

/** What an error of a connection means, or one that was caused by it; `undefined` if SQLite has no part in it. */
export function sqliteProblem(error: unknown): SqliteProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!('errcode' in error) || typeof error.errcode !== 'number') return sqliteProblem(error.cause);
  if (error.errcode === READ_TOO_SHORT) return 'damaged';
  switch (error.errcode & 0xff) {
    case BUSY:
    case LOCKED:
      return 'busy';
    case CORRUPT:
    case NOT_A_DATABASE:
      return 'damaged';
    case FULL:
      return 'full';
    default:
      return 'failed';
  }
}

/** The first value of the first row. */
export function readNumber(connection: Connection, sql: string): number {
  const [value] = Object.values(connection.prepare(sql).get() ?? {});
  return Number(value ?? 0);
}
