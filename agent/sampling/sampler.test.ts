import { beforeEach, describe, expect, it, vi } from 'vitest';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { fakeCollector, metric } from '../testing/fake-collector.ts';
import type { Collector, Values } from './collector.ts';
import { counter, type RawValue } from './raw-values.ts';
import type { Sample } from './sample.ts';
import { Sampler, type SamplerOptions } from './sampler.ts';
import { seriesOf } from './testing/series.ts';
import { throttled } from './throttled-collector.ts';

const WALL_MS = 1_700_000_000_000;

let clock: FakeClock;
let samples: Sample[];
let lines: string[];

beforeEach(() => {
  clock = new FakeClock();
  samples = [];
});

async function startSampler(
  collectors: Collector[],
  intervalMs = 1000,
  more: Partial<SamplerOptions> = {},
): Promise<Sampler> {
  const captured = capturedLog();
  lines = captured.lines;
  const sampler = new Sampler({ collectors, intervalMs, clock, log: captured.log, ...more });
  const started = sampler.start((sample) => samples.push(sample));
  await clock.advance(0);
  // A collector that hangs while primed delays the start until its deadline; such tests advance the clock.
  void started;
  return sampler;
}

const seconds = (): number[] => samples.map(({ timestampMs }) => (timestampMs - WALL_MS) / 1000);

describe('whether a sample is being taken', () => {
  it('is true from 3 ms before it is due until it is complete', async () => {
    let answer = (_value: number): void => {};
    const cpu = fakeCollector('cpu', () => new Promise((resolve) => (answer = resolve)));
    const sampler = await startSampler([cpu]);
    const taking = [sampler.isTaking];
    for (const ms of [996, 2, 2]) {
      await clock.advance(ms);
      taking.push(sampler.isTaking);
    }
    answer(1);
    await clock.advance(0);
    expect(samples).toHaveLength(1);
    expect([...taking, sampler.isTaking]).toEqual([false, false, true, true, false]);
  });

  it('does not stay true because of a hanging collector', async () => {
    const sampler = await startSampler([fakeCollector('cpu', () => new Promise(() => {}))]);
    await clock.advance(1000);
    expect(sampler.isTaking).toBe(true);
    await clock.advance(20);
    expect(sampler.isTaking).toBe(false);
  });
});

describe('an early first sample', () => {
  const early = async (offsetMs: number): Promise<number[]> => {
    clock.wallOffsetMs = WALL_MS + offsetMs;
    await startSampler([fakeCollector('cpu', async () => 1)], 1000, { firstAfterMs: 100 });
    await clock.advance(2500);
    return samples.map(({ timestampMs }) => timestampMs - WALL_MS);
  };

  it('comes a fixed time after the baselines, and the others on the grid', async () => {
    expect(await early(123)).toEqual([223, 1000, 2000]);
    expect(samples.map(({ gridIndex }) => gridIndex - WALL_MS / 100)).toEqual([2, 10, 20]);
    expect(gapReasons()).toEqual([undefined, undefined, undefined]);
  });

  it('leaves enough time before the second one, or gives way to it', async () => {
    expect(await early(690)).toEqual([790, 1000, 2000, 3000]);
    samples.length = 0;
    clock = new FakeClock();
    expect(await early(710)).toEqual([1000, 2000, 3000]);
  });

  it('never comes shortly before a point of the grid', async () => {
    expect(await early(850)).toEqual([1000, 2000, 3000]);
    samples.length = 0;
    clock = new FakeClock();
    expect(await early(950)).toEqual([1050, 2000, 3000]);
  });
});

