import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../alerts/alert.ts';
import type { AlertUpdate, Silence } from '../../alerts/alert-store.ts';
import { metric } from '../../testing/fake-collector.ts';
import { testAlert } from '../../testing/test-alert.ts';
import { HistoryError } from '../sample-history.ts';
import { AlertTables } from './alert-tables.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { HELD_SCHEMA } from './held.ts';
import { HistoryStore } from './history-store.ts';
import { retain } from './retention.ts';
import { APPLICATION_ID, SCHEMA } from './schema.ts';
import { connect, readNumber, sqliteProblem, type Connection } from './sqlite.ts';

const DAY_MS = 86_400_000;
const NO_LIMIT = { days: 3650, maxBytes: 1e12, logBytes: 0 };
const NIGHT: Silence = {
  id: 's',
  rule: '*',
  host: '*',
  metric: 'filesystem.*',
  fromMs: 1,
  untilMs: 2,
  comment: '',
};

let folder: string;
let path: string;
let connection: Connection;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open(): AlertTables {
  connection = openDatabase(path);
  return new AlertTables(connection);
}

function reopen(): AlertTables {
  closeDatabase(connection, path);
  return open();
}

const update = (changes: Partial<AlertUpdate>): AlertUpdate => ({
  progress: new Map(),
  messages: new Map(),
  silences: new Map(),
  alerts: [],
  ...changes,
});
const ended = (id: string, sinceMs: number, endedMs: number): Alert =>
  testAlert({ id, sinceMs, firedMs: sinceMs, endedMs, state: 'ended', outcome: 'resolved' });

