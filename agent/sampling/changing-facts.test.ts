import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { ChangingFacts } from './changing-facts.ts';

const MINUTE_MS = 60_000;

let folder: string;
let clock: FakeClock;
let facts: ChangingFacts;

const putOnline = (text: string): void => {
  mkdirSync(join(folder, 'sys/devices/system/cpu'), { recursive: true });
  writeFileSync(join(folder, 'sys/devices/system/cpu/online'), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'facts-'));
  mkdirSync(join(folder, 'proc'));
  writeFileSync(join(folder, 'proc/uptime'), '1920.00 1.00\n');
  putOnline('0-3\n');
  clock = new FakeClock();
  facts = new ChangingFacts({ proc: join(folder, 'proc'), sys: join(folder, 'sys') }, clock);
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

it('processors and memory that come or go are told within a minute, once', async () => {
  putOnline('0-1\n');
  vi.spyOn(os, 'totalmem').mockReturnValue(4096);
  expect(facts.news()).toEqual({});
  await clock.advance(MINUTE_MS);
  expect(facts.news()).toEqual({ cores: 2, memoryTotalBytes: 4096 });
  await clock.advance(MINUTE_MS);
  expect(facts.news()).toEqual({});
});

it('a processor count that nobody tells any more is not known', async () => {
  rmSync(join(folder, 'sys'), { recursive: true });
  await clock.advance(MINUTE_MS);
  expect(facts.news()).toEqual({ cores: undefined });
});

it('a clock that was set is told at once', () => {
  const { bootedAtMs } = facts;
  clock.wallOffsetMs += 3_600_000;
  expect(facts.news()).toEqual({ bootedAtMs: bootedAtMs + 3_600_000 });
  expect(facts.bootedAtMs).toBe(bootedAtMs + 3_600_000);
});
