import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canTrace, countSyncs, isComplete, tracingSyncs } from '../system-calls.ts';
import { until } from './fast-time.ts';
import { loggedSamples } from './oracle.ts';

const PROGRAM = fileURLToPath(new URL('programs/history-agent.ts', import.meta.url));
/** The worker comes after two minutes, and each ten. */
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

const isTraced = canTrace();

describe.skipIf(!isTraced)(
  `a history on a slow disk${isTraced ? '' : ' (skipped: strace does not work here)'}`,
  () => {
    it('never makes the serving thread wait for it: not at the start, not while writing, not at the end', async () => {
      const calls = join(folder, 'calls');
      const [command = '', ...args] = [
        ...tracingSyncs(calls),
        process.execPath,
        '--import',
        'tsx',
        PROGRAM,
        join(folder, 'history'),
        String(SPEED),
        String(Date.now()),
      ];
      // Twice, since the second one finds what the first has left.
      for (let run = 0; run < 2; run += 1) {
        child = spawn(command, args, {
          env: { ...process.env, METRICS_PANEL_FAULTS: '' },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const { pid = 0, stdout } = child;
        if (stdout === null) throw new TypeError('no standard output');
        const exit = once(child, 'exit');
        const lines: unknown[] = [];
        createInterface({ input: stdout }).on('line', (line) => lines.push(JSON.parse(line)));
        await until('the samples', () => loggedSamples(lines).length >= SAMPLES, 50_000);
        child.kill('SIGTERM');
        await exit;
        await until('the end of the trace', () => isComplete(calls, pid));
        const { main, others } = countSyncs(calls, pid);
        expect(main).toBe(0);
        expect(others).toBeGreaterThan(3);
      }
    });
  },
);
