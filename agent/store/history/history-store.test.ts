import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MetricDescriptor, TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SequencedSample } from '../sample-store.ts';
import type { HistoryQuery } from '../sample-history.ts';
import type { Described } from './history-store.ts';
import { pointsOf, read, TestHistory, testMetric, type Point } from './testing/test-history.ts';

const T0 = 1_795_996_800_000;
const HOUR = 3_600_000;
const EVER = { fromMs: 0, toMs: 2 * T0 };

let history: TestHistory;
let described: Described;
let seq: number;
let epoch: string;

beforeEach(() => {
  history = new TestHistory({ intervalMs: 1000, unitMs: 100 });
  described = { catalogue: [testMetric('cpu'), testMetric('memory.used', 'bytes')], tables: [] };
  seq = 0;
  epoch = 'first';
});
afterEach(() => history.remove());

/** A sample so many ms after T0 on both clocks. */
function sample(
  afterMs: number,
  values: readonly (number | null)[],
  more: Partial<SequencedSample> = {},
): SequencedSample {
  seq += 1;
  return { epoch, seq, gridIndex: (T0 + afterMs) / 100, timestampMs: T0 + afterMs, values, ...more };
}

function append(
  afterMs: number,
  values: readonly (number | null)[],
  more: Partial<SequencedSample> = {},
): boolean {
  return history.store.append(sample(afterMs, values, more), described);
}

/** Seconds `from` to `to`, each with its number as `cpu`; written when it is time. */
function run(from: number, to: number): void {
  for (let second = from; second < to; second += 1) {
    if (append(second * 1000, [second % 100, second]) && !history.isFull) history.store.flush();
  }
}

function restart(): void {
  history.reopen();
  epoch = `after ${epoch}`;
  seq = 0;
}

function ask(query: Partial<HistoryQuery>): Point[] {
  const plan = history.store.plan({
    fromMs: T0,
    toMs: T0 + HOUR,
    points: 10_000,
    metrics: ['cpu'],
    ...query,
  });
  return pointsOf(history.store.read(plan));
}

describe('a row of a second', () => {
  it('has the means of its samples, as finely rounded as they are, and the time of the last', () => {
    append(100, [1, 10]);
    append(200, [2.5, null]);
    append(1000, [2, 13]);
    append(1100, [7, 5]);
    const points = ask({ metrics: ['cpu', 'memory.used'] });
    expect(points.map(({ timeMs, mean }) => [timeMs - T0, ...mean])).toEqual([
      [1000, 1.8, 12],
      [1100, 7, 5],
    ]);
  });

  it('ends where the catalogue changes', () => {
    append(100, [1, 10]);
    described = { ...described, catalogue: [testMetric('cpu')] };
    append(200, [3]);
    expect(ask({}).map(({ mean }) => mean[0])).toEqual([1, 3]);
  });

  it('knows nothing if the values do not match the catalogue', () => {
    append(1000, [1, 2, 3]);
    append(2000, [4, 5]);
    expect(ask({}).map(({ mean }) => mean[0])).toEqual([null, 4]);
  });
});

it('minutes and quarters are packed over some samples before they are written, one after the other', () => {
  const stored = () =>
    (['seconds', 'minutes', 'quarters'] as const).filter(
      (tier) => history.query(`SELECT 1 FROM ${tier} LIMIT 1`).length > 0,
    );
  const seen: string[] = [];
  for (let second = 0; second < 1000; second += 1) {
    run(second, second + 1);
    const now = stored().join(', ');
    if (now !== (seen.at(-1) ?? '')) seen.push(now);
  }
  expect(seen).toEqual(['seconds', 'seconds, minutes', 'seconds, minutes, quarters']);
});

describe('the oldest time', () => {
  it('is that of the first sample, or of its minute or quarter hour once finer rows are deleted', () => {
    expect(history.store.oldestMs).toBeNull();
    run(627, 640);
    expect(history.store.oldestMs).toBe(T0 + 627_000);
    run(640, 4000);
    expect(history.store.oldestMs).toBe(T0 + 627_000);
    restart();
    expect(history.store.oldestMs).toBe(T0 + 627_000);
    history.query('DELETE FROM seconds');
    expect(history.store.oldestMs).toBe(T0 + 600_000);
    history.query('DELETE FROM minutes');
    restart();
    expect(history.store.oldestMs).toBe(T0);
  });
});

