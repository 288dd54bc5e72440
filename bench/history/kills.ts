import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryGap, RecordedRun } from '../../agent/store/sample-history.ts';
import { printTable, printVerdict } from '../harness/bench.ts';
import { launch } from '../harness/processes.ts';
import { quantile } from '../harness/statistics.ts';
import { integrityOf, openHistory } from './open-history.ts';

/** A sample in the agent's log (level trace). */
interface Logged {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
}

/** What one agent was killed for, and what its history says of it. */
interface Outcome {
  /** By run: time from the last sample that was kept to the last that was taken, s. */
  readonly lostSeconds: readonly number[];
  readonly untold: number;
  readonly integrity: string;
}

const MIN_LIFE_MS = 3000;
const MAX_LIFE_MS = 30_000;
/** Long enough that its history is open, however busy the machine is. */
const LAST_LIFE_MS = 15_000;
const RUNS_AT_ONCE = 10;

/** Agents are killed (SIGKILL) at random moments; then their histories are compared with their logs. */
export async function measureKills(kills: number): Promise<void> {
  const each = Math.ceil(kills / RUNS_AT_ONCE);
  const outcomes = await Promise.all(Array.from({ length: RUNS_AT_ONCE }, () => killAgain(each)));
  const lost = outcomes.flatMap(({ lostSeconds }) => lostSeconds);
  printTable(
    `${lost.length} kills of ${RUNS_AT_ONCE} agents after ${MIN_LIFE_MS / 1000} to ${MAX_LIFE_MS / 1000} s`,
    [
      {
        'lost, s: median': quantile(lost, 0.5).toFixed(1),
        most: Math.max(...lost).toFixed(1),
        'losses without a gap': String(outcomes.reduce((sum, { untold }) => sum + untold, 0)),
        integrity: [...new Set(outcomes.map(({ integrity }) => integrity))].join(', '),
      },
    ],
  );
  console.log('');
  printVerdict('lost by a kill', Math.max(...lost), 10, 's');
}

async function killAgain(times: number): Promise<Outcome> {
  const folder = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-kills-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const runs: Logged[][] = [];
  for (let count = 0; count < times; count += 1) {
    runs.push(await lifeOf(folder, MIN_LIFE_MS + Math.random() * (MAX_LIFE_MS - MIN_LIFE_MS), 'SIGKILL'));
  }
  // The last gap ends with the first sample of another run, which ends cleanly.
  runs.push(await lifeOf(folder, LAST_LIFE_MS, 'SIGTERM'));
  const { history, connection, close } = openHistory(folder);
  const integrity = integrityOf(connection);
  const kept = history.runs;
  const gaps = history.gaps({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
  close();
  const outcomes = runs
    .slice(0, -1)
    .map((run, index) => judge(run, runs.slice(index + 1).flat(), kept, gaps));
  return {
    lostSeconds: outcomes.map(({ lostMs }) => lostMs / 1000),
    untold: outcomes.filter(({ isTold }) => !isTold).length,
    integrity,
  };
}

/** Returns what the agent logged. */
async function lifeOf(folder: string, ms: number, signal: NodeJS.Signals): Promise<Logged[]> {
  const flags = ['--port', '0', '--log-level', 'trace', '--history-folder', folder];
  const child = launch(
    [process.execPath, 'dist/agent/main.js', ...flags],
    {},
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (child.stdout === null) throw new TypeError('The agent did not start');
  const samples: Logged[] = [];
  const ended = once(child, 'exit');
  createInterface(child.stdout).on('line', (line) => {
    const entry = JSON.parse(line) as Partial<Logged>;
    if (entry.seq !== undefined && entry.epoch !== undefined && entry.ts !== undefined)
      samples.push(entry as Logged);
  });
  await sleep(ms);
  child.kill(signal);
  await ended;
  return samples;
}

/** How much of a run is lost, and whether exactly that is told as a gap. */
function judge(
  run: readonly Logged[],
  later: readonly Logged[],
  kept: readonly RecordedRun[],
  gaps: readonly HistoryGap[],
): { readonly lostMs: number; readonly isTold: boolean } {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return { lostMs: 0, isTold: true };
  const found = kept.find(({ epoch }) => epoch === first.epoch);
  const nextMs = later.find(({ epoch, seq }) =>
    kept.some((one) => one.epoch === epoch && one.firstSeq === seq),
  )?.ts;
  // Of a run that is lost altogether, the gap began before it; the history itself begins after it if it was the first.
  const isFirst = found === undefined && kept.every(({ firstMs }) => firstMs > last.ts);
  const isTold =
    isFirst ||
    gaps.some(
      ({ fromMs, toMs, reason }) =>
        reason === 'agent_restart' &&
        toMs === nextMs &&
        (found === undefined ? fromMs <= first.ts : fromMs === found.lastMs),
    );
  if (!isTold) console.error(JSON.stringify({ first, last, found, nextMs, gaps: gaps.slice(-12) }));
  return { lostMs: last.ts - (found?.lastMs ?? first.ts), isTold };
}
