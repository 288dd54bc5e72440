import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TIERS, type Tier } from '../sample-history.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { readHeld, retain, type RetentionLimits } from './retention.ts';
import { CHUNK_MS, ROW_MS, TIME_PART } from './schema.ts';
import { readNumber, type Connection } from './sqlite.ts';

const DAY_MS = 86_400_000;
const NO_LIMIT: RetentionLimits = { days: 3650, maxBytes: 1e12, logBytes: 0 };

let folder: string;
let path: string;
let connection: Connection;
let nextId: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.db');
  connection = openDatabase(path);
  connection.exec("INSERT INTO run VALUES(1, 'a', 1000, 100)");
  nextId = 1;
});
afterEach(() => {
  closeDatabase(connection, path);
  rmSync(folder, { recursive: true });
});

/** Writes a whole chunk of three parts. */
function write(
  tier: Tier,
  beginMs: number,
  { bytes = 900, run = 1, rows = CHUNK_MS[tier] / ROW_MS[tier] } = {},
): void {
  const insert = connection.prepare(
    `INSERT INTO ${tier}(id, chunk, part, run, begin_ms, end_ms, first_seq, last_seq, rows, weight, data) VALUES(?, ?, ?, ?, ?, ?, 0, 0, ?, NULL, ?)`,
  );
  const chunk = nextId;
  for (const part of [TIME_PART, 1, 2]) {
    insert.run(nextId, chunk, part, run, beginMs, beginMs + CHUNK_MS[tier], rows, new Uint8Array(bytes / 3));
    nextId += 1;
  }
}

const begins = (tier: Tier): unknown[] =>
  connection
    .prepare(`SELECT begin_ms FROM ${tier} WHERE part = ${TIME_PART} ORDER BY id`)
    .all()
    .map((row) => row['begin_ms']);
const count = (table: string): number => readNumber(connection, `SELECT count(*) FROM ${table}`);

function retainAll(limits: Partial<RetentionLimits>): number {
  return [...retain(connection, { ...NO_LIMIT, ...limits })].length;
}

describe('what is held', () => {
  it('is known without counting: bytes and recorded time, however rows come and go', () => {
    expect(readHeld(connection)).toEqual(TIERS.map((tier) => ({ tier, bytes: 0, recordedMs: 0 })));
    for (const tier of TIERS) for (const begin of [0, 5 * DAY_MS]) write(tier, begin);
    expect(readHeld(connection)).toEqual(
      TIERS.map((tier) => ({ tier, bytes: 1800, recordedMs: 2 * CHUNK_MS[tier] })),
    );
    connection.exec('DELETE FROM minutes WHERE id < (SELECT max(chunk) FROM minutes)');
    connection.exec("UPDATE quarters SET data = x'00', rows = 1 WHERE part = 0");
    expect(readHeld(connection)).toEqual([
      { tier: 'seconds', bytes: 1800, recordedMs: 2 * CHUNK_MS.seconds },
      { tier: 'minutes', bytes: 900, recordedMs: CHUNK_MS.minutes },
      { tier: 'quarters', bytes: 1202, recordedMs: 2 * ROW_MS.quarters },
    ]);
    for (const tier of TIERS) connection.exec(`DELETE FROM ${tier}`);
    expect(readHeld(connection)).toEqual(TIERS.map((tier) => ({ tier, bytes: 0, recordedMs: 0 })));
  });

  it('counts what was recorded, not what the clock did: a year forward or back within a chunk is no year', () => {
    write('seconds', 0, { rows: 10 });
    connection.exec(`UPDATE seconds SET end_ms = ${365 * DAY_MS} WHERE id = 1`);
    expect(readHeld(connection)[0]?.recordedMs).toBe(10_000);
    connection.exec(`UPDATE seconds SET end_ms = ${-365 * DAY_MS} WHERE id = 1`);
    expect(readHeld(connection)[0]?.recordedMs).toBe(0);
  });

  it('knows that rows of a slower agent are further apart', () => {
    connection.exec("INSERT INTO run VALUES(2, 'b', 60000, 6000)");
    write('seconds', 0, { run: 2, rows: 15 });
    expect(readHeld(connection)[0]?.recordedMs).toBe(CHUNK_MS.seconds);
  });
});

describe('by time', () => {
  it('each tier keeps its own: days of seconds, more of minutes, most of quarter hours', () => {
    for (let begin = 0; begin < 2 * DAY_MS; begin += CHUNK_MS.seconds) write('seconds', begin);
    for (let begin = 0; begin < 30 * DAY_MS; begin += CHUNK_MS.minutes) write('minutes', begin);
    for (let begin = 0; begin < 140 * DAY_MS; begin += CHUNK_MS.quarters) write('quarters', begin);
    retainAll({ days: 1 });
    expect(begins('seconds')).toHaveLength(96);
    expect(begins('seconds')[0]).toBe(DAY_MS);
    expect(begins('minutes')).toHaveLength(Math.floor((400 / 14) * 24));
    expect(begins('quarters')).toHaveLength(Math.floor((5 * 365.25) / 14));
    expect(count('seconds')).toBe(3 * 96);
  });

  it('is recorded time: what is two years old stays as long as little came after', () => {
    write('seconds', 0);
    write('seconds', 730 * DAY_MS);
    retainAll({ days: 1 });
    expect(begins('seconds')).toEqual([0, 730 * DAY_MS]);
  });

  it('goes in the order of recording, also where the clock was a year ahead', () => {
    for (const day of [365, 366, 0, 1, 2])
      for (let hour = 0; hour < 24; hour += 1)
        for (let quarter = 0; quarter < 4; quarter += 1)
          write('seconds', day * DAY_MS + hour * 3_600_000 + quarter * CHUNK_MS.seconds);
    retainAll({ days: 3 });
    expect(new Set(begins('seconds').map((begin) => Math.floor(Number(begin) / DAY_MS)))).toEqual(
      new Set([0, 1, 2]),
    );
  });
});

