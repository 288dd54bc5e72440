import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryError } from '../sample-history.ts';
import { pruneBadFiles, setAside } from './bad-files.ts';
import { checkpoint, closeDatabase, NewerFileError, openBeside, openDatabase, sizeOf } from './database.ts';
import { APPLICATION_ID } from './schema.ts';
import { connect, readNumber, sqliteProblem, type Connection } from './sqlite.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(connection: Connection, pieces: number): void {
  for (let piece = 0; piece < pieces; piece += 1) {
    connection
      .prepare('INSERT INTO gap(run, from_ms, to_ms, reason, after_seq, before_seq) VALUES(1, 0, 0, ?, 0, 0)')
      .run('x'.repeat(3000));
  }
}

/** A file in the way it is after the program has ended. */
function makeFile(pieces = 20): void {
  const connection = openDatabase(path);
  write(connection, pieces);
  closeDatabase(connection, path);
}

/** Moves everything from the log into the file. */
function emptyLog(): void {
  const connection = openBeside(path);
  readNumber(connection, 'PRAGMA wal_checkpoint(TRUNCATE)');
  connection.close();
}

function overwrite(bytes: Uint8Array, at: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

const problemOf = (task: () => unknown): string | undefined => {
  try {
    task();
  } catch (error) {
    if (error instanceof HistoryError && error.cause === undefined) return 'damaged';
    if (error instanceof NewerFileError) return 'newer';
    return sqliteProblem(error);
  }
  return 'none';
};

describe('a new file', () => {
  it('has small pages, can shrink, keeps a log, and is for its owner alone', () => {
    const connection = openDatabase(path);
    expect(readNumber(connection, 'PRAGMA page_size')).toBe(1024);
    expect(readNumber(connection, 'PRAGMA auto_vacuum')).toBe(2);
    expect(readNumber(connection, 'PRAGMA synchronous')).toBe(1);
    expect(readNumber(connection, 'PRAGMA wal_autocheckpoint')).toBe(0);
    expect(Object.values(connection.prepare('PRAGMA journal_mode').get() ?? {})).toEqual(['wal']);
    const files = readdirSync(folder);
    expect(files.toSorted()).toEqual(['history.db', 'history.db-shm', 'history.db-wal']);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    closeDatabase(connection, path);
  });

  it('is made again if its making was interrupted at any point', () => {
    const unfinished = [
      '',
      'PRAGMA page_size=1024; PRAGMA journal_mode=WAL',
      `PRAGMA page_size=1024; PRAGMA application_id=${APPLICATION_ID}`,
    ];
    for (const [index, sql] of unfinished.entries()) {
      path = join(folder, `${index}.db`);
      const connection = connect(path);
      connection.exec(sql);
      connection.close();
      const opened = openDatabase(path);
      write(opened, 1);
      expect(readNumber(opened, 'SELECT count(*) FROM gap')).toBe(1);
      closeDatabase(opened, path);
    }
  });
});

describe('a file that was written before', () => {
  it('has everything that was committed, whether it was moved from the log or not', () => {
    makeFile();
    for (const isMoved of [false, true]) {
      if (isMoved) emptyLog();
      const connection = openDatabase(path);
      expect(readNumber(connection, 'SELECT count(*) FROM gap')).toBe(20);
      closeDatabase(connection, path);
    }
  });

  it('keeps its log when it is closed, so that nobody waits for the disk', () => {
    makeFile();
    expect(sizeOf(`${path}-wal`)).toBeGreaterThan(20 * 3000);
    expect(sizeOf(path)).toBe(1024);
  });
});

describe('a bad file', () => {
  const whole = (): Uint8Array => readFileSync(path);

  it.each([
    ['garbage', () => writeFileSync(path, 'not a database at all '.repeat(200))],
    ['an overwritten first page', () => overwrite(new Uint8Array(1024).fill(7), 0)],
    [
      'an overwritten page of a small table',
      () => {
        for (let at = 1024; at < whole().length; at += 1024) overwrite(new Uint8Array(1024).fill(7), at);
      },
    ],
    ['a truncated file', () => truncateSync(path, Math.floor(whole().length / 2 / 1024) * 1024)],
    ['a file without its last bytes', () => truncateSync(path, whole().length - 100)],
    [
      "another program's database",
      () => {
        rmSync(path);
        const other = connect(path);
        other.exec('CREATE TABLE people(name TEXT); PRAGMA application_id=7');
        other.close();
      },
    ],
    [
      'a database without an id',
      () => {
        rmSync(path);
        const other = connect(path);
        other.exec('CREATE TABLE people(name TEXT)');
        other.close();
      },
    ],
    [
      'a history with other tables',
      () => {
        const other = connect(path);
        other.exec('DROP TABLE tail');
        other.close();
      },
    ],
  ])('%s is damaged', (_name, damage) => {
    makeFile();
    emptyLog();
    damage();
    expect(problemOf(() => openDatabase(path))).toBe('damaged');
  });

  it('of a newer version is left as it is', () => {
    makeFile();
    const other = connect(path);
    other.exec('PRAGMA user_version=3');
    other.close();
    const before = whole();
    expect(problemOf(() => openDatabase(path))).toBe('newer');
    expect(whole()).toEqual(before);
  });

  it('that lost its log is as it was when the log was last emptied', () => {
    makeFile();
    emptyLog();
    const connection = openDatabase(path);
    write(connection, 5);
    closeDatabase(connection, path);
    writeFileSync(`${path}-wal`, 'garbage'.repeat(1000));
    const again = openDatabase(path);
    expect(readNumber(again, 'SELECT count(*) FROM gap')).toBe(20);
    closeDatabase(again, path);
  });
});

describe('a file set aside', () => {
  const bad = (): string[] =>
    readdirSync(folder)
      .filter((name) => name.includes('.bad-'))
      .toSorted();

  it('keeps its log under its name, which says when it was', () => {
    makeFile();
    expect(setAside(path, Date.UTC(2026, 10, 30, 1, 34, 50))).toBe('history.db.bad-20261130T013450Z');
    expect(existsSync(path)).toBe(false);
    expect(bad()).toEqual(['history.db.bad-20261130T013450Z', 'history.db.bad-20261130T013450Z-wal']);
    path = join(folder, 'history.db.bad-20261130T013450Z');
    const connection = connect(path);
    expect(readNumber(connection, 'SELECT count(*) FROM gap')).toBe(20);
    connection.close();
  });

  it('never takes the name of one before, and the two largest of many stay', () => {
    for (const pieces of [30, 1, 20, 2]) {
      makeFile(pieces);
      setAside(path, 0);
      pruneBadFiles(path, 1e9);
    }
    expect(bad().filter((name) => !name.endsWith('-wal'))).toHaveLength(2);
    expect(
      bad()
        .filter((name) => name.endsWith('-wal'))
        .map((name) => sizeOf(join(folder, name))),
    ).toEqual(expect.arrayContaining([expect.any(Number), expect.any(Number)]));
    const sizes = bad()
      .filter((name) => name.endsWith('-wal'))
      .map((name) => sizeOf(join(folder, name)));
    expect(Math.min(...sizes)).toBeGreaterThan(20 * 3000);
  });

  it('leaves when there is no room for it', () => {
    for (const maxBytes of [1000, 0]) {
      for (const pieces of [30, 20]) {
        makeFile(pieces);
        setAside(path, pieces);
      }
      pruneBadFiles(path, maxBytes);
      expect(bad().filter((name) => !name.endsWith('-wal'))).toHaveLength(maxBytes === 0 ? 0 : 1);
    }
    expect(bad()).toEqual([]);
  });
});

describe('a checkpoint', () => {
  it('empties the log, and is the first to write into it again', () => {
    const connection = openDatabase(path);
    write(connection, 20);
    const beside = openBeside(path);
    const alone: boolean[] = [];
    expect(checkpoint(beside, path, (isAlone) => void alone.push(isAlone))).toBe(true);
    expect(alone).toEqual([true, false]);
    expect(sizeOf(`${path}-wal`)).toBeGreaterThan(0);
    expect(sizeOf(`${path}-wal`)).toBeLessThan(3000);
    expect(sizeOf(path)).toBeGreaterThan(20 * 3000);
    beside.close();
    write(connection, 1);
    expect(readNumber(connection, 'SELECT count(*) FROM gap')).toBe(21);
    closeDatabase(connection, path);
  });

  it('moves what it can while somebody reads, and says that it has not ended', () => {
    const connection = openDatabase(path);
    write(connection, 20);
    connection.exec('BEGIN');
    readNumber(connection, 'SELECT count(*) FROM gap');
    const beside = openBeside(path);
    beside.exec('PRAGMA busy_timeout=1');
    expect(checkpoint(beside, path, () => {})).toBe(false);
    expect(sizeOf(path)).toBeGreaterThan(20 * 3000);
    connection.exec('COMMIT');
    expect(checkpoint(beside, path, () => {})).toBe(true);
    beside.close();
    closeDatabase(connection, path);
  });
});
