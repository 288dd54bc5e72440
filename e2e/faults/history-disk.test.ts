import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../../agent/store/history/database.ts';
import { HistoryStore } from '../../agent/store/history/history-store.ts';
import { installedProgram } from '../installed-program.ts';
import { canTrace, countSyncs, isComplete, tracingSyncs } from '../system-calls.ts';
import { until } from './fast-time.ts';
import { loggedSamples } from './oracle.ts';

const PROGRAM = fileURLToPath(new URL('programs/history-agent.ts', import.meta.url));
/** The worker comes after two minutes. */
const SPEED = 100;
const SAMPLES = 900;

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Starts the program; `lines` are those of its log so far. */
function start(command: readonly string[]): {
  readonly pid: number;
  readonly lines: unknown[];
  readonly exit: Promise<unknown>;
} {
  const [name, ...args] = [
    ...command,
    process.execPath,
    '--import',
    'tsx',
    PROGRAM,
    join(folder, 'history'),
    String(SPEED),
    String(Date.now()),
  ];
  const started = spawn(name, args, {
    env: { ...process.env, METRICS_PANEL_FAULTS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  if (started.pid === undefined) throw new Error('it did not start');
  const lines: unknown[] = [];
  createInterface({ input: started.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  return { pid: started.pid, lines, exit: once(started, 'exit') };
}

const countOf = (lines: readonly unknown[]): number => loggedSamples(lines).length;

const isTraced = canTrace();

describe.skipIf(!isTraced)(
  `a history on a slow disk${isTraced ? '' : ' (skipped: strace does not work here)'}`,
  () => {
    it('never makes the serving thread wait for it: not at the start, not while writing, not at the end', async () => {
      const calls = join(folder, 'calls');
      // Twice, since the second one finds what the first has left.
      for (let run = 0; run < 2; run += 1) {
        const { pid, lines, exit } = start(tracingSyncs(calls));
        await until('the samples', () => countOf(lines) >= SAMPLES, 50_000);
        child?.kill('SIGTERM');
        await exit;
        await until('the end of the trace', () => isComplete(calls, pid));
        const { main, others } = countSyncs(calls, pid);
        expect(main).toBe(0);
        expect(others).toBeGreaterThan(3);
      }
    });
  },
);

const canLimit = installedProgram('prlimit') !== undefined;
/** Of any file that the process writes: more than a new history, less than one of some minutes. */
const LARGEST_FILE = 64_000;

describe.skipIf(!canLimit)(
  `a history that cannot be written${canLimit ? '' : ' (skipped: prlimit is not installed)'}`,
  () => {
    it('is told once, loses nothing that has room in memory, and goes on by itself', async () => {
      const { pid, lines, exit } = start(['prlimit', `--fsize=${LARGEST_FILE}:`]);
      const told = (): string[] =>
        (lines as { level: number; msg: string }[]).filter(({ level }) => level > 30).map(({ msg }) => msg);
      await until('the failure', () => told().length > 0, 50_000);
      const failedAt = countOf(lines);
      await until('more samples', () => countOf(lines) > failedAt + 100);
      expect(told()).toEqual([
        expect.stringMatching(/^No history is kept: .*history\.db cannot be written \(disk I\/O error\)$/),
      ]);
      execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:']);
      const isKeptAgain = (): boolean =>
        (lines as { msg: string }[]).some(({ msg }) => msg === 'The history is being kept again');
      await until('the end of the failure', isKeptAgain);
      child?.kill('SIGTERM');
      await exit;
      expect(told()).toHaveLength(1);
      const path = join(folder, 'history', 'history.db');
      const connection = openDatabase(path);
      const history = new HistoryStore(connection, { intervalMs: 1000, unitMs: 100 });
      expect(history.runs[0]?.lastSeq).toBeGreaterThan(failedAt + 100);
      expect(history.gaps({ fromMs: 0, toMs: 1e14 }).filter(({ reason }) => reason !== 'stall')).toEqual([]);
      closeDatabase(connection, path);
    });
  },
);
