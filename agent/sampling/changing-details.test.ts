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
let facts: ChangingDetails;

const putSize = (cores: number, memoryKilobytes: number): void => {
  const ofCores = Array.from({ length: cores }, (_, core) => `cpu${core} 1 2 3 4\n`);
  writeFileSync(join(folder, 'proc/stat'), ['cpu  1 2 3 4\n', ...ofCores].join(''));
  writeFileSync(join(folder, 'proc/meminfo'), `MemTotal: ${memoryKilobytes} kB\n`);
};

beforeEach(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'facts-'));
  mkdirSync(join(folder, 'proc'));
  writeFileSync(join(folder, 'proc/uptime'), '1920.00 1.00\n');
  putSize(4, 1000);
  clock = new FakeClock();
  facts = new ChangingDetails({ proc: join(folder, 'proc'), sys: join(folder, 'sys') }, clock);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it('of a host where nothing changes there is no news', async () => {
  expect(facts.bootedAtMs).toBe(clock.wallNow() - 1_920_000);
  expect(facts.news()).toEqual({});
  await clock.advance(MINUTE_MS);
  expect(facts.news()).toEqual({});
});

it('processors and memory of the measured host that come or go are told within a minute, once', async () => {
  putSize(2, 4);
  expect(facts.news()).toEqual({});
  await clock.advance(MINUTE_MS);
  expect(facts.news()).toEqual({ cores: 2, memoryTotalBytes: 4096 });
  await clock.advance(MINUTE_MS);
  expect(facts.news()).toEqual({});
});

it('what is told anew is what was told first, of the same host', () => {
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys') };
  expect(readQuickDetails(roots)).toMatchObject({ cores: 4, memoryTotalBytes: 1_024_000 });
});

it('a clock that was set is told at once', () => {
  const { bootedAtMs } = facts;
  clock.wallOffsetMs += 3_600_000;
  expect(facts.news()).toEqual({ bootedAtMs: bootedAtMs + 3_600_000 });
  expect(facts.bootedAtMs).toBe(bootedAtMs + 3_600_000);
});
