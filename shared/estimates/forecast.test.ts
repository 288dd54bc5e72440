import { describe, expect, it } from 'vitest';
import { Forecast, type ForecastOptions } from './forecast.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** As the shipped rule looks at filesystems. */
function forecastOf(changes: Partial<ForecastOptions> = {}): Forecast {
  return new Forecast({
    isAbove: true,
    level: 100,
    overMs: 3 * HOUR_MS,
    withinMs: 4 * HOUR_MS,
    intervalMs: MINUTE_MS,
    ...changes,
  });
}

/** Samples each minute for `hours`, of a filesystem in percent. Returns the hours until it is full after each sample. */
function follow(hours: number, valueAt: (hour: number) => number): number[] {
  const forecast = forecastOf();
  return Array.from({ length: hours * 60 }, (_none, minute) => {
    forecast.add(minute * MINUTE_MS, valueAt(minute / 60));
    return forecast.reading / HOUR_MS;
  });
}

/** The nearest end that was ever in sight. */
function nearest(hours: number, valueAt: (hour: number) => number): number {
  return Math.min(...follow(hours, valueAt).filter((reading) => !Number.isNaN(reading)));
}

/** Equal each time; between -1 and 1. */
function noise(hour: number): number {
  const hashed = Math.sin(hour * 12_345.678) * 43_758.5453;
  return 2 * (hashed - Math.floor(hashed)) - 1;
}

describe('what is steadily filled', () => {
  it('is full when a line says so', () => {
    expect(follow(4, (hour) => 60 + 5 * hour).at(-1)).toBeCloseTo(4 + 1 / 60, 6);
  });

  it('is foreseen for a third of the time ahead as soon as a third of the time is known', () => {
    const readings = follow(2, (hour) => 75 + 16 * hour);
    expect(readings.slice(0, 59)).toEqual(Array.from({ length: 59 }, () => Number.NaN));
    expect(readings[60]).toBeCloseTo(9 / 16, 6);
    expect(follow(2, (hour) => 75 + 7 * hour)[60]).toBe(Number.POSITIVE_INFINITY);
  });

  it('is seen through noise, and through a deletion in between', () => {
    const noisy = follow(6, (hour) => 60 + 5 * hour + 0.5 * noise(hour)).slice(-120);
    const seen = noisy.filter((reading) => Number.isFinite(reading));
    expect(seen.length).toBeGreaterThan(100);
    expect(Math.min(...seen)).toBeGreaterThan(1.7);
    expect(Math.max(...seen)).toBeLessThan(4.5);
    const deleted = follow(6, (hour) => 60 + 5 * hour - (hour > 4 ? 3 : 0));
    expect(deleted.at(-1)).toBeGreaterThan(2);
    expect(deleted.at(-1)).toBeLessThan(3);
  });

  it('and grows faster of late is full when the slower line says so', () => {
    const readings = follow(5, (hour) => 60 + 6 * hour + 3 * Math.max(0, hour - 4.2));
    expect(readings.at(-1)).toBeGreaterThan(1.1);
    expect(readings.at(-1)).toBeLessThan(1.4);
  });

  it('that has reached the level is there', () => {
    expect(follow(2, (hour) => Math.min(100, 95 + 5 * hour)).at(-1)).toBe(0);
  });

  it('falls as well as it rises', () => {
    const forecast = forecastOf({ isAbove: false, level: 20, overMs: HOUR_MS });
    for (let minute = 0; minute <= 60; minute += 1) forecast.add(minute * MINUTE_MS, 90 - minute / 2);
    expect(forecast.reading).toBeCloseTo(80 * MINUTE_MS, 0);
  });
});

describe('what people do all day is no reason to wake them:', () => {
  it.each<[string, (hour: number) => number]>([
    ['nothing', () => 97],
    ['noise', (hour) => 97 + 0.3 * noise(hour)],
    ['noise of a last digit', (hour) => 99.4 + Math.round(noise(hour)) / 100],
    ['a file of 10 GB on a disk of 100', (hour) => (hour < 3 ? 80 : 90)],
    ['the same, written in a quarter hour', (hour) => 80 + 10 * Math.min(1, Math.max(0, (hour - 3) * 4))],
    ['the same, soon after the start', (hour) => (hour < 0.7 ? 80 : 90)],
    ['three such files in as many hours', (hour) => 60 + 10 * Math.min(3, Math.floor(hour))],
    ['a deletion', (hour) => (hour < 3 ? 90 : 40)],
    ['a step of 3 % each hour', (hour) => 60 + 3 * Math.floor(hour + 0.5)],
    ['logs that are rotated each hour', (hour) => 80 + 8 * (hour % 1)],
    ['logs that are rotated each half hour', (hour) => 88 + 8 * ((hour * 2) % 1)],
    ['a build that writes and cleans up', (hour) => 85 + (hour % 1.5 < 0.5 ? 20 * (hour % 1.5) : 0)],
    ['an hour of copying onto an empty disk', (hour) => 5 + 40 * Math.min(1, Math.max(0, hour - 3))],
    [
      'an hour of copying onto a disk that is half full',
      (hour) => 50 + 30 * Math.min(1, Math.max(0, hour - 3)),
    ],
    ['growth that has slowed down', (hour) => (hour < 2 ? 3 + 23 * hour : 47.05 + hour)],
    ['growth that takes days', (hour) => 90 + hour / 10],
  ])('%s', (_name, valueAt) => {
    expect(nearest(12, valueAt)).toBeGreaterThan(4);
  });

  it('a backup that fills an empty disk half, in three hours', () => {
    expect(nearest(12, (hour) => 2 + 15 * Math.min(3, Math.max(0, hour - 3)))).toBeGreaterThan(4);
  });
});

it('what was full soon is forgotten soon after the growth ends', () => {
  const readings = follow(8, (hour) => 60 + 8 * Math.min(hour, 4));
  expect(readings[4 * 60 - 1]).toBeLessThan(2);
  // The newest third of the window has to be flat for the better part.
  expect(readings[4 * 60 + 50]).toBeGreaterThan(6);
});

it('nothing is foreseen while too little is known, however long that takes', () => {
  const forecast = forecastOf();
  for (let day = 0; day < 20; day += 1) {
    for (let minute = 0; minute < 30; minute += 1) {
      forecast.add((day * 24 * 60 + minute) * MINUTE_MS, 60 + minute);
      expect(forecast.reading).toBeNaN();
    }
  }
});
