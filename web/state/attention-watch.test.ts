import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PretendSamples } from '../testing/pretend-samples.ts';
import { CALM_MS } from './attention-level.ts';
import { HostWatch, KILL_TOLD_MS, type Finding } from './attention-watch.ts';
import { THRESHOLDS, type Line, type Threshold } from './thresholds.ts';

const HOUR_MS = 3_600_000;
const CORES = 4;
const ROWS: readonly Threshold[] = THRESHOLDS;
const COMPARED_NOW = ROWS.filter(({ compared }) => compared.kind !== 'forecast');

/** Names of the series that a row watches, and values with which its reading is `reading`. */
function valuesFor({ metric, compared }: Threshold, reading: number | null): Record<string, number | null> {
  const name = metric.replace('*', 'one');
  if (compared.kind !== 'value') return { [name]: reading };
  if (compared.partOf !== undefined) return { [name]: reading, [name + compared.partOf]: 100 };
  return { [name]: reading !== null && compared.perCore === true ? reading * CORES : reading };
}

class Watched {
  readonly watch = new HostWatch();
  readonly samples: PretendSamples;
  readonly #intervalMs: number;

  constructor(intervalMs = 1000) {
    this.#intervalMs = intervalMs;
    this.samples = new PretendSamples(undefined, intervalMs);
  }

  /** Takes samples for `seconds`. */
  see(values: Readonly<Record<string, number | null>>, seconds = 1): readonly Finding[] {
    const host = { cores: CORES, intervalMs: this.#intervalMs };
    for (let passed = 0; passed < seconds * 1000; passed += this.#intervalMs)
      this.watch.add(this.samples.next(values), host);
    return this.watch.findings;
  }

  level(): string {
    return this.watch.findings[0]?.level ?? 'none';
  }
}

/** Long enough for means and for all that must last. */
function settledS(line: Line | undefined): number {
  return 61 + (line?.forMs ?? 0) / 1000 + 60;
}

describe.each(COMPARED_NOW)('$kind', (row) => {
  it.each(row.lines)('begins exactly at $at ($level)', (line) => {
    const just = new Watched();
    expect(just.see(valuesFor(row, line.at), settledS(line))[0]).toMatchObject({
      kind: row.kind,
      level: line.level,
    });
    const below = new Watched();
    below.see(valuesFor(row, line.at - 0.001), settledS(line));
    expect(below.level()).not.toBe(line.level);
  });

  it.each([100, 15_000, 60_000])('is seen in samples that are %i ms apart', (intervalMs) => {
    const [worst] = row.lines;
    expect(new Watched(intervalMs).see(valuesFor(row, worst?.at ?? 0), settledS(worst))[0]).toMatchObject({
      kind: row.kind,
      level: worst?.level,
    });
  });

  it('is over once it was behind its lines by more than the slack for a while', () => {
    const watched = new Watched();
    const last = row.lines.at(-1);
    watched.see(valuesFor(row, last?.at ?? 0), settledS(last));
    watched.see(valuesFor(row, (last?.at ?? 0) - row.slack / 2), 300);
    expect(watched.level()).toBe(last?.level);
    const windowS = row.compared.kind === 'mean' ? 61 : 0;
    watched.see(valuesFor(row, (last?.at ?? 0) - row.slack * 2 - 0.001), windowS);
    watched.see(valuesFor(row, (last?.at ?? 0) - row.slack * 2 - 0.001), CALM_MS / 1000 + 1);
    expect(watched.level()).toBe('none');
  });

  it('is over at once for a value that is far behind its lines', () => {
    if (row.compared.kind !== 'value') return;
    const watched = new Watched();
    const [worst] = row.lines;
    watched.see(valuesFor(row, worst?.at ?? 0), settledS(worst));
    expect(watched.see(valuesFor(row, (row.lines.at(-1)?.at ?? 0) - row.slack * 5 - 0.001))).toEqual([]);
  });

  it('is nothing while the value is not known', () => {
    expect(new Watched().see(valuesFor(row, null), 600)).toEqual([]);
  });

  it('stays what it was while the value is not known, and says since when', () => {
    const watched = new Watched();
    const [line] = row.lines;
    watched.see(valuesFor(row, (line?.at ?? 0) + 1), settledS(line));
    const knownMs = watched.samples.timeMs;
    expect(watched.see(valuesFor(row, null), 60)[0]).toMatchObject({
      level: line?.level,
      unknownSinceMs: null,
    });
    expect(watched.see(valuesFor(row, null), 60)[0]).toMatchObject({
      level: line?.level,
      unknownSinceMs: knownMs,
    });
  });
});

describe('what lasts', () => {
  const mean = { 'pressure.memory.some': 100 };

  it('begins as soon as the mean of the last minute is over the line', () => {
    const watched = new Watched();
    watched.see({ 'pressure.memory.some': 0 }, 120);
    // A tenth of a minute at 100 %.
    watched.see(mean, 2);
    expect(watched.level()).toBe('none');
    watched.see(mean, 6);
    expect(watched.level()).toBe('trouble');
  });

  it('is not known before half a minute was seen', () => {
    const watched = new Watched();
    watched.see(mean, 20);
    expect(watched.level()).toBe('none');
  });

  it('does not count time that nobody saw', () => {
    const watched = new Watched();
    watched.see({ 'temperature.one': 95 }, 200);
    expect(watched.level()).toBe('warning');
    watched.samples.timeMs += 10 * 60_000;
    watched.see({ 'temperature.one': 95 }, 200);
    expect(watched.level()).toBe('warning');
    watched.see({ 'temperature.one': 95 }, 101);
    expect(watched.level()).toBe('trouble');
  });

  it('tells since when, unless it was so from the first sample on', () => {
    const seen = new Watched();
    seen.see({ memory: 10 }, 5);
    expect(seen.see({ memory: 92 })[0]).toMatchObject({ isBeginSeen: true, sinceMs: seen.samples.timeMs });
    expect(new Watched().see({ memory: 92 })[0]).toMatchObject({ isBeginSeen: false });
  });

  it('ends between samples that are minutes apart, too', () => {
    const watched = new Watched(120_000);
    watched.see({ memory: 97 }, 240);
    expect(watched.level()).toBe('trouble');
    watched.see({ memory: 50 }, 480);
    expect(watched.level()).toBe('none');
  });
});

describe('any host', () => {
  it('is judged only by values that have a threshold and are known', () => {
    const watched = new Watched();
    watched.see({ orders: 5, memory: null }, 10);
    expect(watched.watch.isJudging).toBe(false);
    watched.see({ orders: 5, memory: 50 });
    expect(watched.watch.isJudging).toBe(true);
    watched.see({ orders: 5, memory: null }, 62);
    expect(watched.watch.isJudging).toBe(false);
  });

  const reading = fc.oneof(fc.constant(null), fc.double({ min: 88, max: 92, noNaN: true }));

  it('does not flicker while a value is near a line', () => {
    fc.assert(
      fc.property(fc.array(reading, { minLength: 30, maxLength: 200 }), (values) => {
        const watched = new Watched();
        let changes = 0;
        let before = 'none';
        for (const value of values) {
          watched.see({ memory: value });
          if (watched.level() !== before) changes += 1;
          before = watched.level();
        }
        // It may end and begin again, each time after a while.
        expect(changes).toBeLessThanOrEqual(1 + (values.length / (CALM_MS / 1000)) * 2);
      }),
    );
  });

  it('has no concern from values that are not known, whatever comes and goes', () => {
    const names = [
      'cpu',
      'memory',
      'filesystem.one.used',
      'container.one.memory',
      'load.5',
      'memory.oomKills',
    ];
    const sample = fc.subarray(names).map((some) => Object.fromEntries(some.map((name) => [name, null])));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), (samples) => {
        const watched = new Watched();
        for (const values of samples) expect(watched.see(values)).toEqual([]);
      }),
    );
  });

