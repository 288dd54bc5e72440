import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { lockHistory } from './history-lock.ts';
import { connect } from './sqlite.ts';

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

it('is taken all the same if something else was written into its file', () => {
  writeFileSync(path, 'no lock, and no database'.repeat(100));
  const unlock = lockHistory(path);
  expect([unlock === null, lockHistory(path), statSync(path).size]).toEqual([false, null, 0]);
  unlock?.();
});

it.skipIf(process.platform !== 'linux')('is not looked for in a pipe, where it would be waited for', () => {
  execFileSync('mkfifo', [path]);
  expect(() => connect(path, { readOnly: true })).toThrow('it is no file');
  expect(() => lockHistory(path)).toThrow('it is no file');
});

it('is an empty file for its owner alone, with nothing beside it', () => {
  const unlock = lockHistory(path);
  expect(statSync(path)).toMatchObject({ size: 0 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
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
