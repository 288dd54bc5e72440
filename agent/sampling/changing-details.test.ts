import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { ChangingDetails } from './changing-details.ts';
import { readQuickDetails } from './host-details.ts';

const MINUTE_MS = 60_000;

let folder: string;
let clock: FakeClock;
let details: ChangingDetails;

const putSize = (cores: number, memoryKilobytes: number): void => {
  const ofCores = Array.from({ length: cores }, (_, core) => `cpu${core} 1 2 3 4\n`);
  writeFileSync(join(folder, 'proc/stat'), ['cpu  1 2 3 4\n', ...ofCores].join(''));
  writeFileSync(join(folder, 'proc/meminfo'), `MemTotal: ${memoryKilobytes} kB\n`);
};

beforeEach(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'details-'));
  mkdirSync(join(folder, 'proc'));
  writeFileSync(join(folder, 'proc/uptime'), '1920.00 1.00\n');
  putSize(4, 1000);
  clock = new FakeClock();
  details = new ChangingDetails({ proc: join(folder, 'proc'), sys: join(folder, 'sys') }, clock);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it('a host where nothing changes has no news', async () => {
  expect(details.bootedAtMs).toBe(clock.wallNow() - 1_920_000);
  expect(details.news()).toEqual({});
  await clock.advance(MINUTE_MS);
  expect(details.news()).toEqual({});
});

it('added or removed processors and memory of the measured host are reported once, within a minute', async () => {
  putSize(2, 4);
  expect(details.news()).toEqual({});
  await clock.advance(MINUTE_MS);
  expect(details.news()).toEqual({ cores: 2, memoryTotalBytes: 4096 });
  await clock.advance(MINUTE_MS);
  expect(details.news()).toEqual({});
});

it('changes are reported for the host that was described first', () => {
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys') };
  expect(readQuickDetails(roots)).toMatchObject({ cores: 4, memoryTotalBytes: 1_024_000 });
});

it('a changed wall clock is reported at once', () => {
  const { bootedAtMs } = details;
  clock.wallOffsetMs += 3_600_000;
  expect(details.news()).toEqual({ bootedAtMs: bootedAtMs + 3_600_000 });
  expect(details.bootedAtMs).toBe(bootedAtMs + 3_600_000);
});