describe('a series', () => {
  it('is another one if its unit changes, and is unknown in the past', () => {
    run(0, 20);
    described = { ...described, catalogue: [testMetric('cpu', 'ms'), testMetric('memory.used', 'bytes')] };
    run(20, 30);
    const known = ask({}).map(({ mean }) => mean[0]);
    expect(known).toEqual([
      ...Array.from({ length: 20 }, () => null),
      ...Array.from({ length: 10 }, (_none, at) => 20 + at),
    ]);
    expect(history.store.catalogue.map(({ unit }) => unit)).toEqual(['ms', 'bytes']);
  });

  it('that is present, or was until lately, is not read from the file to list what is kept', () => {
    run(0, 20);
    described = { ...described, catalogue: [testMetric('cpu')] };
    run(20, 40);
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    expect(history.store.catalogue.map(({ name }) => name)).toEqual(['cpu', 'memory.used']);
    expect(parse).not.toHaveBeenCalled();
  });

  it('keeps its past over restarts and while it is away, under its newest description', () => {
    run(0, 1000);
    described = { ...described, catalogue: [testMetric('memory.used', 'bytes')] };
    append(1_000_000, [1]);
    history.store.close();
    restart();
    described = {
      ...described,
      catalogue: [testMetric('memory.used', 'bytes'), { ...testMetric('cpu'), label: 'CPU' }],
    };
    append(1_010_000, [1, 55]);
    history.store.close();
    expect(
      ask({})
        .map(({ mean }) => mean[0])
        .slice(997),
    ).toEqual([97, 98, 99, null, 55]);
    expect(history.store.catalogue.find(({ name }) => name === 'cpu')?.label).toBe('CPU');
    expect(history.query('SELECT count(*) AS count FROM series')).toEqual([{ count: 2 }]);
  });

  it('that left can be forgotten when the last chunk that may hold it is deleted', () => {
    run(0, 1000);
    described = { ...described, catalogue: [testMetric('memory.used', 'bytes')] };
    for (let second = 1000; second < 100_000; second += 100) {
      if (append(second * 1000, [1])) history.store.flush();
    }
    const [left] = history.query("SELECT gone FROM series WHERE name = 'cpu'");
    const [holding] = history.query(
      "SELECT max(id) AS id FROM (SELECT id FROM quarters WHERE part = (SELECT id FROM part WHERE name = 'cpu'))",
    );
    expect(left?.['gone']).toBeGreaterThanOrEqual(Number(holding?.['id']));
    expect(history.query("SELECT gone FROM series WHERE name = 'memory.used'")).toEqual([{ gone: null }]);
  });
});

