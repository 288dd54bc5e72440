import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { printTable, printVerdict } from '../harness/bench.ts';
import { Rounds } from '../harness/statistics.ts';
import { Worker } from '../harness/worker.ts';
import type { HistoryCommands, Stretch } from './history-process.ts';
import { historyFile } from './open-history.ts';

const WITHOUT = 'without history';
const WITH = 'with history';
const DAY_SECONDS = 86_400;
const FROM_MS = 1_795_953_600_000;

/** @param parent a folder on the disk that is meant */
function temporary(parent: string): string {
  const folder = mkdtempSync(`${parent}/metrics-panel-bench-history-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function stretchOf(recorded: string, folder: string | null, samples: number): Stretch {
  return { folder, recorded, epoch: 'bench', fromMs: FROM_MS, samples, intervalMs: 1000 };
}

/** What is written, and what that costs; the making of the samples is measured in turns, and taken off. */
export async function measureWriting(
  script: string,
  recorded: string,
  parent: string,
  hours: number,
  rounds: number,
): Promise<void> {
  let fileBytes = Number.NaN;
  const results = await Rounds.run([WITHOUT, WITH], rounds, async (name) => {
    const worker = new Worker<HistoryCommands>(script, [], {});
    const folder = name === WITH ? temporary(parent) : null;
    const cost = await worker.ask('write', stretchOf(recorded, folder, hours * 3600));
    await worker.stop();
    if (folder !== null) fileBytes = statSync(historyFile(folder)).size;
    return cost;
  });
  const seconds = hours * 3600;
  const cpuMs = results.median(WITH, (cost) => cost.cpuMs) - results.median(WITHOUT, (cost) => cost.cpuMs);
  const perDay = (bytes: number): number => ((bytes / seconds) * DAY_SECONDS) / 1e6;
  const written = perDay(results.median(WITH, (cost) => cost.writtenBytes));
  const resident = (name: string): number => results.median(name, (cost) => cost.residentBytes) / 1e6;
  const percent = (cpuMs / (seconds * 1000)) * 100;
  printTable(`${hours} h of the recording, continued, at 1 Hz, ${rounds} rounds`, [
    {
      'written MB a day': written.toFixed(1),
      'file MB a day': perDay(fileBytes).toFixed(1),
      'CPU, % of a core': percent.toFixed(4),
      'resident MB, without': `${resident(WITH).toFixed(1)}, ${resident(WITHOUT).toFixed(1)}`,
      'longest call ms': results.median(WITH, (cost) => cost.longestMs).toFixed(1),
    },
  ]);
  console.log('');
  printVerdict('written a day', written, 60, 'MB');
  printVerdict('processor time', percent, 0.02, '% of a core');
}

/** The loop's delay while somebody else keeps the disk busy. */
export async function measureDelay(
  script: string,
  recorded: string,
  parent: string,
  seconds: number,
  rounds: number,
): Promise<void> {
  const dd = keepBusy(temporary(parent));
  const results = await Rounds.run([WITHOUT, WITH], rounds, async (name) => {
    const worker = new Worker<HistoryCommands>(script, [], {});
    const folder = name === WITH ? temporary(parent) : null;
    const delay = await worker.ask('delay', stretchOf(recorded, folder, seconds * 100));
    await worker.stop();
    return delay;
  });
  dd();
  const p99 = (name: string): number => results.median(name, ({ p99Ms }) => p99Ms);
  printTable(
    `Delay of the event loop beside \`dd oflag=direct\`, samples 100 times as fast, ${rounds} rounds of ${seconds} s`,
    [WITHOUT, WITH].map((name) => ({
      process: name,
      'p99 ms: median (rounds)': `${p99(name).toFixed(2)} (${results
        .of(name)
        .map(({ p99Ms }) => p99Ms.toFixed(2))
        .join(', ')})`,
      'longest ms': Math.max(...results.of(name).map(({ maxMs }) => maxMs)).toFixed(1),
    })),
  );
  console.log('');
  printVerdict('p99 of the loop beyond that without', p99(WITH) - p99(WITHOUT), 2, 'ms');
}

/** Returns the undo. */
function keepBusy(folder: string): () => void {
  const child = spawn(
    'sh',
    [
      '-c',
      `while :; do dd if=/dev/zero of=${folder}/busy bs=1M count=512 oflag=direct conv=notrunc status=none; done`,
    ],
    { stdio: 'ignore', detached: true },
  );
  const stop = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', stop);
  return () => {
    process.off('exit', stop);
    stop();
  };
}

/** Fills a folder with a year at one sample in five minutes and, after it, some days at 1 Hz, up to `FILLED_UNTIL_MS`. */
export async function fill(script: string, recorded: string, folder: string, days: number): Promise<void> {
  let fromMs = FILLED_UNTIL_MS - (days + 366) * DAY_SECONDS * 1000;
  for (const [index, { length, intervalMs }] of [
    { length: 366, intervalMs: 300_000 },
    { length: days, intervalMs: 1000 },
  ].entries()) {
    const worker = new Worker<HistoryCommands>(script, [], {});
    const samples = (length * DAY_SECONDS * 1000) / intervalMs;
    await worker.ask('write', { folder, recorded, epoch: `filled-${index}`, fromMs, samples, intervalMs });
    await worker.stop();
    fromMs += length * DAY_SECONDS * 1000;
  }
}
export const FILLED_UNTIL_MS = FROM_MS;