describe('alerts in the file of a history', () => {
  it('are all there after a restart', () => {
    const store = open();
    const alerts = [testAlert(), ended('two', 5, 6)];
    store.save(
      update({
        progress: new Map([['["cpu"]', '{"a":1}']]),
        messages: new Map([['m', '{}']]),
        silences: new Map([['s', NIGHT]]),
        alerts,
      }),
    );
    expect(reopen().load()).toEqual({
      progress: [{ key: '["cpu"]', progress: '{"a":1}' }],
      messages: [{ id: 'm', message: '{}' }],
      silences: [NIGHT],
      alerts: alerts.toReversed(),
    });
    closeDatabase(connection, path);
  });

  it('change one by one, and what is null goes', () => {
    const store = open();
    const both = new Map([
      ['a', '1'],
      ['b', '1'],
    ]);
    store.save(
      update({ progress: both, messages: both, silences: new Map([['s', NIGHT]]), alerts: [testAlert()] }),
    );
    const next = new Map([
      ['a', null],
      ['b', '2'],
    ]);
    store.save(
      update({
        progress: next,
        messages: next,
        silences: new Map([['s', null]]),
        alerts: [testAlert({ state: 'clearing' })],
      }),
    );
    const { progress, messages, silences, alerts } = reopen().load();
    expect([progress, messages, silences]).toEqual([
      [{ key: 'b', progress: '2' }],
      [{ id: 'b', message: '2' }],
      [],
    ]);
    expect(alerts.map(({ state }) => state)).toEqual(['clearing']);
    closeDatabase(connection, path);
  });

  it('are forgotten when they end without having fired', () => {
    const store = open();
    const pending = testAlert({ state: 'pending', firedMs: null });
    store.save(update({ alerts: [pending] }));
    expect(store.load().alerts).toEqual([pending]);
    store.save(update({ alerts: [{ ...pending, state: 'ended', endedMs: 5 }] }));
    expect(store.load().alerts).toEqual([]);
    closeDatabase(connection, path);
  });

  it('are loaded if they go on, and the newest 200 of the others', () => {
    const store = open();
    const others = Array.from({ length: 250 }, (_none, index) => ended(`e${index}`, index, index + 1));
    store.save(update({ alerts: [testAlert({ sinceMs: 0 }), ...others] }));
    const { alerts } = store.load();
    expect(alerts.map(({ id }) => id)).toEqual([...others.slice(50).map(({ id }) => id), 'one']);
    closeDatabase(connection, path);
  });

  it('are found by the time and host that they touch, newest first', () => {
    const store = open();
    store.save(
      update({
        alerts: [
          ended('a', 10, 20),
          ended('b', 15, 40),
          { ...ended('c', 30, 50), host: 'b' },
          testAlert({ sinceMs: 45 }),
        ],
      }),
    );
    const past = (fromMs: number, toMs: number, limit = 9, host?: string): string[] =>
      store.past({ fromMs, toMs, ...(host === undefined ? {} : { host }) }, limit).map(({ id }) => id);
    expect(past(0, 100)).toEqual(['one', 'c', 'b', 'a']);
    expect(past(0, 100, 2)).toEqual(['one', 'c']);
    expect(past(20, 31)).toEqual(['c', 'b', 'a']);
    expect(past(21, 30)).toEqual(['b']);
    expect(past(1000, 2000)).toEqual(['one']);
    expect(past(0, 100, 9, 'b')).toEqual(['c']);
    closeDatabase(connection, path);
  });

  it('are saved all or not at all', () => {
    const store = open();
    store.save(update({ progress: new Map([['a', '1']]) }));
    // Not what a table of text takes.
    const broken = new Map([
      ['a', '2'],
      ['b', undefined as unknown as string],
    ]);
    expect(() => store.save(update({ progress: broken }))).toThrow(/cannot be bound/);
    store.save(update({ messages: new Map([['f', '1']]) }));
    expect(store.load().progress).toEqual([{ key: 'a', progress: '1' }]);
    closeDatabase(connection, path);
  });

  it('wait for nobody who writes', () => {
    const store = open();
    const other = connect(path);
    other.exec('BEGIN IMMEDIATE');
    expect(() => store.save(update({ messages: new Map([['f', '1']]) }))).toThrow(
      expect.toSatisfy((error) => sqliteProblem(error) === 'busy'),
    );
    other.exec('COMMIT');
    other.close();
    store.save(update({ messages: new Map([['f', '1']]) }));
    closeDatabase(connection, path);
  });

  it.each([
    ["UPDATE alert SET data = '{'"],
    ['UPDATE alert SET data = \'{"id":"one"}\''],
    ["UPDATE alert_state SET value = 'x' WHERE kind = 'silence'"],
  ])('that are not as they were written are damage: %s', (sql) => {
    const store = open();
    store.save(update({ alerts: [testAlert()], silences: new Map([['s', NIGHT]]) }));
    connection.exec(sql);
    expect(() => store.load()).toThrow(HistoryError);
    closeDatabase(connection, path);
  });
});

describe('a file of the first version', () => {
  beforeEach(() => {
    const old = connect(path);
    for (const pragma of ['page_size=1024', 'auto_vacuum=INCREMENTAL', `application_id=${APPLICATION_ID}`])
      old.exec(`PRAGMA ${pragma}`);
    old.exec('PRAGMA user_version=1; PRAGMA journal_mode=WAL');
    old.exec(`${SCHEMA} ${HELD_SCHEMA}`);
    const history = new HistoryStore(old, { intervalMs: 1000, unitMs: 1000 });
    for (let seq = 1; seq <= 2000; seq += 1) {
      history.append(
        { epoch: 'e', seq, timestampMs: 1_700_000_000_000 + seq * 1000, gridIndex: seq, values: [seq] },
        { catalogue: [metric('memory')], tables: [] },
      );
    }
    history.close();
    closeDatabase(old, path);
  });

  it('is made by the tables that the first version made', () => {
    expect(createHash('sha256').update(`${SCHEMA} ${HELD_SCHEMA}`).digest('hex').slice(0, 16)).toBe(
      '6c00d72aa3103e56',
    );
  });

  it('gets the tables of alerts where it is, and loses nothing', () => {
    const store = open();
    expect(readNumber(connection, 'PRAGMA user_version')).toBe(2);
    store.save(update({ alerts: [testAlert()] }));
    expect(reopen().load().alerts).toEqual([testAlert()]);
    const history = new HistoryStore(connection, { intervalMs: 1000, unitMs: 1000 });
    const plan = history.plan({
      fromMs: 1_700_000_000_000,
      toMs: 1_700_003_600_000,
      metrics: ['memory'],
      points: 3600,
    });
    const values = [...history.read(plan)].flatMap(({ mean: [mean = new Float64Array(0)] }) => [...mean]);
    expect(values).toEqual(Array.from({ length: 2000 }, (_none, index) => index + 1));
    closeDatabase(connection, path);
  });

  it('is as before if that fails, and gets them the next time', () => {
    const other = connect(path);
    other.exec('BEGIN IMMEDIATE');
    expect(() => openDatabase(path)).toThrow(expect.toSatisfy((error) => sqliteProblem(error) === 'busy'));
    expect(readNumber(other, 'PRAGMA user_version')).toBe(1);
    other.exec('COMMIT');
    closeDatabase(other, path);
    expect(open().load().alerts).toEqual([]);
    closeDatabase(connection, path);
  });

  it('with other tables than that version made is damaged', () => {
    const other = connect(path);
    other.exec('CREATE TABLE alert(id TEXT)');
    closeDatabase(other, path);
    expect(() => openDatabase(path)).toThrow(HistoryError);
  });
});

