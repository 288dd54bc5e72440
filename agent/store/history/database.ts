import { statSync } from 'node:fs';
import { HistoryError } from '../sample-history.ts';
import { HELD_SCHEMA } from './held.ts';
import {
  ALERT_SCHEMA,
  APPLICATION_ID,
  CONNECTION_PRAGMAS,
  FORMAT_VERSION,
  NEW_FILE_PRAGMAS,
  SCHEMA,
} from './schema.ts';
import { connect, IN_MEMORY, readNumber, type Connection } from './sqlite.ts';

/** Changes nothing, but is written. */
const WRITE_A_PAGE = `PRAGMA application_id=${APPLICATION_ID}`;
/**
 * What each version added, from version 1. Small tables have few pages each, and every reader needs them. The tiers are checked as they are read: all of
 * them at once would be 500 MB.
 */
const VERSIONS = [
  { sql: `${SCHEMA}${HELD_SCHEMA}`, smallTables: ['part', 'run', 'series', 'held', 'tail', 'gap'] },
  { sql: ALERT_SCHEMA, smallTables: ['alert', 'alert_state'] },
] as const;

/** The file is of a later agent, which may keep it differently. */
export class NewerFileError extends Error {}

/** `history.db` and what SQLite keeps beside it. */
export function filesOf(path: string): readonly string[] {
  return [path, `${path}-wal`, `${path}-shm`];
}

/**
 * Opens the history's file for writing, and makes it if there is none; one of an earlier version is upgraded. Its commits never wait for the disk: see
 * `checkpoint`.
 *
 * @throws HistoryError if the file is damaged, or no history
 * @throws NewerFileError
 * @throws Error of SQLite (see `sqliteProblem`) or of the operating system
 */
export function openDatabase(path: string): Connection {
  // SQLite takes such a file for a new one, and removes the log.
  if (statSync(path, { throwIfNoEntry: false })?.size === 0 && sizeOf(`${path}-wal`) > 0)
    throw new HistoryError('it is empty, but its log is not');
  const connection = connect(path);
  try {
    // In a file where nothing old could follow the new, the order in which the disk writes is of no importance.
    connection.exec('PRAGMA synchronous=OFF');
    if (isEmpty(connection)) create(connection);
    else check(connection, path);
    for (const pragma of CONNECTION_PRAGMAS.filter((each) => !each.startsWith('synchronous')))
      connection.exec(`PRAGMA ${pragma}`);
    // The first write into an empty log waits for the disk otherwise.
    if (sizeOf(`${path}-wal`) === 0) connection.exec(WRITE_A_PAGE);
    for (const pragma of CONNECTION_PRAGMAS) connection.exec(`PRAGMA ${pragma}`);
    upgrade(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A second connection to a file that `openDatabase` has opened; waits for the first as long as it writes. */
export function openBeside(path: string): Connection {
  const connection = connect(path);
  connection.exec('PRAGMA busy_timeout=1000');
  for (const pragma of CONNECTION_PRAGMAS) connection.exec(`PRAGMA ${pragma}`);
  return connection;
}

/** Closes a file without waiting for the disk: what is in the log stays there, and is read from there when the file is opened again. */
export function closeDatabase(connection: Connection, path: string): void {
  // The last connection that could write moves the log into the file, and waits.
  let reader: Connection | undefined;
  try {
    reader = connect(path, { readOnly: true });
    readNumber(reader, 'PRAGMA schema_version');
  } catch {
    // The file is gone or damaged, and so is its log.
  }
  try {
    connection.close();
  } finally {
    reader?.close();
  }
}

/**
 * Moves what is in the log into the file, so that both survive a power cut, and begins the log anew. Waits for the disk: for a thread of its own.
 *
 * @param alone called with `true` before, and with `false` after the moments in which another connection that writes would have to wait for the
 *   disk: a log that begins anew is brought to the disk first, by whoever writes into it first.
 * @returns whether the log begins anew; not while somebody reads
 */
export function checkpoint(connection: Connection, path: string, alone: (isAlone: boolean) => void): boolean {
  const reader = connect(path, { readOnly: true });
  try {
    // While a reader is open, the log cannot begin anew: commits are appended to it.
    reader.exec('BEGIN');
    readNumber(reader, 'SELECT count(*) FROM part');
    connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
    alone(true);
    reader.exec('COMMIT');
    const isBusy = readNumber(connection, 'PRAGMA wal_checkpoint(TRUNCATE)') !== 0;
    if (!isBusy) connection.exec(WRITE_A_PAGE);
    return !isBusy;
  } finally {
    alone(false);
    reader.close();
  }
}

/** Bytes on the disk of the file and its log. */
export function sizeOnDisk(path: string): number {
  return filesOf(path).reduce((sum, file) => sum + sizeOf(file), 0);
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Whether nothing is in it yet, or its making was interrupted. */
function isEmpty(connection: Connection): boolean {
  const application = readNumber(connection, 'PRAGMA application_id');
  return (
    (application === 0 || application === APPLICATION_ID) &&
    readNumber(connection, 'SELECT count(*) FROM sqlite_schema') === 0
  );
}

function create(connection: Connection): void {
  for (const pragma of [...NEW_FILE_PRAGMAS, ...CONNECTION_PRAGMAS.slice(0, 1)])
    connection.exec(`PRAGMA ${pragma}`);
  connection.exec(`BEGIN IMMEDIATE; ${schemaOf(VERSIONS)} COMMIT`);
}

/** All of it or nothing, and what was recorded stays as it is. */
function upgrade(connection: Connection): void {
  const version = readNumber(connection, 'PRAGMA user_version');
  if (version === FORMAT_VERSION) return;
  connection.exec('BEGIN IMMEDIATE');
  try {
    connection.exec(`${schemaOf(VERSIONS.slice(version))} PRAGMA user_version=${FORMAT_VERSION}; COMMIT`);
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}

/** @throws HistoryError, NewerFileError */
function check(connection: Connection, path: string): void {
  if (readNumber(connection, 'PRAGMA application_id') !== APPLICATION_ID)
    throw new HistoryError('it is not a history');
  const version = readNumber(connection, 'PRAGMA user_version');
  if (version > FORMAT_VERSION) throw new NewerFileError();
  if (describeTables(connection) !== expectedTables(version))
    throw new HistoryError('its tables are different');
  // What is missing in the file may be in the log.
  const bytes = readNumber(connection, 'PRAGMA page_count') * readNumber(connection, 'PRAGMA page_size');
  if (sizeOf(path) + sizeOf(`${path}-wal`) < bytes) throw new HistoryError('its end is missing');
  // With their indices: a name that differs in one of them would be found as another, or not at all.
  for (const table of VERSIONS.slice(0, version).flatMap(({ smallTables }) => [...smallTables])) {
    const [verdict] = Object.values(connection.prepare(`PRAGMA integrity_check(${table})`).get() ?? {});
    if (verdict !== 'ok') throw new HistoryError(String(verdict));
  }
}

function expectedTables(version: number): string {
  const sample = connect(IN_MEMORY);
  sample.exec(schemaOf(VERSIONS.slice(0, version)));
  const tables = describeTables(sample);
  sample.close();
  return tables;
}

function schemaOf(versions: readonly { readonly sql: string }[]): string {
  return versions.map(({ sql }) => sql).join('');
}

function describeTables(connection: Connection): string {
  return JSON.stringify(connection.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all());
}