  it('is never worse than its highest value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 84.9, noNaN: true }), { maxLength: 100 }), (values) => {
        const watched = new Watched();
        for (const value of values)
          expect(watched.see({ memory: value, 'filesystem.one.used': value, cpu: value })).toEqual([]);
      }),
    );
  });
});

describe('processes that were killed', () => {
  it('are told for a quarter of an hour, from the second in which the count grew', () => {
    const watched = new Watched();
    watched.see({ 'memory.oomKills': 7 }, 3);
    expect(watched.level()).toBe('none');
    const [kill] = watched.see({ 'memory.oomKills': 9 });
    expect(kill).toMatchObject({
      kind: 'oom-kill',
      level: 'trouble',
      reading: 2,
      sinceMs: watched.samples.timeMs,
    });
    watched.see({ 'memory.oomKills': 9 }, KILL_TOLD_MS / 1000);
    expect(watched.level()).toBe('trouble');
    watched.see({ 'memory.oomKills': 9 });
    expect(watched.level()).toBe('none');
  });

  it('are none after a restart of the host, or of which nobody saw when', () => {
    const watched = new Watched();
    watched.see({ 'memory.oomKills': 7 }, 3);
    watched.see({ 'memory.oomKills': 0 }, 3);
    expect(watched.level()).toBe('none');
    watched.samples.timeMs += HOUR_MS;
    watched.see({ 'memory.oomKills': 3 });
    expect(watched.level()).toBe('none');
  });
});

describe('a filesystem that fills', () => {
  /** Full `hours` after the last sample. */
  function filling(hours: number, overHours: number): Watched {
    const watched = new Watched(60_000);
    const steps = overHours * 60;
    const perStep = 20 / (hours * 60);
    const past = Array.from({ length: steps }, (_, step) => ({
      timeMs: watched.samples.timeMs - (steps - step) * 60_000,
      value: 80 - (steps - step) * perStep,
    }));
    watched.watch.remember('filesystem.one.used', past);
    for (let step = 0; step < 15; step += 1) watched.see({ 'filesystem.one.used': 80 + step * perStep }, 60);
    return watched;
  }

  it('is a warning when it is full within a day, and trouble within four hours', () => {
    expect(filling(20, 7).watch.findings).toMatchObject([{ kind: 'filesystem-soon-full', level: 'warning' }]);
    expect(filling(3, 4).watch.findings).toMatchObject([{ kind: 'filesystem-soon-full', level: 'trouble' }]);
    expect(filling(40, 7).watch.findings).toEqual([]);
  });

  it('tells how long that is', () => {
    const reading = filling(20, 7).watch.findings[0]?.reading ?? 0;
    expect(reading / HOUR_MS).toBeGreaterThan(18);
    expect(reading / HOUR_MS).toBeLessThan(21);
  });

  it('is not known from minutes, without a past', () => {
    const watched = new Watched(10_000);
    for (let step = 0; step < 60; step += 1) watched.see({ 'filesystem.one.used': 50 + step / 2 }, 10);
    expect(watched.watch.findings).toEqual([]);
  });
});

it('forgets everything when the clock of the host is set back', () => {
  const watched = new Watched();
  watched.see({ memory: 99 }, 5);
  watched.samples.timeMs -= HOUR_MS;
  watched.see({ memory: 10 });
  expect(watched.watch.findings).toEqual([]);
});

it('forgets what has left the host', () => {
  const watched = new Watched();
  watched.see({ 'filesystem.one.used': 99 }, 5);
  expect(watched.see({ cpu: 1 })).toEqual([]);
});