describe('a gap', () => {
  it('has the reason of the sampler, and the samples on either side', () => {
    run(0, 5);
    append(60_000, [1, 2], { gapReason: 'suspend' });
    expect(history.store.gaps(EVER)).toEqual([{ fromMs: T0 + 4000, toMs: T0 + 60_000, reason: 'suspend' }]);
    history.store.flush();
    expect(history.store.gaps({ fromMs: T0 + 59_999, toMs: T0 + 90_000 })).toHaveLength(1);
    expect(history.store.gaps({ fromMs: T0 + 60_000, toMs: T0 + 90_000 })).toEqual([]);
  });

  it('is a clock step if the clock was set forward, and none if it was set back', () => {
    run(0, 5);
    append(5000, [1, 2], { timestampMs: T0 + HOUR });
    append(6000, [1, 2], { timestampMs: T0 + 6000 });
    expect(history.store.gaps(EVER)).toEqual([{ fromMs: T0 + 4000, toMs: T0 + HOUR, reason: 'clock_step' }]);
  });

  it('between two runs includes what a kill has lost', () => {
    run(0, 1000);
    const written = ask({ metrics: [] }).length;
    restart();
    append(1_100_000, [1, 2], { gapReason: 'stall' });
    history.store.flush();
    restart();
    const [gap, ...others] = history.store.gaps(EVER);
    expect(others).toEqual([]);
    expect(gap).toEqual({ fromMs: expect.any(Number), toMs: T0 + 1_100_000, reason: 'agent_restart' });
    const last = ask({ toMs: T0 + 1_050_000 }).at(-1);
    expect(gap?.fromMs).toBe(last?.timeMs);
    expect(T0 + 999_000 - (last?.timeMs ?? 0)).toBeLessThanOrEqual(10_000);
    expect(written).toBe(1000);
  });

  it('has the reason that came with the sample', () => {
    run(0, 5);
    history.store.append(sample(90_000, [1, 2]), described, 'not_written');
    expect(history.store.gaps(EVER).map(({ reason }) => reason)).toEqual(['not_written']);
  });

  it('before a run whose first samples were not kept says so', () => {
    run(0, 5);
    history.store.close();
    restart();
    seq = 30;
    append(90_000, [1, 2]);
    expect(history.store.gaps(EVER)).toEqual([
      { fromMs: T0 + 4000, toMs: T0 + 90_000, reason: 'not_written' },
    ]);
  });

  it('is left out if it is short and there are too many', () => {
    for (let at = 0; at < 40; at += 1) append(at * 5000, [1, 2], { gapReason: 'stall' });
    history.store.flush();
    append(300_000, [1, 2], { gapReason: 'suspend' });
    expect(history.store.gaps(EVER)).toHaveLength(40);
    expect(history.store.gaps(EVER, { most: 40, elseMs: 60_000 })).toHaveLength(40);
    expect(history.store.gaps(EVER, { most: 39, elseMs: 60_000 })).toEqual([
      { fromMs: T0 + 195_000, toMs: T0 + 300_000, reason: 'suspend' },
    ]);
  });
});

describe('what cannot be written', () => {
  it('stays in memory, is read there, and is written later', () => {
    run(0, 500);
    history.isFull = true;
    run(500, 1500);
    expect(() => history.store.flush()).toThrow('full');
    expect(ask({}).map(({ mean }) => mean[0])).toEqual(Array.from({ length: 1500 }, (_none, at) => at % 100));
    history.isFull = false;
    history.store.flush();
    restart();
    expect(ask({})).toHaveLength(1500);
    expect(history.store.gaps(EVER)).toEqual([]);
  });

  it('has room for about a chunk; what does not fit is one gap, and the oldest and newest are kept', () => {
    const catalogue = Array.from({ length: 122 }, (_none, at) => testMetric(`m.${at}`));
    described = { ...described, catalogue };
    const values = catalogue.map(() => 1);
    const feed = (from: number, to: number): void => {
      for (let second = from; second < to; second += 1) append(second * 1000, values);
    };
    feed(0, 10);
    history.isFull = true;
    feed(10, 5000);
    expect(() => history.store.flush()).toThrow('full');
    history.isFull = false;
    history.store.flush();
    restart();
    const found = ask({ metrics: ['m.5'], toMs: T0 + 2 * HOUR }).map(({ timeMs }) => (timeMs - T0) / 1000);
    expect(found).toEqual([
      ...Array.from({ length: 900 }, (_none, at) => at),
      ...Array.from({ length: 500 }, (_none, at) => 4500 + at),
    ]);
    expect(history.store.gaps(EVER)).toEqual([
      { fromMs: T0 + 899_000, toMs: T0 + 4_500_000, reason: 'not_written' },
    ]);
  });
});