describe('a changing host', () => {
  it('announces a change between the catalogue that was taken and the first sample', async () => {
    let tries = 0;
    let metrics = [metric('a')];
    const late: Collector = {
      subject: 'late',
      get metrics() {
        return metrics;
      },
      prime() {
        tries += 1;
        if (tries === 1) throw new Error('not yet');
        metrics = [metric('a'), metric('b')];
      },
      read: () => metrics.map(() => 1),
    };
    const sampler = new Sampler({ collectors: [late], intervalMs: 1000, clock, log: capturedLog().log });
    await sampler.prime();
    expect(sampler.catalogue.map(({ name }) => name)).toEqual(['a']);
    void sampler.start((sample) => samples.push(sample));
    await clock.advance(2500);
    expect(samples.map(({ catalogue }) => catalogue?.map(({ name }) => name))).toEqual([
      ['a', 'b'],
      undefined,
    ]);
  });

  it('has a new catalogue with exactly the first sample after a change', async () => {
    let names = ['a'];
    let metrics = names.map((name) => metric(name));
    const changing: Collector = {
      subject: 'disks',
      get metrics() {
        return metrics;
      },
      read() {
        if (names.length !== metrics.length) metrics = names.map((name) => metric(name));
        return names.map((_, index) => index);
      },
    };
    const sampler = await startSampler([changing, fakeCollector('cpu', async () => 9)]);
    await clock.advance(1500);
    names = ['a', 'b'];
    await clock.advance(2000);
    expect(samples.map(({ values }) => values)).toEqual([
      [0, 9],
      [0, 1, 9],
      [0, 1, 9],
    ]);
    expect(samples.map(({ catalogue }) => catalogue?.map(({ name }) => name))).toEqual([
      undefined,
      ['a', 'b', 'cpu'],
      undefined,
    ]);
    expect(sampler.catalogue).toHaveLength(3);
  });

  it("is unknown for one sample if a collector's values do not match its metrics", async () => {
    const lying: Collector = { subject: 'x', metrics: [metric('a'), metric('b')], read: () => [1] };
    await startSampler([lying]);
    await clock.advance(1000);
    expect(samples.map(({ values }) => values)).toEqual([[null, null]]);
  });
});

describe('a collector', () => {
  it('that answers synchronously is part of the sample at that instant', async () => {
    await startSampler([{ subject: 'cpu', metrics: [metric('cpu')], read: (atMs) => [atMs] }]);
    await clock.advance(2000);
    expect(samples.map(({ values }) => values)).toEqual([[1000], [2000]]);
  });

  it('that makes a table has its rows in one sample', async () => {
    let rows: (string | number)[][] | null = [[1, 'init']];
    const table = { name: 't', label: 'T', group: 'T', columns: [], help: '', source: 'test' };
    const sampler = await startSampler([
      {
        subject: 't',
        metrics: [],
        read: () => [],
        table,
        takeRows: () => {
          const taken = rows;
          rows = null;
          return taken;
        },
      },
    ]);
    await clock.advance(2000);
    expect(sampler.tables).toEqual([table]);
    expect(samples.map(({ tables }) => tables)).toEqual([[{ name: 't', rows: [[1, 'init']] }], undefined]);
  });

  it('has a cost: how long it took, and how often it failed', async () => {
    const broken = fakeCollector('disk', async () => {
      throw new Error('no');
    });
    const sampler = await startSampler([fakeCollector('cpu', async () => 1), broken]);
    await clock.advance(3000);
    expect(sampler.costs).toEqual([
      { subject: 'cpu', durationMs: expect.any(Number), failures: 0 },
      { subject: 'disk', durationMs: null, failures: 3 },
    ]);
    expect(sampler.durationMs).toBe(0);
  });

  it('has an unchanged cost while a throttled collector repeats its answer', async () => {
    const error = new Error('no');
    const failing = { ...fakeCollector('disk', async () => 1), read: () => Promise.reject(error) };
    const values = [1];
    let waitMs = 30;
    const seldom = {
      ...fakeCollector('net', async () => 1),
      read: () => {
        const untilMs = performance.now() + waitMs;
        while (performance.now() < untilMs);
        waitMs = 0;
        return values;
      },
    };
    const sampler = await startSampler([failing, seldom]);
    await clock.advance(3000);
    const [ofFailing, ofSeldom] = sampler.costs;
    expect(ofFailing?.failures).toBe(1);
    expect(ofSeldom?.durationMs).toBeGreaterThanOrEqual(30);
  });

  it('is closed with the sampler', async () => {
    const close = vi.fn<() => void>();
    const sampler = await startSampler([{ ...fakeCollector('cpu', async () => 1), close }]);
    sampler.stop();
    expect(close).toHaveBeenCalledOnce();
  });
});

