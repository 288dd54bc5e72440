import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TIME_PART } from '../../agent/store/history/schema.ts';
import { launch } from '../harness/processes.ts';
import { openHistory } from './open-history.ts';
import type { HostRecording } from './recorded.ts';

const VICTORIA_URL = 'http://127.0.0.1:18428';

export interface HistorySize {
  /** Of the pages that hold chunks: without the schema, what is said of each series once, and the tail. */
  readonly bytes: number;
  /** Rows in chunks: the last few are in the tail only. */
  readonly rows: number;
  /** Of the tail, which takes so much once, however long the history is. */
  readonly tailBytes: number;
  /** What the blobs of each tier have, and what SQLite needs for them. */
  readonly byPart: Readonly<Record<string, number>>;
  readonly cpuMs: number;
}

/** What a history takes on disk. Everything is written three times: to warm up, for the first sample alone, for all. */
export function historySize(recording: HostRecording, folder: string): HistorySize {
  keep(recording, `${folder}/warm`, recording.rows.length);
  const empty = keep(recording, `${folder}/empty`, 1);
  const full = keep(recording, `${folder}/full`, recording.rows.length);
  const bytes = full.pageBytes - empty.pageBytes;
  const blobs = Object.values(full.blobs).reduce((sum, size) => sum + size, 0);
  const { rows, tailBytes, cpuMs } = full;
  return { bytes, rows, tailBytes, byPart: { ...full.blobs, 'pages of SQLite': bytes - blobs }, cpuMs };
}

function keep({ catalogue, rows, timesMs }: HostRecording, folder: string, count: number) {
  mkdirSync(folder);
  const { history, connection, close } = openHistory(folder);
  const described = { catalogue, tables: [] };
  const before = process.cpuUsage();
  for (const [index, values] of rows.slice(0, count).entries()) {
    const timestampMs = timesMs[index] ?? 0;
    const isTime = history.append(
      { epoch: 'recorded', seq: index + 1, timestampMs, gridIndex: 10 * (index + 1), values, tables: [] },
      described,
    );
    if (isTime) history.flush();
  }
  history.close();
  const { user, system } = process.cpuUsage(before);
  const numberOf = (sql: string): number =>
    Number(Object.values(connection.prepare(sql).get() ?? {})[0] ?? 0);
  const rowsInChunks = numberOf(`SELECT sum(rows) FROM seconds WHERE part = ${TIME_PART}`);
  const tailBytes = numberOf('SELECT sum(length(data)) FROM tail');
  connection.exec('DELETE FROM tail');
  const pages = numberOf('PRAGMA page_count') - numberOf('PRAGMA freelist_count');
  const blobs = Object.fromEntries(
    ['seconds', 'minutes', 'quarters'].map((table) => [
      table,
      numberOf(`SELECT sum(length(data)) FROM ${table}`),
    ]),
  );
  const pageBytes = pages * numberOf('PRAGMA page_size');
  close();
  return { pageBytes, rows: rowsInChunks, tailBytes, blobs, cpuMs: (user + system) / 1000 };
}

/** @returns `undefined` if it is not installed */
export async function victoriaMetricsSize(
  recording: HostRecording,
  folder: string,
): Promise<number | undefined> {
  if (spawnSync('victoria-metrics', ['--version']).error !== undefined) return undefined;
  const child = launch(
    [
      'victoria-metrics',
      `-storageDataPath=${folder}/victoria`,
      '-httpListenAddr=127.0.0.1:18428',
      '-retentionPeriod=100y',
    ],
    {},
    { stdio: 'ignore' },
  );
  await answers(`${VICTORIA_URL}/health`);
  const lines = eachSeries(recording, (name, points) =>
    JSON.stringify({
      metric: { __name__: name },
      values: points.map(({ value }) => value),
      timestamps: points.map(({ timeMs }) => timeMs),
    }),
  );
  await fetch(`${VICTORIA_URL}/api/v1/import`, { method: 'POST', body: lines.join('\n') });
  await fetch(`${VICTORIA_URL}/internal/force_flush`);
  await fetch(`${VICTORIA_URL}/internal/force_merge`);
  const parts = `${folder}/victoria/data/small`;
  // Merging goes on after the answer, and ends with one part of the month.
  while (partsIn(parts).length !== 1) await sleep(200);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
  return sizeOf(`${folder}/victoria/data`);
}

function partsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((month) =>
    readdirSync(`${folder}/${month}`).filter((name) => /^\d/.test(name)),
  );
}

/** @returns `undefined` if promtool is not installed */
export function prometheusSize(recording: HostRecording, folder: string): number | undefined {
  if (spawnSync('promtool', ['--version']).error !== undefined) return undefined;
  const texts = eachSeries(recording, (name, points) => {
    const samples = points.map(({ value, timeMs }) => `${name} ${value} ${(timeMs / 1000).toFixed(3)}\n`);
    return `# TYPE ${name} gauge\n${samples.join('')}`;
  });
  writeFileSync(`${folder}/openmetrics`, `${texts.join('')}# EOF\n`);
  const blocks = `${folder}/prometheus`;
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', `${folder}/openmetrics`, blocks], {
    stdio: 'ignore',
  });
  return readdirSync(blocks).reduce((sum, block) => sum + sizeOf(`${blocks}/${block}/chunks`), 0);
}

function eachSeries<T>(
  { catalogue, rows, timesMs }: HostRecording,
  write: (name: string, points: { value: number; timeMs: number }[]) => T,
): T[] {
  return catalogue.map((metric, column) => {
    const points = rows.flatMap((row, index) => {
      const value = row[column] ?? null;
      return value === null ? [] : [{ value, timeMs: timesMs[index] ?? 0 }];
    });
    return write(metric.name.replaceAll(/[^a-zA-Z0-9_]/g, '_'), points);
  });
}

async function answers(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await sleep(100);
    }
  }
}

function sizeOf(path: string): number {
  const entry = statSync(path);
  return entry.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(`${path}/${name}`), 0)
    : entry.size;
}