describe('a table', () => {
  const processes: TableDescriptor = {
    name: 'processes',
    label: 'Processes',
    group: 'Processes',
    columns: [
      { name: 'name', label: '', unit: 'text' },
      { name: 'cpu', label: '', unit: 'percent' },
    ],
    help: '',
    source: 'test',
  };
  const rows = (name: string, cpu: number): Partial<SequencedSample> => ({
    tables: [
      {
        name: 'processes',
        rows: [
          [name, cpu],
          ['idle', 0.5],
        ],
      },
    ],
  });

  it('is kept of the worst second of each five', () => {
    described = { ...described, tables: [processes] };
    const loads = [3, 9, 4, 1, 2, 6, 7, 5, 8, 0, 1];
    loads.forEach((load, second) => append(second * 1000, [1, 2], rows(`p${second}`, load)));
    const at = (fromS: number, toS: number): number | undefined => {
      const range = { fromMs: T0 + fromS * 1000, toMs: T0 + toS * 1000 };
      return history.store.table('processes', range)?.timestampMs;
    };
    for (const look of ['in memory', 'on disk']) {
      expect([at(0, 5), at(5, 10), at(2, 5), at(0, 10)], look).toEqual([
        T0 + 1000,
        T0 + 8000,
        undefined,
        T0 + 1000,
      ]);
      history.store.flush();
      history.reopen();
    }
  });

  it('has the rows of the worst second, in memory, in the tail, and in each tier', () => {
    described = { ...described, tables: [processes] };
    for (let second = 0; second < 2 * 3600; second += 1) {
      const more = second % 2 === 0 ? rows(`p${second}`, second === 3000 ? 99 : second % 30) : {};
      if (append(second * 1000, [1, 2], more)) history.store.flush();
    }
    const worst = { timestampMs: T0 + 3_000_000, rows: '[["p3000",99],["idle",0.5]]' };
    expect(history.store.table('processes', { fromMs: T0, toMs: T0 + 2 * HOUR })).toEqual(worst);
    expect(
      history.store.table('processes', { fromMs: T0 + 7_190_000, toMs: T0 + 7_199_000 })?.rows,
    ).toContain('p7198');
    history.reopen();
    expect(history.store.table('processes', { fromMs: T0, toMs: T0 + 2 * HOUR })).toEqual(worst);
    expect(
      history.store.table('processes', { fromMs: T0 + 3_001_000, toMs: T0 + 3_010_000 })?.timestampMs,
    ).toBe(T0 + 3_008_000);
    for (const tier of ['seconds', 'minutes']) {
      history.query(`DELETE FROM ${tier}`);
      history.reopen();
      expect(history.store.table('processes', { fromMs: T0, toMs: T0 + 2 * HOUR })).toEqual(worst);
    }
    expect(history.store.table('processes', { fromMs: T0 + 3 * HOUR, toMs: T0 + 4 * HOUR })).toBeUndefined();
    expect(history.store.table('others', EVER)).toBeUndefined();
  });

  it('is never read under the names of other columns', () => {
    described = { ...described, tables: [processes] };
    append(1000, [1, 2], rows('old', 90));
    history.store.close();
    restart();
    const [name, cpu] = processes.columns;
    if (name === undefined || cpu === undefined) throw new TypeError('two columns');
    const columns = [{ name: 'pid', label: '', unit: 'id' }, { ...cpu, unit: 's' }, cpu, name];
    described = { ...described, tables: [{ ...processes, columns }] };
    append(2000, [1, 2]);
    expect(history.store.table('processes', EVER)?.rows).toBe(
      '[[null,null,90,"old"],[null,null,0.5,"idle"]]',
    );
    expect(history.store.tables).toEqual(described.tables);
  });
});

