import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../../agent/store/history/database.ts';
import { HistoryStore } from '../../agent/store/history/history-store.ts';
import { metricSet } from '../../agent/store/metric-set.ts';
import { metric } from '../../agent/testing/fake-collector.ts';
import { IS_FULL, until } from './fast-time.ts';
import { loggedSamples, type LoggedSample } from './oracle.ts';

const PROGRAM = fileURLToPath(new URL('programs/history-agent.ts', import.meta.url));
const KILLS = IS_FULL ? 100 : 5;
/** Also where the other form runs in real time: a hundred kills would take an hour. */
const SPEED = 50;
/** How much longer a run lasts at most, in its own time: long enough for several pieces, and for a chunk now and then. */
const LONGEST_MS = 100_000;
/** Of ten seconds, and the one that was being taken. On a busy machine there may be fewer samples in more time. */
const MAX_LOST_SAMPLES = 11;

let folder: string;
let begunMs: number;

beforeEach(() => {
  begunMs = Date.now();
  folder = mkdtempSync(join(tmpdir(), 'history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs an agent, and kills it at a random moment. Returns the samples that it told. */
async function runAndKill(): Promise<LoggedSample[]> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', PROGRAM, folder, String(SPEED), String(begunMs)],
    {
      env: { ...process.env, METRICS_PANEL_FAULTS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exit = once(child, 'exit');
  const lines: unknown[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  await until('a sample', () => loggedSamples(lines).length > 0, 60_000);
  const endMs = (loggedSamples(lines)[0]?.ts ?? 0) + Math.random() * LONGEST_MS;
  await until('the moment', () => (loggedSamples(lines).at(-1)?.ts ?? 0) >= endMs, 60_000);
  child.kill('SIGKILL');
  await exit;
  return loggedSamples(lines);
}

it(
  `${KILLS} kills at random moments lose ten seconds each at most, as a gap with its cause, and nothing else`,
  {
    timeout: 60_000 * KILLS,
  },
  async () => {
    const runs: LoggedSample[][] = [];
    for (let kill = 0; kill < KILLS; kill += 1) runs.push(await runAndKill());

    const path = join(folder, 'history.db');
    const connection = openDatabase(path);
    expect(Object.values(connection.prepare('PRAGMA integrity_check').get() ?? {})).toEqual(['ok']);
    const history = new HistoryStore(connection, { intervalMs: 1000, unitMs: 100 });
    const series = metricSet([metric('number')], () => 0, 0);
    const kept = runs.map(([first, ...others]) => {
      const last = others.at(-1) ?? first;
      if (first === undefined || last === undefined) throw new Error('no sample');
      const samples = [
        ...history.readRun({ epoch: first.epoch, afterSeq: 0, upToSeq: 1e9, limit: 1e9, series, stride: 1 }),
      ].flatMap((item) => ('values' in item ? [item] : []));
      const told = new Map([first, ...others].map(({ seq, ts }) => [seq, ts]));
      // The very first one is between two seconds, and part of the next.
      const firstSeq = samples[0]?.seq ?? 1;
      expect(firstSeq).toBeLessThanOrEqual(2);
      expect(samples.map(({ seq }) => seq)).toEqual(samples.map((_, index) => firstSeq + index));
      for (const { seq, timestampMs, values } of samples) {
        if (told.has(seq)) expect(timestampMs).toBe(told.get(seq));
        if (seq > firstSeq) expect(values).toEqual([seq]);
      }
      expect(last.seq - (samples.at(-1)?.seq ?? 0)).toBeLessThanOrEqual(MAX_LOST_SAMPLES);
      return { beganMs: first.ts, lastMs: samples.at(-1)?.timestampMs };
    });
    // A run that was killed within its first ten seconds has left nothing.
    const bounds = kept.filter(({ lastMs }) => lastMs !== undefined);
    expect(bounds.length).toBeGreaterThan(KILLS / 4);
    const restarts = bounds.slice(1).map(({ beganMs }, index) => ({
      fromMs: bounds[index]?.lastMs,
      toMs: beganMs,
      reason: 'agent_restart',
    }));
    const range = { fromMs: bounds[0]?.beganMs ?? 0, toMs: (bounds.at(-1)?.lastMs ?? 0) + 1 };
    expect(history.gaps(range).filter(({ reason }) => reason !== 'stall')).toEqual(restarts);
    closeDatabase(connection, path);
  },
);
