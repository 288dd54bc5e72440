import { spawn } from 'node:child_process';
import { Dir, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entriesOf } from './entries.ts';
import { makeVanish } from './testing/vanishing-entry.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entries-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const namesIn = (path: string): string[] => [...entriesOf(path)].map(({ name }) => name);

describe('the entries of a folder', () => {
  it('are complete, each with its type', () => {
    for (let index = 0; index < 600; index += 1) mkdirSync(join(folder, `folder-${index}`));
    writeFileSync(join(folder, 'file'), '');
    expect(namesIn(folder).toSorted()).toEqual(readdirSync(folder).toSorted());
    expect([...entriesOf(folder)].filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([
      'file',
    ]);
  });

  it('lack only an entry that vanished during the listing', () => {
    for (const name of ['1', '2', '3', '4']) mkdirSync(join(folder, name));
    makeVanish('2');
    expect(namesIn(folder).toSorted()).toEqual(['1', '3', '4']);
  });

  it('throw if the folder is missing or fails', () => {
    expect(() => namesIn(join(folder, 'none'))).toThrow('ENOENT');
    vi.spyOn(Dir.prototype, 'readSync').mockImplementation(() => {
      throw Object.assign(new Error('EIO: i/o error'), { syscall: 'scandir', code: 'EIO' });
    });
    expect(() => namesIn(folder)).toThrow('EIO');
  });

  it('leave no descriptor open, however many were taken', () => {
    const held = (): number => readdirSync('/proc/self/fd').length;
    for (const name of ['1', '2', '3']) mkdirSync(join(folder, name));
    const before = held();
    const entries = entriesOf(folder);
    entries.next();
    expect(held()).toBe(before + 1);
    entries.return();
    expect(held()).toBe(before);
  });
});

it.runIf(existsSync('/proc/self/stat'))(
  'processes can be listed while others end all the time',
  async () => {
    const child = spawn('sh', ['-c', 'while :; do (:)& (:)& (:)& (:)& (:)& (:)& (:)& (:)& wait; done'], {
      stdio: 'ignore',
    });
    try {
      // When Node fetched batches of 256, some of a thousand listings failed on most machines.
      for (let listing = 0; listing < 1500; listing += 1) {
        expect(namesIn('/proc')).toContain(String(process.pid));
        if (listing % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      child.kill('SIGKILL');
    }
  },
  120_000,
);