describe('reading', () => {
  it('has no seam between what is on disk and what is not', () => {
    run(0, 2000);
    append(2000 * 1000 + 100, [42, 0]);
    expect(ask({}).map(({ mean }) => mean[0])).toEqual([
      ...Array.from({ length: 2000 }, (_none, at) => at % 100),
      42,
    ]);
  });

  it('merges the passes of a clock that was set back', () => {
    run(0, 100);
    for (let second = 0; second < 100; second += 1)
      append(100_000 + second * 1000, [50 + second / 4, 0], { timestampMs: T0 + second * 1000 + 20 });
    history.store.close();
    const [point] = ask({ toMs: T0 + 60_000, points: 60 });
    expect(point).toEqual({ timeMs: T0, min: [0], mean: [25.313], max: [50.25] });
    expect(
      history.store.plan({ ...EVER, fromMs: T0, toMs: T0 + 60_000, points: 60, metrics: [] }).isRaw,
    ).toBe(false);
  });

  it('is of seconds where the range begins while the agent was away', () => {
    run(0, 2000);
    history.store.close();
    restart();
    run(10_000, 12_000);
    history.store.close();
    expect(ask({ fromMs: T0 + 9_000_000, toMs: T0 + 11_000_000 })).toHaveLength(1000);
  });

  it('is of the finest tier that still has the range, even if the host once booted in 1970', () => {
    run(0, 2000);
    append(2_000_000, [1, 2], { timestampMs: 5000 });
    append(2_001_000, [1, 2]);
    history.store.close();
    history.query(`DELETE FROM seconds WHERE begin_ms = ${T0}`);
    expect(ask({ toMs: T0 + 900_000 })).toHaveLength(15);
    expect(ask({ fromMs: T0 + 1_000_000, toMs: T0 + 1_100_000 })).toHaveLength(100);
  });

  it('continues minutes and quarter hours of an earlier run', () => {
    run(0, 1830);
    history.store.close();
    restart();
    run(1840, 4000);
    const plan = {
      ...EVER,
      tier: 'quarters',
      stepMs: 900_000,
      isRaw: false,
      points: 100,
      metrics: ['memory.used'],
    } as const;
    const before = read(history.store, plan);
    history.store.close();
    restart();
    const after = read(history.store, plan);
    expect(after.map(({ timeMs }) => (timeMs - T0) / 900_000)).toEqual([0, 1, 2, 3, 4]);
    expect(after.map(({ min, max }) => [min, max])).toEqual(before.map(({ min, max }) => [min, max]));
    expect(after[2]).toEqual({ timeMs: T0 + 1_800_000, min: [1800], mean: [2254], max: [2699] });
    expect(history.query('SELECT count(*) AS count FROM minutes WHERE part = 0')).toEqual([{ count: 1 }]);
  });

  it('counts no row twice in minutes and quarter hours, however often the agent restarts', () => {
    for (let second = 0; second < 300; second += 1) append(second * 1000, [1, 0]);
    for (let round = 0; round < 3; round += 1) {
      history.store.close();
      restart();
      append(400_000 + round * 1000, [100, 0]);
      history.store.flush();
      restart();
    }
    const [quarter] = ask({ points: 4 });
    expect(quarter).toMatchObject({ timeMs: T0, min: [1], max: [100] });
    expect(quarter?.mean[0]).toBeCloseTo(600 / 303, 1);
  });

  it('holds nothing open in the database between two steps', () => {
    run(0, 3600);
    const plan = history.store.plan({ fromMs: T0, toMs: T0 + HOUR, points: 10_000, metrics: ['cpu'] });
    const slices = history.store.read(plan)[Symbol.iterator]();
    slices.next();
    expect(history.query('PRAGMA wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
    expect(slices.next().done).toBe(false);
  });
});

it('samples of a run are numbered as they were, and more than one run is known', () => {
  run(0, 1200);
  history.store.close();
  restart();
  append(1_250_100, [1, 2]);
  append(1_250_200, [1, 2]);
  append(1_251_000, [1, 2]);
  expect(history.store.runs).toEqual([
    { epoch: 'first', intervalMs: 1000, firstSeq: 1, lastSeq: 1200, firstMs: T0, lastMs: T0 + 1_199_000 },
    { epoch, intervalMs: 1000, firstSeq: 1, lastSeq: 3, firstMs: T0 + 1_251_000, lastMs: T0 + 1_251_000 },
  ]);
});

it('metrics beyond 4,096 are not kept, but totals always are', () => {
  const single: MetricDescriptor[] = Array.from({ length: 5000 }, (_none, at) => ({
    ...testMetric(`disk.sd${at}`),
    instance: `sd${at}`,
  }));
  described = { catalogue: [...single, testMetric('cpu')], tables: [] };
  append(
    1000,
    described.catalogue.map((_metric, at) => at),
  );
  expect(ask({ metrics: ['disk.sd0', 'disk.sd4999', 'cpu'] }).map(({ mean }) => mean)).toEqual([
    [0, null, 5000],
  ]);
});