describe('by size', () => {
  const used = (): number =>
    (readNumber(connection, 'PRAGMA page_count') - readNumber(connection, 'PRAGMA freelist_count')) * 1024;

  function fill(): void {
    connection.exec('BEGIN');
    for (let index = 0; index < 400; index += 1)
      for (const tier of TIERS) write(tier, index * CHUNK_MS[tier], { bytes: 9000 });
    connection.exec('COMMIT');
  }

  it('takes from the tier that holds most compared with its share, oldest first, and gives the room back', () => {
    fill();
    const maxBytes = 6_000_000;
    expect(used()).toBeGreaterThan(maxBytes);
    const steps = retainAll({ maxBytes, logBytes: 500_000 });
    expect(used()).toBeLessThanOrEqual(maxBytes - 1_000_000);
    expect(used()).toBeGreaterThan(maxBytes - 1_100_000);
    expect(steps).toBeGreaterThan(100);
    const [seconds, minutes, quarters] = readHeld(connection).map(({ bytes }) => bytes);
    const all = Number(seconds) + Number(minutes) + Number(quarters);
    expect(Number(seconds) / all).toBeCloseTo(0.35, 1);
    expect(Number(minutes) / all).toBeCloseTo(0.5, 1);
    expect(Number(quarters) / all).toBeCloseTo(0.15, 1);
    for (const tier of TIERS) expect(begins(tier).at(-1)).toBe(399 * CHUNK_MS[tier]);
    readNumber(connection, 'PRAGMA wal_checkpoint(TRUNCATE)');
    expect(statSync(path).size).toBeLessThanOrEqual(maxBytes - 1_000_000);
  });

  it('keeps the chunk that is being written, even if nothing fits', () => {
    fill();
    retainAll({ maxBytes: 1000 });
    for (const tier of TIERS) expect(begins(tier)).toEqual([399 * CHUNK_MS[tier]]);
  });

  it('changes nothing while there is room', () => {
    fill();
    const changes = readNumber(connection, 'SELECT total_changes()');
    retainAll({ maxBytes: 100_000_000 });
    expect(readNumber(connection, 'SELECT total_changes()')).toBe(changes);
  });

  it('leaves seconds that minutes or quarter hours do not include yet', () => {
    for (let index = 0; index < 4; index += 1) write('seconds', index * CHUNK_MS.seconds);
    connection.exec("INSERT INTO rolled VALUES('minutes', 7), ('quarters', 4)");
    retainAll({ maxBytes: 1000 });
    expect(begins('seconds')).toEqual([2 * CHUNK_MS.seconds, 3 * CHUNK_MS.seconds]);
    connection.exec('UPDATE rolled SET chunk = 10');
    retainAll({ maxBytes: 1000 });
    expect(begins('seconds')).toEqual([3 * CHUNK_MS.seconds]);
  });

  it('takes small steps, each a transaction of its own', () => {
    fill();
    let before = count('seconds') + count('minutes') + count('quarters');
    for (const _ of retain(connection, { ...NO_LIMIT, maxBytes: 6_000_000 })) {
      const now = count('seconds') + count('minutes') + count('quarters');
      expect(before - now).toBeLessThanOrEqual(3);
      before = now;
    }
  });
});

describe('what only deleted chunks have named', () => {
  it('is forgotten: series that are gone, runs, gaps', () => {
    connection.exec("INSERT INTO run VALUES(2, 'b', 1000, 100), (3, 'c', 1000, 100)");
    for (let day = 0; day < 4; day += 1)
      for (let begin = 0; begin < DAY_MS; begin += CHUNK_MS.seconds)
        write('seconds', day * DAY_MS + begin, { run: day < 2 ? 1 : 2 });
    const inDay = (day: number): number => day * 96 * 3 + 10;
    const add = connection.prepare("INSERT INTO series(id, name, descriptor, gone) VALUES(?, ?, '{}', ?)");
    add.run(4, 'present', null);
    add.run(5, 'gone.long.ago', inDay(1));
    add.run(6, 'gone.lately', inDay(2));
    const gap = connection.prepare(
      "INSERT INTO gap(run, from_ms, to_ms, reason, after_seq, before_seq) VALUES(1, ?, ?, 'stall', 0, 0)",
    );
    gap.run(0, DAY_MS);
    gap.run(DAY_MS, 3 * DAY_MS);
    // Rows of the newest run that are in no chunk yet may be earlier than all chunks.
    connection.exec(
      "INSERT INTO gap(run, from_ms, to_ms, reason, after_seq, before_seq) VALUES(3, 5, 6, 'stall', 1, 2)",
    );
    retainAll({ days: 2 });
    const all = (sql: string): unknown[] =>
      connection
        .prepare(sql)
        .all()
        .map((row) => Object.values(row)[0]);
    expect(all('SELECT name FROM series ORDER BY id')).toEqual(['present', 'gone.lately']);
    expect(all('SELECT id FROM run ORDER BY id')).toEqual([2, 3]);
    expect(all('SELECT from_ms FROM gap ORDER BY id')).toEqual([DAY_MS, 5]);
  });

  it('is nothing while nothing is held', () => {
    connection.exec(
      "INSERT INTO series VALUES(4, 'a', '{}', 0); INSERT INTO gap VALUES(1, 1, 0, 1, 'stall', 0, 0)",
    );
    retainAll({});
    expect([count('run'), count('series'), count('gap')]).toEqual([1, 1, 1]);
  });
});
