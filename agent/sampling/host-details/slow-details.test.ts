import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readSlowDetails, runDetailsProgram, slowDetailsSchema } from './slow-details.ts';

/** In the repository, so that tsx is resolved. */
const CACHE = fileURLToPath(new URL('../../../.cache', import.meta.url));
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, 'slow-details-'));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

describe.concurrent('slow host details', () => {
  it('come from a separate process that prints one line and exits', async () => {
    const path = fileURLToPath(new URL('details-process.ts', import.meta.url));
    const [{ stdout }, details] = await Promise.all([
      promisify(execFile)(process.execPath, ['--import', 'tsx', path], { cwd: CACHE }),
      readSlowDetails(),
    ]);
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    const printed: unknown = JSON.parse(stdout);
    // Empty on a machine without a graphics card whose disk has no name.
    expect(v.is(slowDetailsSchema, printed)).toBe(true);
    // On a busy machine the program may be killed before it prints anything.
    const attempts = [details];
    await vi.waitFor(
      async () => {
        const found = attempts.pop() ?? (await readSlowDetails());
        expect(found).toEqual(printed);
      },
      { timeout: 55_000 },
    );
  });

  it('are the printed ones, without active characters', async () => {
    const prints = program(
      'prints.mjs',
      `console.log('{"disks":["A\\\\u202e disk, 1 TiB"],"kind":"vm","extra":1}')`,
    );
    expect(await runDetailsProgram(prints)).toEqual({ disks: ['A disk, 1 TiB'], kind: 'vm' });
  });

  it.each([
    ['prints nonsense', `console.log('nonsense')`],
    ['prints something else', `console.log('{"disks":[1],"gpus":"none"}')`],
    ['fails', `console.log('{"kind":"vm"}'); process.exitCode = 1`],
    ['throws', `throw new Error('no')`],
    ['prints without end', `process.stdout.write('x'.repeat(1_000_000))`],
  ])('are unknown when the process %s', async (what, source) => {
    expect(await runDetailsProgram(program(`${what.replaceAll(' ', '-')}.mjs`, source))).toEqual({});
  });

  it('are unknown if there is no such program', async () => {
    expect(await runDetailsProgram(join(folder, 'missing.mjs'))).toEqual({});
  });

  it('are unknown if they take too long, and the process is killed', async () => {
    const pidFile = join(folder, 'pid');
    const hangs = program(
      'hangs.mjs',
      `import { writeFileSync } from 'node:fs';
       writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
       setInterval(() => {}, 1000);`,
    );
    expect(await runDetailsProgram(hangs, 3000)).toEqual({});
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 20_000 });
  });

  it('are found out without the token of the agent', async () => {
    vi.stubEnv('METRICS_PANEL_TOKEN', 's3cret');
    const tells = program(
      'tells.mjs',
      `console.log(JSON.stringify({ disks: [String(process.env.METRICS_PANEL_TOKEN)] }))`,
    );
    expect(await runDetailsProgram(tells)).toEqual({ disks: ['undefined'] });
    vi.unstubAllEnvs();
  });

  it('are found out once for concurrent calls', async () => {
    const first = readSlowDetails();
    expect(readSlowDetails()).toBe(first);
    await first;
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
