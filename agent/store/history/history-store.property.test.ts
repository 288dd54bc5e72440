import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { gridUnitMs } from '../../sampling/grid.ts';
import type { HistoryPlan } from '../sample-history.ts';
import type { SequencedSample } from '../sample-store.ts';
import { read, TestHistory, testMetric, type Point } from './testing/test-history.ts';

const T0 = 1_795_953_600_000;
const CATALOGUES: readonly (readonly MetricDescriptor[])[] = [
  [testMetric('cpu'), testMetric('memory.used', 'bytes')],
  [testMetric('memory.used', 'bytes'), testMetric('cpu'), testMetric('disk.sda')],
  [testMetric('cpu'), testMetric('memory.used', 'count')],
  [testMetric('disk.sda')],
];
const NAMES = ['cpu', 'memory.used', 'disk.sda'];

type Step =
  | { readonly what: 'sample'; readonly count: number; readonly seed: number }
  | { readonly what: 'wait'; readonly intervals: number }
  | { readonly what: 'clock'; readonly stepMs: number }
  | { readonly what: 'catalogue'; readonly index: number }
  | { readonly what: 'flush' | 'restart' | 'kill' | 'full' | 'room' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('sample'),
      count: fc.integer({ min: 1, max: 500 }),
      seed: fc.nat(1000),
    }),
  },
  fc.record({ what: fc.constant('wait'), intervals: fc.integer({ min: 3, max: 5000 }) }),
  fc.record({
    what: fc.constant('clock'),
    stepMs: fc.oneof(fc.integer({ min: -7_200_000, max: 7_200_000 }), fc.integer({ min: -3000, max: 3000 })),
  }),
  fc.record({ what: fc.constant('catalogue'), index: fc.nat(CATALOGUES.length - 1) }),
  fc.record({ what: fc.constantFrom('flush', 'restart', 'kill', 'full', 'room') }),
);

interface Row {
  readonly timeMs: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Keeps every row that the store has said is on disk, and those since. */
class Model {
  readonly rows: Row[] = [];
  #durable = 0;
  #samples: { readonly timeMs: number; readonly values: ReadonlyMap<string, number> }[] = [];
  #cell = Number.NaN;

