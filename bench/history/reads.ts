import { spawnSync } from 'node:child_process';
import { printTable, printVerdict } from '../harness/bench.ts';
import { median } from '../harness/statistics.ts';
import { Worker } from '../harness/worker.ts';
import type { HistoryCommands, Question, Reading } from './history-process.ts';
import { historyFile } from './open-history.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const THREE = ['cpu', 'memory', 'network.all.receive'];
const EIGHT = [
  ...THREE,
  'load',
  'disk.all.write',
  'network.all.transmit',
  'pressure.cpu.some',
  'system.contextSwitches',
];

/** First paints of a page's charts. */
const QUESTIONS = [
  {
    name: '1 h × 3 series by seconds',
    spanMs: HOUR_MS,
    points: 3600,
    metrics: THREE,
    backMs: HOUR_MS,
    warmMs: 10,
  },
  { name: '24 h × 8', spanMs: DAY_MS, points: 1441, metrics: EIGHT, backMs: HOUR_MS / 2, warmMs: 15 },
  { name: '30 d × 3', spanMs: 30 * DAY_MS, points: 2881, metrics: THREE, backMs: 15 * DAY_MS, warmMs: 10 },
  { name: '1 y × 8', spanMs: 365 * DAY_MS, points: 1461, metrics: EIGHT, backMs: DAY_MS, warmMs: 60 },
] as const;
const COLD = 5;

/**
 * Reads of a filled history.
 *
 * @param script bundled
 * @param endMs of what was recorded
 */
export async function measureReads(
  script: string,
  folder: string,
  endMs: number,
  rounds: number,
): Promise<void> {
  const rows: Record<string, string>[] = [];
  const verdicts: (() => void)[] = [];
  for (const { name, spanMs, points, metrics, backMs, warmMs } of QUESTIONS) {
    const question = { folder, metrics, fromMs: endMs - spanMs, toMs: endMs, points, backMs };
    const warm = await readOnce(script, { ...question, rounds });
    const cold: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      forget(historyFile(folder));
      cold.push((await readOnce(script, { ...question, rounds: 1 })).ms[0] ?? Number.NaN);
    }
    const warmMedian = median(warm.cpuMs.slice(1));
    rows.push({
      query: name,
      tier: `${warm.tier}, ${warm.stepMs / 1000} s`,
      points: String(Math.max(...warm.points)),
      'warm, CPU ms: median (first)': `${warmMedian.toFixed(1)} (${warm.cpuMs[0]?.toFixed(1)})`,
      'warm ms': median(warm.ms.slice(1)).toFixed(1),
      'longest step ms': warm.longestStepMs.toFixed(1),
      'cold ms: median (most)': `${median(cold).toFixed(1)} (${Math.max(...cold).toFixed(1)})`,
    });
    verdicts.push(() => {
      printVerdict(`${name}, warm`, warmMedian, warmMs, 'ms of the processor');
      printVerdict(`${name}, cold`, median(cold), COLD * warmMs, 'ms');
    });
  }
  printTable(`Reads, ${rounds} rounds each`, rows);
  console.log('');
  for (const tell of verdicts) tell();
}

async function readOnce(script: string, question: Question): Promise<Reading> {
  const worker = new Worker<HistoryCommands>(script, [], {});
  const reading = await worker.ask('read', question);
  await worker.stop();
  return reading;
}

/** Drops a file from the page cache (posix_fadvise, as `dd` documents it). The disk may have a cache of its own. */
function forget(path: string): void {
  for (const file of [path, `${path}-wal`]) {
    spawnSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
  }
}
