import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memoryCollector } from './systeminformation.ts';

vi.mock('systeminformation', () => ({ mem: async () => ({ total: 1000, available: 250 }) }));

let proc = '';
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'memory-'));
});
afterEach(() => rmSync(proc, { recursive: true }));

it('memory is total minus available', async () => {
  expect(await memoryCollector({ proc, sys: '' }).read(0)).toEqual([75, 750, 250, 1000]);
});

it('memory that ZFS gives back is available', async () => {
  mkdirSync(join(proc, 'spl/kstat/zfs'), { recursive: true });
  writeFileSync(join(proc, 'meminfo'), '');
  writeFileSync(
    join(proc, 'spl/kstat/zfs/arcstats'),
    '\nc_min                           4    100\nsize                            4    400\n',
  );
  const collector = memoryCollector({ proc, sys: '' });
  expect(await collector.read(0)).toEqual([45, 450, 550, 1000]);
  collector.close?.();
});
