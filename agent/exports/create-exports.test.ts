import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createExports } from './create-exports.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const create = (tokenFile: string): ReturnType<typeof createExports> =>
  createExports(
    { intervalMs: 10_000, otlp: null, influx: { url: 'http://127.0.0.1:9/write', tokenFile }, mqtt: null },
    new FakeClock(),
    capturedLog().log,
  );

it('a file with a secret that cannot be used is told at the start', async () => {
  const path = join(folder, 'token');
  await expect(create(path)).rejects.toThrow(
    `--influx-token: ${path} cannot be read (ENOENT): give a file that this user can read.`,
  );
  writeFileSync(path, ' \n');
  await expect(create(path)).rejects.toThrow(`${path} is empty`);
  writeFileSync(path, 'x'.repeat(70_000));
  await expect(create(path)).rejects.toThrow(`${path} is larger than 64 kB`);
  await expect(create(folder)).rejects.toThrow(`${folder} is no file`);
  writeFileSync(path, 'token\n');
  expect(await create(path)).toHaveLength(1);
});

it.skipIf(process.platform === 'win32')('a pipe that nobody writes to delays nothing', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(create(pipe)).rejects.toThrow(`${pipe} is no file`);
});