describe('the grid of ticks', () => {
  it('[RT-1] begins on a whole interval of wall time', async () => {
    clock.wallOffsetMs = WALL_MS + 123;
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(3000);
    expect(samples.map(({ timestampMs }) => timestampMs - WALL_MS)).toEqual([1000, 2000, 3000]);
  });

  it('leaves at least 200 ms between the baseline and the first tick', async () => {
    clock.wallOffsetMs = WALL_MS + 900;
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(2000);
    expect(samples.map(({ timestampMs }) => timestampMs - WALL_MS)).toEqual([2000]);
  });

  it('does not drift when every read takes its time', async () => {
    const slow = (): Promise<number> =>
      new Promise((resolve) => {
        clock.schedule(() => resolve(1), 333);
      });
    await startSampler([fakeCollector('cpu', slow)]);
    await clock.advance(100_500);
    expect(seconds()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('is kept despite a timer that fires early', async () => {
    const schedule = clock.schedule.bind(clock);
    clock.schedule = (task, delayMs) => schedule(task, delayMs > 4 ? delayMs - 4 : delayMs);
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(3000);
    expect(seconds()).toEqual([1, 2, 3]);
  });

  it('skips points that passed during a stall, reports the lag, and continues as before', async () => {
    const sampler = await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(2500);
    expect(sampler.lagMs).toBe(0);
    clock.stall(3200);
    // Also true before the tick.
    expect(sampler.lagMs).toBe(2700);
    await clock.advance(0);
    expect(sampler.lagMs).toBe(2700);
    await clock.advance(1800);
    expect(seconds()).toEqual([1, 2, 5.7, 6, 7]);
    expect(sampler.lagMs).toBe(0);
  });

  it('is kept when the wall clock is set back by an hour', async () => {
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(2500);
    clock.wallOffsetMs -= 3_600_000;
    await clock.advance(1000);
    expect(seconds()).toEqual([1, 2, 3 - 3600]);
  });

  it('ends with stop, without a timer left', async () => {
    const sampler = await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(1500);
    sampler.stop();
    expect(clock.pending).toBe(0);
    await clock.advance(5000);
    expect(samples).toHaveLength(1);
  });

  it('never starts if stop comes before the collectors are primed', async () => {
    const never: Collector = { ...fakeCollector('cpu', async () => 1), prime: () => new Promise(() => {}) };
    const sampler = await startSampler([never]);
    sampler.stop();
    await clock.advance(10_000);
    expect(samples).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

/** The gap reason of each sample. */
const gapReasons = (): (string | undefined)[] => samples.map(({ gapReason }) => gapReason);

describe('[RT-8] a tick that is late by more than two intervals', () => {
  beforeEach(async () => {
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(2500);
  });

  it('because the event loop was held is marked as a stall', async () => {
    clock.stall(2600);
    await clock.advance(1000);
    expect(gapReasons()).toEqual([undefined, undefined, 'stall', undefined]);
  });

  it('because the process was stopped is marked as a stall, even if the wall clock was set meanwhile', async () => {
    clock.stall(600_000);
    clock.wallOffsetMs += 3_600_000;
    await clock.advance(1000);
    expect(gapReasons()).toEqual([undefined, undefined, 'stall', undefined]);
  });

  it('because the host slept is marked as a suspend, although the monotonic clock stood still', async () => {
    clock.sleep(600_000);
    await clock.advance(1500);
    expect(seconds()).toEqual([1, 2, 603, 604]);
    expect(gapReasons()).toEqual([undefined, undefined, 'suspend', undefined]);
  });

  it.each([
    ['longer than the process stood still', 600_000, 60_000, 'suspend'],
    ['less long', 60_000, 600_000, 'stall'],
  ])('because the host slept, and %s, is marked as a %s', async (_what, sleptMs, stalledMs, reason) => {
    clock.sleep(sleptMs);
    clock.stall(stalledMs);
    await clock.advance(1500);
    expect(gapReasons()[2]).toBe(reason);
  });

  it('is not marked if it is late by less', async () => {
    clock.stall(2400);
    await clock.advance(2000);
    expect(gapReasons()).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it.each([-3_600_000, 86_400_000, 500])('is not caused by a wall clock step of %i ms', async (ms) => {
    clock.wallOffsetMs += ms;
    await clock.advance(2000);
    expect(samples).toHaveLength(4);
    expect(gapReasons().every((reason) => reason === undefined)).toBe(true);
  });
});

it('[RT-8] a stall in the middle of a tick is marked on the next one', async () => {
  let isHeld = true;
  await startSampler([
    fakeCollector('cpu', async () => {
      if (isHeld) clock.stall(5000);
      isHeld = false;
      return 1;
    }),
  ]);
  await clock.advance(1000);
  await clock.advance(2500);
  expect(seconds()).toEqual([1, 7, 8]);
  expect(gapReasons()).toEqual([undefined, 'stall', undefined]);
});

describe('the grid index', () => {
  it('counts units of wall time at the start and grows by whole intervals', async () => {
    clock.wallOffsetMs = WALL_MS + 123;
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(2500);
    clock.stall(1200);
    await clock.advance(1300);
    expect(samples.map(({ gridIndex }) => gridIndex - WALL_MS / 100)).toEqual([10, 20, 30, 40, 50]);
  });

  it('shows which points have no sample', async () => {
    await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(2500);
    clock.stall(3200);
    await clock.advance(1300);
    expect(samples.map(({ gridIndex }) => gridIndex - WALL_MS / 100)).toEqual([10, 20, 50, 60, 70]);
  });
});

describe('the stride', () => {
  const tenths = (): number[] => samples.map(({ timestampMs }) => (timestampMs - WALL_MS) / 100);
  let sampler: Sampler;

  beforeEach(async () => {
    sampler = await startSampler([fakeCollector('cpu', async () => 1)]);
    await clock.advance(1250);
    samples.length = 0;
  });

  it('shortens at the next point of the faster grid', async () => {
    sampler.setDemand(2);
    await clock.advance(800);
    expect(tenths()).toEqual([14, 16, 18, 20]);
    expect(samples.map(({ gridIndex }) => gridIndex - WALL_MS / 100)).toEqual([14, 16, 18, 20]);
    expect(gapReasons().every((reason) => reason === undefined)).toBe(true);
  });

  it('lengthens two seconds after the last demand for a shorter one, onto whole intervals', async () => {
    sampler.setDemand(5);
    await clock.advance(1000);
    sampler.setDemand(10);
    await clock.advance(4000);
    expect(tenths()).toEqual([15, 20, 25, 30, 35, 40, 45, 50, 60]);
    expect(gapReasons().every((reason) => reason === undefined)).toBe(true);
  });

  it('is kept for a client that comes back in time', async () => {
    sampler.setDemand(5);
    await clock.advance(1000);
    sampler.setDemand(10);
    await clock.advance(1000);
    sampler.setDemand(5);
    await clock.advance(4000);
    expect(tenths()).toEqual([15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70]);
  });

  it('changes at once between grids that do not contain each other', async () => {
    sampler.setDemand(2);
    await clock.advance(500);
    sampler.setDemand(5);
    await clock.advance(1000);
    expect(tenths()).toEqual([14, 16, 20, 25]);
  });

  it('may change in the middle of a tick', async () => {
    sampler.stop();
    samples.length = 0;
    sampler = await startSampler([
      fakeCollector('cpu', async () => {
        sampler.setDemand(5);
        return 1;
      }),
    ]);
    await clock.advance(2000);
    expect(tenths()).toEqual([20, 25, 30]);
  });

  it('of 100 ms survives a collector that hangs', async () => {
    sampler.stop();
    samples.length = 0;
    sampler = await startSampler([fakeCollector('cpu', () => new Promise(() => {}))]);
    await clock.advance(700);
    sampler.setDemand(1);
    await clock.advance(1000);
    expect(gapReasons().every((reason) => reason === undefined)).toBe(true);
    expect(samples.length).toBeGreaterThan(6);
  });

  it('[RT-8] determines what counts as a stall', async () => {
    sampler.setDemand(1);
    await clock.advance(100);
    clock.stall(350);
    await clock.advance(200);
    expect(gapReasons()).toEqual([undefined, 'stall', undefined, undefined]);
  });
});

describe('a collector that fails', () => {
  it('loses only its own part of the sample when it throws, with one log line at each end', async () => {
    let isBroken = false;
    const broken = fakeCollector('cpu', async () => {
      if (isBroken) throw new Error('no such file');
      return 7;
    });
    await startSampler([broken, fakeCollector('memory', async () => 50)]);
    await clock.advance(1000);
    isBroken = true;
    await clock.advance(3000);
    isBroken = false;
    await clock.advance(2000);
    expect(samples.map(({ values }) => values)).toEqual([
      [7, 50],
      [null, 50],
      [null, 50],
      [null, 50],
      [7, 50],
      [7, 50],
    ]);
    expect(lines).toEqual([
      'warn Collector "cpu" fails: its metrics are unknown until it recovers',
      'info Collector "cpu" works again',
    ]);
  });

  it('loses only its own part when it hangs, is not called meanwhile, and delays the sample by at most half an interval', async () => {
    let calls = 0;
    let answer = (_value: number): void => {};
    const hanging = fakeCollector('cpu', () => {
      calls += 1;
      return calls > 1
        ? Promise.resolve(7)
        : new Promise((resolve) => {
            answer = resolve;
          });
    });
    await startSampler([hanging, fakeCollector('memory', async () => 50)]);
    await clock.advance(1499);
    expect(samples).toEqual([]);
    await clock.advance(1);
    expect(samples).toMatchObject([{ timestampMs: WALL_MS + 1000, values: [null, 50] }]);
    await clock.advance(1500);
    expect(calls).toBe(1);
    answer(99);
    await clock.advance(1000);
    expect(samples.map(({ values }) => values)).toEqual([
      [null, 50],
      [null, 50],
      [null, 50],
      [7, 50],
    ]);
    expect(lines).toEqual([
      'warn Collector "cpu" fails: its metrics are unknown until it recovers',
      'info Collector "cpu" works again',
    ]);
  });

  it('is unknown, not wrong, until its baseline is taken', async () => {
    let primings = 0;
    const late: Collector = {
      subject: 'cpu',
      metrics: [metric('cpu'), metric('cpu.user')],
      prime: async () => {
        primings += 1;
        if (primings < 3) throw new Error('not yet');
      },
      read: async () => [1, 2],
    };
    await startSampler([late]);
    await clock.advance(4000);
    expect(samples.map(({ values }) => values)).toEqual([
      [null, null],
      [null, null],
      [1, 2],
      [1, 2],
    ]);
    expect(lines).toHaveLength(2);
  });

  it('that hangs while primed does not keep the others from starting', async () => {
    const never: Collector = { ...fakeCollector('cpu', async () => 1), prime: () => new Promise(() => {}) };
    await startSampler([never, fakeCollector('memory', async () => 50)]);
    await clock.advance(3000);
    expect(samples).toMatchObject([{ timestampMs: WALL_MS + 3000, values: [null, 50] }]);
  });
});

describe('the raw values of a sample', () => {
  const family = counter('reads_total', '1', 'How often it was read.');
  /** Counts its reads, and how often its raw values were computed. */
  function countingCollector(read: (count: number) => Values): Collector & { asked: number; reads: number } {
    const counting = {
      subject: 'counting',
      metrics: [metric('counting')],
      asked: 0,
      reads: 0,
      read: (): Values => read((counting.reads += 1)),
      *rawValues(): Generator<RawValue, void> {
        counting.asked += 1;
        yield { family, labels: {}, value: counting.reads };
      },
    };
    return counting;
  }
  const rawOf = (sampler: Sampler): readonly unknown[] =>
    [...sampler.rawValues()].map(({ subject, timestampMs, values }) => [
      subject,
      (timestampMs - WALL_MS) / 1000,
      seriesOf(values),
    ]);

  it('belong to the same instant, and do not exist before the first sample', async () => {
    const sampler = await startSampler([countingCollector((count) => [count])]);
    expect(rawOf(sampler)).toEqual([]);
    await clock.advance(2000);
    expect(samples.at(-1)?.values).toEqual([2]);
    expect(seconds()).toEqual([1, 2]);
    expect(rawOf(sampler)).toEqual([['counting', 2, { reads_total: 2 }]]);
  });

  it('have the time of an earlier sample if they were read for that one', async () => {
    const counting = countingCollector((count) => [count]);
    const sampler = await startSampler([throttled(counting, 5000)]);
    await clock.advance(4000);
    expect(samples).toHaveLength(4);
    expect(rawOf(sampler)).toEqual([['counting', 1, { reads_total: 1 }]]);
  });

  it('are unknown while their collector fails', async () => {
    const counting = countingCollector((count) => {
      if (count === 2) throw new Error('once');
      return [count];
    });
    const sampler = await startSampler([counting, fakeCollector('other', async () => 1)]);
    await clock.advance(1000);
    expect(rawOf(sampler)[0]).toEqual(['counting', 1, { reads_total: 1 }]);
    await clock.advance(1000);
    expect(rawOf(sampler)).toEqual([['other', 2, {}]]);
    await clock.advance(1000);
    expect(rawOf(sampler)[0]).toEqual(['counting', 3, { reads_total: 3 }]);
  });

  it('are computed only when iterated', async () => {
    const counting = countingCollector((count) => [count]);
    const sampler = await startSampler([counting]);
    await clock.advance(3000);
    expect(counting.asked).toBe(0);
    const [reading] = sampler.rawValues();
    expect(counting.asked).toBe(0);
    expect([...(reading?.values ?? [])]).toHaveLength(1);
    expect(counting.asked).toBe(1);
  });
});
