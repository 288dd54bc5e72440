import type { MetricDescriptor, TableDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { TableRow } from '../../../sampling/collector.ts';
import { gridUnitMs } from '../../../sampling/grid.ts';
import type { SequencedSample } from '../../sample-store.ts';
import { randomAt } from './random-at.ts';

/** How a series moves. */
interface Walk {
  readonly unit: string;
  valueAt(random: number, ordinal: number): number;
}

const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
const percent: Walk = { unit: 'percent', valueAt: (random) => rounded(random * 100, 2) };
const bytes: Walk = { unit: 'bytes', valueAt: (random) => Math.floor(random * 4e12) };

const ALWAYS: Readonly<Record<string, Walk>> = {
  cpu: percent,
  'cpu.core.0': percent,
  load: { unit: '', valueAt: (random) => rounded(random * 30, 3) },
  'memory.used': bytes,
  'memory.total': { unit: 'bytes', valueAt: () => 25_275_412_480 },
  'temperature.outside': { unit: '°C', valueAt: (random) => rounded(random * 60 - 40, 1) },
  'odd.ratio': { unit: 'ratio', valueAt: (random) => random * 7 },
  'system.uptime': { unit: 's', valueAt: (_random, ordinal) => ordinal },
};
/** The same names with one unit or the other. */
const FANS: readonly Walk[] = [percent, { unit: 'rpm', valueAt: (random) => Math.floor(random * 3000) }];
const MAX_CONTAINERS = 3;

const UNKNOWN_ONCE = 0.03;
const UNKNOWN_FOR_LONG = 0.1;
const LONG = 90;
/** The sampler is a little late, never early. */
const MAX_LATE_MS = 4;

export const PROCESSES: TableDescriptor = {
  name: 'processes',
  label: 'Processes',
  group: 'Test',
  columns: [
    { name: 'name', label: 'Name', unit: 'text' },
    { name: 'pid', label: 'PID', unit: 'id' },
    { name: 'cpu', label: 'CPU', unit: 'percent' },
    { name: 'memory', label: 'Memory', unit: 'bytes' },
  ],
  help: 'Random.',
  source: 'test',
};

/** A host whose time passes only when told, and its sampler: every sample has other values, so that no value passes for another. */
export class SimulatedHost {
  readonly intervalMs: number;
  readonly unitMs: number;
  readonly tables = [PROCESSES];
  /** Nothing but this tells two weeks apart. */
  readonly #seed: number;
  #monotonicMs = 0;
  #wallOffsetMs: number;
  #originMs = 0;
  #lastIndex = Number.NEGATIVE_INFINITY;
  #epoch = '';
  #runs = 0;
  #seq = 0;
  /** Of all samples of all runs. */
  #ordinal = 0;
  #walks: readonly (readonly [name: string, walk: Walk])[] = [];
  #catalogue: readonly MetricDescriptor[] = [];
  #isCatalogueNew = true;
  #gapReason: 'stall' | 'suspend' | undefined;

  constructor({ seed, intervalMs, startMs }: { seed: number; intervalMs: number; startMs: number }) {
    this.#seed = seed;
    this.intervalMs = intervalMs;
    this.unitMs = gridUnitMs(intervalMs);
    this.#wallOffsetMs = startMs;
    this.changeSeries(seed);
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.#catalogue;
  }

  /** Of the agent's present run. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The agent starts. */
  beginRun(): void {
    this.#runs += 1;
    this.#epoch = `${this.#seed.toString(16)}-${this.#runs}`;
    this.#seq = 0;
    this.#originMs = -this.#wallOffsetMs;
    this.#lastIndex = Number.NEGATIVE_INFINITY;
    this.#isCatalogueNew = true;
    this.#gapReason = undefined;
  }

  /** Series come, go, change their order and their unit. */
  changeSeries(seed: number): void {
    const chance = (what: number): number => randomAt(seed, what);
    const containers = Array.from(
      { length: Math.floor(chance(1) * (MAX_CONTAINERS + 1)) },
      (_none, index) => {
        const id = Math.floor(chance(10 + index) * 12);
        return [`container.${id}.cpu`, percent] as const;
      },
    );
    const fans = FANS.filter((_fan, index) => (chance(2) < 0.5 ? 0 : 1) === index);
    const all = [
      ...Object.entries(ALWAYS).filter(([name], index) => name === 'cpu' || chance(20 + index) < 0.9),
      ...new Map(containers),
      ...fans.map((walk) => ['fan.1', walk] as const),
    ];
    const first = Math.floor(chance(3) * all.length);
    this.#walks = [...all.slice(first), ...all.slice(0, first)];
    this.#catalogue = this.#walks.map(([name, { unit }]) => ({
      name,
      label: name,
      unit,
      kind: 'gauge',
      group: 'Test',
      help: 'Random.',
      source: 'test',
    }));
    this.#isCatalogueNew = true;
  }

  /** Time passes without a sample; the agent lives unless it is begun anew. */
  pass(ms: number, reason?: 'stall' | 'suspend'): void {
    if (reason === 'suspend') this.#wallOffsetMs += ms;
    else this.#monotonicMs += ms;
    this.#gapReason = reason;
  }

  stepClock(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /** @param stride grid units between samples */
  sample(stride = this.intervalMs / this.unitMs): SequencedSample {
    const passed = (this.#monotonicMs - this.#originMs) / this.unitMs;
    const gridIndex = (Math.floor(Math.max(this.#lastIndex, passed) / stride) + 1) * stride;
    this.#lastIndex = gridIndex;
    this.#ordinal += 1;
    this.#seq += 1;
    const lateMs = randomAt(this.#seed, -this.#ordinal) * MAX_LATE_MS;
    this.#monotonicMs = this.#originMs + gridIndex * this.unitMs + lateMs;
    const sample = {
      epoch: this.#epoch,
      seq: this.#seq,
      timestampMs: Math.floor(this.#monotonicMs + this.#wallOffsetMs),
      gridIndex,
      values: this.#walks.map(([name, walk]) => this.#valueOf(name, walk)),
      ...(this.#isCatalogueNew ? { catalogue: this.#catalogue } : {}),
      ...(this.#gapReason === undefined ? {} : { gapReason: this.#gapReason }),
      tables: [{ name: PROCESSES.name, rows: this.#processes() }],
    };
    this.#isCatalogueNew = false;
    this.#gapReason = undefined;
    return sample;
  }

  #valueOf(name: string, walk: Walk): number | null {
    const key = Array.from(name).reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), this.#seed) % 1e9;
    if (randomAt(key + 1, this.#ordinal) < UNKNOWN_ONCE) return null;
    if (randomAt(key + 2, Math.floor(this.#ordinal / LONG)) < UNKNOWN_FOR_LONG) return null;
    return walk.valueAt(randomAt(key, this.#ordinal), this.#ordinal);
  }

  #processes(): TableRow[] {
    return [0, 1].map((index) => [
      `program ${this.#ordinal % 7}`,
      100 + index,
      rounded(randomAt(this.#seed + index, this.#ordinal) * 100, 1),
      Math.floor(randomAt(this.#seed + index + 2, this.#ordinal) * 1e9),
    ]);
  }
}