  add(timeMs: number, cell: number, values: ReadonlyMap<string, number>, isCut: boolean): void {
    if (cell !== this.#cell || isCut) this.endRow();
    this.#cell = cell;
    this.#samples.push({ timeMs, values });
  }

  endRow(): void {
    const row = this.unfinished;
    if (row !== undefined) this.rows.push(row);
    this.#samples = [];
    this.#cell = Number.NaN;
  }

  get unfinished(): Row | undefined {
    const last = this.#samples.at(-1);
    if (last === undefined) return undefined;
    const values = new Map<string, number>();
    for (const key of last.values.keys()) {
      const known = this.#samples
        .flatMap((one) => one.values.get(key) ?? [])
        .filter((value) => !Number.isNaN(value));
      if (known.length > 0) values.set(key, known.reduce((sum, value) => sum + value, 0) / known.length);
    }
    return { timeMs: last.timeMs, values };
  }

  saved(): void {
    this.#durable = this.rows.length;
  }

  kill(): void {
    this.rows.length = this.#durable;
    this.#samples = [];
    this.#cell = Number.NaN;
  }

  /** Groups of rows that make up a point, by the time of the point. */
  points(stepMs: number): Map<number, Row[]> {
    const groups = new Map<number, Row[]>();
    for (const row of [...this.rows, this.unfinished ?? []].flat()) {
      const timeMs = Math.floor(row.timeMs / stepMs) * stepMs;
      const group = groups.get(timeMs) ?? [];
      groups.set(timeMs, group);
      group.push(row);
    }
    return groups;
  }
}

let history: TestHistory | undefined;
afterEach(() => {
  history?.remove();
  history = undefined;
});

const STEPS = [
  ['seconds', 1000],
  ['seconds', 15_000],
  ['minutes', 60_000],
  ['minutes', 7_200_000],
  ['quarters', 900_000],
  ['quarters', 86_400_000],
] as const;

it('every point of every tier has exactly the rows of its step, whatever came between', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(250, 1000, 10_000, 60_000),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (intervalMs, steps) => {
        const unitMs = gridUnitMs(intervalMs);
        const own = new TestHistory({ intervalMs, unitMs });
        history = own;
        const model = new Model();
        let nowMs = T0 + 123_000;
        let gridIndex = Math.ceil(nowMs / intervalMs) * (intervalMs / unitMs);
        let run = 1;
        let seq = 0;
        let lastGrid = gridIndex;
        let clockMs = 0;
        let lastClockMs = 0;
        let lastCatalogue = CATALOGUES[0];
        let described = { catalogue: CATALOGUES[0] ?? [], tables: [] };
        const rowMs = Math.max(1000, intervalMs);
        const flush = (): void => {
          if (own.isFull) {
            expect(() => own.store.flush()).toThrow('full');
            return;
          }
          own.store.flush();
          model.saved();
        };
        const append = (seed: number): void => {
          seq += 1;
          const values = described.catalogue.map((_metric, index) => {
            const value = (seed * 7919 + seq * (index + 3) * 104_729) % 10_000;
            return value % 41 === 0 ? null : value / 100;
          });
          const timestampMs = nowMs + clockMs;
          const jumpMs = clockMs - lastClockMs;
          if (described.catalogue !== lastCatalogue) model.endRow();
          lastCatalogue = described.catalogue;
          const isCut = seq > 1 && (jumpMs > 2 * rowMs || gridIndex - lastGrid > (3 * rowMs) / unitMs);
          const sample: SequencedSample = {
            epoch: `run ${run}`,
            seq,
            gridIndex,
            timestampMs,
            values,
            ...(seq > 1 && gridIndex - lastGrid > (3 * rowMs) / unitMs
              ? { gapReason: 'stall' as const }
              : {}),
          };
          const known = new Map(
            described.catalogue.flatMap(({ name, unit }, index) => {
              const value = values[index];
              return typeof value === 'number' ? [[`${name} ${unit}`, value] as const] : [];
            }),
          );
          const named = new Map(
            described.catalogue.map(({ name, unit }) => [`${name} ${unit}`, known.get(`${name} ${unit}`)]),
          );
          const cell = Math.ceil((gridIndex * unitMs) / rowMs);
          model.add(
            timestampMs,
            cell,
            new Map([...named].map(([key, value]) => [key, value ?? Number.NaN])),
            isCut || seq === 1,
          );
          const isDue = own.store.append(sample, described);
          if ((gridIndex * unitMs) % rowMs === 0) model.endRow();
          lastGrid = gridIndex;
          lastClockMs = clockMs;
          if (isDue) flush();
          nowMs += intervalMs;
          gridIndex += intervalMs / unitMs;
        };
        for (const one of steps) {
          switch (one.what) {
            case 'sample':
              for (let count = 0; count < one.count && !own.isFull; count += 1) append(one.seed);
              for (let count = 0; count < Math.min(one.count, 50) && own.isFull; count += 1) append(one.seed);
              break;
            case 'wait':
              nowMs += one.intervals * intervalMs;
              gridIndex += (one.intervals * intervalMs) / unitMs;
              break;
            case 'clock':
              clockMs += one.stepMs;
              break;
            case 'catalogue':
              described = { catalogue: CATALOGUES[one.index] ?? [], tables: [] };
              break;
            case 'flush':
              flush();
              break;
            case 'full':
              own.isFull = true;
              break;
            case 'room':
              own.isFull = false;
              break;
            case 'restart':
              own.isFull = false;
              own.store.close();
              model.endRow();
              model.saved();
              own.reopen();
              run += 1;
              seq = 0;
              break;
            case 'kill':
              own.isFull = false;
              own.reopen();
              model.kill();
              run += 1;
              seq = 0;
              break;
          }
        }
        const units = new Map(own.store.catalogue.map(({ name, unit }) => [name, unit]));
        for (const [tier, stepMs] of STEPS) {
          const plan: HistoryPlan = {
            tier,
            stepMs,
            isRaw: false,
            fromMs: T0 - 86_400_000,
            toMs: T0 + 100 * 86_400_000,
            points: 1e9,
            metrics: NAMES,
          };
          const expected = model.points(stepMs);
          const found = read(own.store, plan);
          const times = [...expected.keys()].toSorted((one, other) => one - other);
          expect(found.map(({ timeMs }) => timeMs)).toEqual(times);
          const wrong = found.filter((point) => !isRight(point, expected.get(point.timeMs) ?? [], units));
          expect(wrong, `${tier} by ${stepMs} ms`).toEqual([]);
        }
        own.remove();
        history = undefined;
      },
    ),
    {
      numRuns: 12,
      // Series that came and went before anything was written.
      examples: [
        [
          250,
          [
            { what: 'sample', count: 1, seed: 0 },
            { what: 'catalogue', index: 3 },
            { what: 'sample', count: 1, seed: 0 },
          ],
        ],
      ],
    },
  );
});

function isRight(point: Point, rows: readonly Row[], units: ReadonlyMap<string, string>): boolean {
  return NAMES.every((name, index) => {
    const key = `${name} ${units.get(name)}`;
    const values = rows.flatMap((row) => {
      const value = row.values.get(key) ?? Number.NaN;
      return Number.isNaN(value) ? [] : [value];
    });
    const found = [point.min[index], point.mean[index], point.max[index]];
    if (values.length === 0) return found.every((value) => value === null);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // Means are rounded to two decimals, and sometimes twice.
    return [Math.min(...values), mean, Math.max(...values)].every(
      (value, at) => Math.abs(value - (found[at] ?? Number.NaN)) < 0.02,
    );
  });
}
