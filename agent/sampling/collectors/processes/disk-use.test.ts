import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type nodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DiskUse } from './disk-use.ts';

const denied = vi.hoisted(() => ({ pids: new Set<string>(), attempts: 0 }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof nodeFs>();
  return {
    ...fs,
    openSync: (path: string, flags: string) => {
      if (![...denied.pids].some((pid) => path.endsWith(`/${pid}/io`))) return fs.openSync(path, flags);
      denied.attempts += 1;
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    },
  };
});

const PROCESS = { pid: 5, startTicks: 1, childFaults: 0 };
const UNKNOWN = { read: null, written: null };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-use-'));
  mkdirSync(join(folder, '5'));
  put(0);
});

afterEach(() => {
  denied.pids.clear();
  rmSync(folder, { recursive: true });
});

const put = (written: number): void =>
  writeFileSync(join(folder, '5/io'), `read_bytes: 0\nwrite_bytes: ${written}\n`);

const readAt = (use: DiskUse, atMs: number): unknown => use.read(PROCESS, atMs, () => 0);

it('is not known of a process of another user, which is asked for once a minute', () => {
  const use = new DiskUse(folder, 8);
  denied.pids.add('5');
  denied.attempts = 0;
  for (let scan = 0; scan < 60; scan += 1) {
    use.wish(PROCESS, scan);
    expect(readAt(use, scan * 1000)).toEqual(UNKNOWN);
  }
  expect(denied.attempts).toBe(1);
  denied.pids.clear();
  use.wish(PROCESS, 60);
  readAt(use, 60_000);
  put(3000);
  expect(readAt(use, 61_000)).toEqual({ read: 0, written: 3000 });
  use.closeAll();
});

it('is the same where no more files may be kept open', () => {
  const use = new DiskUse(folder, 0);
  use.wish(PROCESS, 1);
  readAt(use, 0);
  put(500);
  expect(readAt(use, 500)).toEqual({ read: 0, written: 1000 });
});

it('is no longer read ten scans after the last that wished for it', () => {
  const use = new DiskUse(folder, 8);
  use.wish(PROCESS, 1);
  expect([...use.pids(11)]).toEqual([5]);
  expect([...use.pids(12)]).toEqual([]);
  expect(use.of(PROCESS)).toEqual(UNKNOWN);
});

it('is not known when a child ended while it was read', () => {
  const use = new DiskUse(folder, 8);
  use.wish(PROCESS, 1);
  readAt(use, 0);
  put(1000);
  expect(use.read(PROCESS, 1000, () => 80)).toEqual(UNKNOWN);
  use.closeAll();
});
