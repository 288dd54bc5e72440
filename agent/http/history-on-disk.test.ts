import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decodeHistory } from '../../shared/protocol/columns.ts';
import { historySchema } from '../../shared/protocol/messages.ts';
import { closeDatabase, openDatabase } from '../store/history/database.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import type { Connection } from '../store/history/sqlite.ts';
import { ask } from '../testing/http-request.ts';
import { LiveServer } from '../testing/live-server.ts';

const BEGIN = Date.parse('2026-11-30T12:00:00Z');
const COLUMNS = 'application/vnd.metrics-panel.columns';

let folder: string;
let server: LiveServer;
let connection: Connection;
let store: HistoryStore;

const path = (): string => join(folder, 'history.db');

/** Starts an agent on the same file, and keeps what it publishes. */
async function start(): Promise<void> {
  server = await new LiveServer().start();
  connection = openDatabase(path());
  const { intervalMs, unitMs, tables } = server.host;
  store = new HistoryStore(connection, { intervalMs, unitMs });
  server.host.onSample((sample) => {
    if (store.append(sample, { catalogue: server.host.catalogue, tables })) store.flush();
  });
  server.host.history = store;
}

async function stop(): Promise<void> {
  await server.assertAlive();
  store.close();
  closeDatabase(connection, path());
  await server.stop();
}

/** Samples of one second each, from `fromMs` on. */
function publish(fromMs: number, values: readonly (readonly (number | null)[])[]): void {
  for (const [index, row] of values.entries()) {
    const timestampMs = fromMs + index * 1000;
    server.host.append({ timestampMs, gridIndex: (timestampMs - BEGIN) / server.host.unitMs, values: row });
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  await start();
});

afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

const query = (fields: object): string =>
  `/history?${new URLSearchParams({ metrics: 'cpu', from: String(BEGIN), to: String(BEGIN + 3_600_000), ...fields }).toString()}`;
async function get(fields: object = {}) {
  const { status, body } = await ask(server.port, query(fields));
  expect([status, body.toString()]).toEqual([200, expect.stringMatching(/^\{/)]);
  return v.parse(v.omit(historySchema, ['type', 'done']), JSON.parse(body.toString()));
}

it('what was sampled is answered at once, written or not, in every format', async () => {
  publish(BEGIN, [
    [1, 10, null],
    [2.5, 20, null],
    [null, 30, 4],
  ]);
  const fields = { metrics: 'cpu,memory*', to: String(BEGIN + 10_000) };
  const times = [BEGIN, BEGIN + 1000, BEGIN + 2000];
  const answer = await get(fields);
  expect(answer).toMatchObject({
    tier: 'seconds',
    stepMs: 1000,
    ts: times,
    mean: [
      [1, 2.5, null],
      [10, 20, 30],
      [null, null, 4],
    ],
  });
  expect(answer.min).toBeUndefined();
  const csv = await ask(server.port, query(fields), { headers: { Accept: 'text/csv' } });
  expect(csv.body.toString().split('\r\n')).toEqual([
    'time,cpu (percent),memory (percent),memory.used (percent)',
    '2026-11-30T12:00:00.000Z,1,10,',
    '2026-11-30T12:00:01.000Z,2.5,20,',
    '2026-11-30T12:00:02.000Z,,30,4',
    '',
  ]);
  const columns = await ask(server.port, query(fields), { headers: { Accept: COLUMNS } });
  expect([...decodeHistory(columns.body).points.ts]).toEqual(times);
});

it('a spike of one second is the maximum of its minute, by message as by request', async () => {
  const rows = Array.from({ length: 1200 }, (_, second) => [second === 700 ? 99 : 1, second, null]);
  publish(BEGIN, rows);
  const answer = await get({ points: '60' });
  expect(answer).toMatchObject({ tier: 'minutes', stepMs: 60_000 });
  const spike = answer.max?.[0]?.indexOf(99) ?? -1;
  expect(answer.ts[spike]).toBe(BEGIN + 11 * 60_000);
  expect(answer.mean[0]?.[spike]).toBeCloseTo(1 + 98 / 60, 1);
  const client = server.connectV1();
  client.send({ action: 'history', metrics: ['cpu'], from: BEGIN, to: BEGIN + 3_600_000, points: 60 });
  const slices = client.takeMessages().map((message) => v.parse(historySchema, message));
  expect(slices.flatMap(({ ts }) => ts)).toEqual(answer.ts);
  expect(slices.flatMap(({ max }) => max?.[0] ?? [])).toEqual(answer.max?.[0]);
});

it('the past of an earlier run, and of metrics that have vanished, is there after a restart, with the gap between', async () => {
  const rows = Array.from({ length: 120 }, (_, second) => [second, 1, 2]);
  publish(BEGIN, rows);
  await stop();
  await start();
  publish(BEGIN + 600_000, rows);
  server.publishNew(['cpu']);
  const answer = await get({ metrics: 'memory.used,cpu', points: '3600' });
  expect(answer.ts).toHaveLength(240);
  expect(answer.series?.map(({ name }) => name)).toEqual(['memory.used', 'cpu']);
  expect(answer.gaps).toEqual([{ fromTs: BEGIN + 119_000, toTs: BEGIN + 600_000, reason: 'agent_restart' }]);
  expect(server.connect('v1').takeMessages()[0]).toMatchObject({
    hosts: [{ history: { oldestMs: expect.any(Number) } }],
  });
});

it('a client that reads slowly holds no transaction open: the log of the database can be emptied meanwhile', async () => {
  publish(
    BEGIN,
    Array.from({ length: 3000 }, (_, second) => [second, second, second]),
  );
  store.flush();
  const client = server.connectV1();
  client.stopReadingAfter(1);
  client.send({ action: 'history', metrics: ['*'], from: BEGIN, to: BEGIN + 3_600_000, points: 3600 });
  expect(client.takeMessages()).toMatchObject([{ type: 'history', done: false }]);
  const [row] = connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  expect(row).toMatchObject({ busy: 0, log: 0 });
  client.stopReadingAfter(1000);
  client.readAgain();
  expect(client.takeMessages().at(-1)).toMatchObject({ type: 'history', done: true });
});
