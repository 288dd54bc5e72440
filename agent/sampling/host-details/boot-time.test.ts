import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { BootTime, readUptimeMs } from './boot-time.ts';

const DAY_MS = 86_400_000;

let clock: FakeClock;
let bootTime: BootTime;
let bootedAtMs: number;

beforeEach(() => {
  clock = new FakeClock();
  bootedAtMs = clock.wallNow();
  bootTime = new BootTime(clock, () => clock.sinceBoot());
});

describe('when the host booted', () => {
  it('is not reported again while the clock runs, or is off by less than a second', async () => {
    await clock.advance(DAY_MS);
    clock.wallOffsetMs += 400;
    expect(bootTime.news()).toBeNull();
  });

  it.each([3 * DAY_MS, -7_200_000])(
    'is reported again, once, if the clock is set by %i ms',
    async (stepMs) => {
      await clock.advance(60_000);
      clock.wallOffsetMs += stepMs;
      expect(bootTime.news()).toBe(bootedAtMs + stepMs);
      await clock.advance(60_000);
      expect(bootTime.news()).toBeNull();
      clock.wallOffsetMs -= stepMs;
      expect(bootTime.news()).toBe(bootedAtMs);
    },
  );

  it('is reported again if small steps add up to more than a second', () => {
    const news = Array.from({ length: 12 }, () => {
      clock.wallOffsetMs += 100;
      return bootTime.news();
    });
    expect(news.filter((ms) => ms !== null)).toEqual([bootedAtMs + 1000]);
  });

  it('is unchanged after the host slept, also if its clock is set then', () => {
    clock.sleep(600_000);
    expect(bootTime.news()).toBeNull();
    clock.sleep(600_000);
    clock.wallOffsetMs += DAY_MS;
    expect(bootTime.news()).toBe(bootedAtMs + DAY_MS);
  });
});

describe('how long a host has been up', () => {
  it('comes from its /proc, also for another host', () => {
    const proc = mkdtempSync(join(os.tmpdir(), 'uptime-'));
    try {
      writeFileSync(join(proc, 'uptime'), '1920.53 3000.00\n');
      expect(readUptimeMs({ proc })).toBe(1_920_530);
    } finally {
      rmSync(proc, { recursive: true });
    }
  });

  it('falls back to Node without such a file', () => {
    expect(Math.abs(readUptimeMs({ proc: '/nowhere' }) - os.uptime() * 1000)).toBeLessThan(60_000);
  });
});
