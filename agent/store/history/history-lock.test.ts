import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { lockHistory } from './history-lock.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is given to one at a time, also within a process, and given back', () => {
  const unlock = lockHistory(path);
  expect(unlock).not.toBeNull();
  expect(lockHistory(path)).toBeNull();
  unlock?.();
  const unlockAgain = lockHistory(path);
  expect(unlockAgain).not.toBeNull();
  unlockAgain?.();
});

it('is an empty file for its owner alone', () => {
  const unlock = lockHistory(path);
  expect(statSync(path)).toMatchObject({ size: 0 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  unlock?.();
});

it('is given back by a process that is killed', async () => {
  const program = `
    const { DatabaseSync } = await import('node:sqlite');
    new DatabaseSync(${JSON.stringify(path)}).exec('BEGIN EXCLUSIVE');
    console.log('locked');
    setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  expect(lockHistory(path)).toBeNull();
  const exit = once(other, 'exit');
  other.kill('SIGKILL');
  await exit;
  const unlock = lockHistory(path);
  expect(unlock).not.toBeNull();
  unlock?.();
});