describe('how long alerts are kept', () => {
  const names = (): unknown[] =>
    connection
      .prepare('SELECT id FROM alert ORDER BY number')
      .all()
      .map((row) => row['id']);
  const minutes = (id: number, beginMs: number): void => {
    connection
      .prepare(
        "INSERT INTO minutes(id, chunk, part, run, begin_ms, end_ms, first_seq, last_seq, rows, weight, data) VALUES(?, ?, 0, 0, ?, ?, 0, 0, 60, NULL, x'00')",
      )
      .run(id, id, beginMs, beginMs + 3_600_000);
  };
  const clean = (days = 3650): number => [...retain(connection, { ...NO_LIMIT, days })].length;

  it('as long as the minutes of their time', () => {
    const store = open();
    store.save(update({ alerts: [ended('early', 1000, 2000)] }));
    for (let hour = 0; hour < 100 * 24; hour += 1) {
      minutes(hour + 1, hour * 3_600_000);
      if (hour % 240 === 0)
        store.save(update({ alerts: [ended(`d${hour / 24}`, hour * 3_600_000, hour * 3_600_000)] }));
    }
    clean();
    expect(names()).toEqual(['early', 'd0', 'd10', 'd20', 'd30', 'd40', 'd50', 'd60', 'd70', 'd80', 'd90']);
    // Two days of seconds, 57 of minutes.
    clean(2);
    expect(names()).toEqual(['d50', 'd60', 'd70', 'd80', 'd90']);
    closeDatabase(connection, path);
  });

  it('until they end, however long ago they began', () => {
    const store = open();
    store.save(update({ alerts: [testAlert({ sinceMs: 0 })] }));
    for (let hour = 0; hour < 100 * 24; hour += 1) minutes(hour + 1, hour * 3_600_000);
    clean(1);
    expect(names()).toEqual(['one']);
    closeDatabase(connection, path);
  });

  it('whatever the clock said when it was set back a year', () => {
    const store = open();
    minutes(1, 365 * DAY_MS);
    store.save(update({ alerts: [ended('a', 1, 2)] }));
    clean();
    expect(names()).toEqual(['a']);
    closeDatabase(connection, path);
  });

  it('20,000 at most, the oldest go first, a few at a time', () => {
    const store = open();
    store.save(
      update({ alerts: Array.from({ length: 22_000 }, (_none, index) => ended(`e${index}`, index, index)) }),
    );
    expect(clean()).toBeGreaterThanOrEqual(2000 / 500);
    expect(readNumber(connection, 'SELECT count(*) FROM alert')).toBe(20_000);
    expect(names()[0]).toBe('e2000');
    closeDatabase(connection, path);
  });
});
