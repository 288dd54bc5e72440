import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorCode } from './system-error.ts';
import { FROM_SOURCE } from './testing/from-source.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A process start under load. */
const PATIENTLY = { timeout: 60_000, interval: 50 };
/** Ctrl-S. */
const STOP_OUTPUT = '\u0013';

let folder: string;
let port: number;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  server.close();
  await once(server, 'close');
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const command = (): string[] => {
  const settings = ['--port', String(port), '--state', folder, '--interval', '100', '--log-level', 'trace'];
  return [process.execPath, ...FROM_SOURCE, 'agent/main.ts', ...settings];
};

function health(): Promise<number> {
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path: '/healthz', agent: false, timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('timeout', () => resolve(0))
      .on('error', () => resolve(0));
  });
}

/** A full pipe, which the caller must close. */
function fullPipe(): number {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(pipe, ' '.repeat(512));
  } catch (error) {
    if (errorCode(error) !== 'EAGAIN') throw error;
  }
  return pipe;
}

describe('an agent whose log output is blocked', { timeout: 120_000 }, () => {
  it.runIf(existsSync('/usr/bin/mkfifo'))('by a full pipe serves and stops', async () => {
    const pipe = fullPipe();
    const [program = '', ...args] = command();
    child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', pipe, 'inherit'] });
    closeSync(pipe);
    await expect.poll(health, PATIENTLY).toBe(200);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it.runIf(existsSync('/usr/bin/script'))('by a stopped terminal keeps serving', async () => {
    const shown = command()
      .map((word) => `'${word}'`)
      .join(' ');
    child = spawn('script', ['-qfec', `exec ${shown}`, '/dev/null'], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await expect.poll(() => output, PATIENTLY).toContain('TRACE');
    child.stdin?.write(STOP_OUTPUT);
    // Until nothing is written any more, although the agent logs each sample.
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = output.length === before;
          before = output.length;
          return isStill;
        },
        { ...PATIENTLY, interval: 1000 },
      )
      .toBe(true);
    for (let i = 0; i < 3; i += 1) expect(await health()).toBe(200);
  });
});
