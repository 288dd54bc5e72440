import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { closeDatabase, openDatabase, sizeOf } from './database.ts';
import { Maintenance, type MaintenanceOutcome } from './maintenance.ts';
import { readNumber, type Connection } from './sqlite.ts';

const MINUTE_MS = 60_000;

let folder: string;
let path: string;
let connection: Connection;
let clock: FakeClock;
let outcomes: MaintenanceOutcome[];
let maintenance: Maintenance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.db');
  connection = openDatabase(path);
  clock = new FakeClock();
  outcomes = [];
  const limits = { days: 14, maxBytes: 5_000_000, logBytes: 500_000 };
  maintenance = new Maintenance({ path, limits }, clock, (outcome) => outcomes.push(outcome));
});
afterEach(async () => {
  await maintenance.stop();
  closeDatabase(connection, path);
  rmSync(folder, { recursive: true });
});

function write(rows: number): void {
  const insert = connection.prepare(
    'INSERT INTO seconds(chunk, part, run, begin_ms, end_ms, first_seq, last_seq, rows, data) VALUES(0, 0, 1, ?, 0, 0, 0, 0, ?)',
  );
  connection.exec('BEGIN');
  for (let row = 0; row < rows; row += 1) insert.run(row, new Uint8Array(3000));
  connection.exec('COMMIT');
}

const logBytes = (): number => sizeOf(`${path}-wal`);
const ended = async (count: number): Promise<void> => {
  await expect.poll(() => outcomes.length).toBe(count);
};

describe('the worker', () => {
  it('comes some minutes after the start and then every 45, empties the log, and goes', async () => {
    write(50);
    const before = logBytes();
    maintenance.visit(0);
    clock.stall(MINUTE_MS);
    maintenance.visit(0);
    clock.stall(MINUTE_MS);
    maintenance.visit(0);
    maintenance.visit(0);
    await ended(1);
    expect(outcomes).toEqual([{ problem: null, isDone: true }]);
    expect([logBytes() < before / 10, readNumber(connection, 'SELECT count(*) FROM seconds')]).toEqual([
      true,
      50,
    ]);
    expect(maintenance.isAlone).toBe(false);
    clock.stall(44 * MINUTE_MS);
    maintenance.visit(0);
    clock.stall(MINUTE_MS);
    maintenance.visit(0);
    await ended(2);
  });

  it('comes at once when the log is too large, but not each second', async () => {
    maintenance.visit(500_001);
    await ended(1);
    maintenance.visit(500_001);
    clock.stall(MINUTE_MS - 1);
    maintenance.visit(500_001);
    clock.stall(1);
    maintenance.visit(500_001);
    await ended(2);
    expect(outcomes).toHaveLength(2);
  });

  it('deletes what is too much, and never lets the log grow far meanwhile', async () => {
    write(2000);
    maintenance.visit(logBytes());
    await ended(1);
    expect(outcomes).toEqual([{ problem: null, isDone: true }]);
    expect(sizeOf(path)).toBeLessThanOrEqual(4_000_000);
    const left = readNumber(connection, 'SELECT count(*) FROM seconds');
    expect(left).toBeGreaterThan(900);
    expect(readNumber(connection, 'SELECT min(begin_ms) FROM seconds')).toBe(2000 - left);
    write(1);
    expect(readNumber(connection, 'SELECT count(*) FROM seconds')).toBe(left + 1);
  });

  it('comes again soon if somebody read, so that the log could not be emptied', async () => {
    write(50);
    connection.exec('BEGIN');
    readNumber(connection, 'SELECT count(*) FROM seconds');
    maintenance.visit(500_001);
    await ended(1);
    expect(outcomes).toEqual([{ problem: null, isDone: false }]);
    connection.exec('COMMIT');
    clock.stall(MINUTE_MS);
    maintenance.visit(0);
    await ended(2);
    expect(outcomes[1]).toEqual({ problem: null, isDone: true });
  });

  it('tells that the file is damaged', async () => {
    write(2000);
    readNumber(connection, 'PRAGMA wal_checkpoint(TRUNCATE)');
    const file = openSync(path, 'r+');
    for (let page = 20; page < 2000; page += 1)
      writeSync(file, new Uint8Array(1024).fill(7), 0, 1024, page * 1024);
    closeSync(file);
    maintenance.visit(500_001);
    await ended(1);
    expect(outcomes).toEqual([
      { problem: { kind: 'damaged', message: 'database disk image is malformed' }, isDone: false },
    ]);
  });

  it('does not make a file again that was removed', async () => {
    rmSync(path);
    maintenance.visit(500_001);
    await ended(1);
    expect(sizeOf(path)).toBe(0);
  });

  it('can be stopped at any time', async () => {
    write(2000);
    maintenance.visit(logBytes());
    await maintenance.stop();
    expect(outcomes).toEqual([]);
    expect(Object.values(connection.prepare('PRAGMA integrity_check').get() ?? {})).toEqual(['ok']);
  });
});
