import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, percent, rounded } from '../../rounding.ts';
import { Instances } from '../../instances.ts';
import { KernelFile, NUMERIC_LINE_BYTES } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import { diskKind, diskOfPath, type DiskKind } from './disk-kind.ts';
import { diskMetrics, diskTotals } from './metrics.ts';
import { parseDiskstats, SECTOR_BYTES, type DiskCounters } from './proc-diskstats.ts';
import { rawDiskstats } from './raw-values.ts';

const SOURCE = 'linux';
const TOTALS = diskTotals(SOURCE);
/** The kernel keeps times as 32-bit milliseconds. */
const TIME_MODULUS = 2 ** 32;
/** A device may be counted before sysfs knows it, and names are reused. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Disks from `/proc/diskstats`: the total over physical disks, then each disk that has ever read or written. Stacked devices are listed but not
 * in the total. A disk's values are `null` at its first reading and once after its counters restarted; the total is `null` while one of its
 * disks is. No metrics without `/proc/diskstats` or without a disk.
 */
export function disksCollector(roots: KernelRoots): Collector {
  return new Disks(roots);
}

interface TrackedDisk {
  readonly counts: CounterRates;
  readonly times: CounterRates;
  seenAtMs: number;
}

class Disks implements Collector {
  readonly subject = 'disks';
  readonly #roots: KernelRoots;
  readonly #file: KernelFile;
  readonly #isThere: boolean;
  readonly #kinds = new Map<string, DiskKind>();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  readonly #tracked = new Map<string, TrackedDisk>();
  readonly #instances = new Instances((part, label) => diskMetrics(SOURCE, part, label));
  #metrics: readonly MetricDescriptor[] = [];
  #hasTotals = false;
  #text = '';

  constructor(roots: KernelRoots) {
    this.#roots = roots;
    this.#file = new KernelFile(`${roots.proc}/diskstats`, NUMERIC_LINE_BYTES);
    const text = this.#file.readIfAny();
    this.#isThere = text !== null;
    const disks = this.#parse(text ?? '');
    this.#list(disks, this.#listed(disks));
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  prime(atMs: number): void {
    this.read(atMs);
  }

  read(atMs: number): Values {
    if (!this.#isThere) return [];
    if (atMs - this.#lookedAtMs >= LOOK_AGAIN_MS) {
      this.#lookedAtMs = atMs;
      this.#kinds.clear();
    }
    const disks = this.#parse(this.#readText());
    const listed = this.#listed(disks);
    this.#list(disks, listed);
    const values: (number | null)[] = [];
    const total: Total = { read: 0, written: 0 };
    let next = 0;
    for (const disk of disks) {
      const tracked = this.#track(disk.name, atMs);
      const counts = tracked.counts.next(disk.counts, atMs);
      const times = tracked.times.next(disk.timesMs, atMs);
      if (this.#isInTotal(disk, disks)) add(total, counts);
      if (listed[next] === disk) {
        next += 1;
        pushValues(values, counts, times);
      }
    }
    this.#forgetVanished(disks.length, atMs);
    return this.#hasTotals ? [bytes(total.read), bytes(total.written), ...values] : values;
  }

  rawValues(): Iterable<RawValue> {
    return rawDiskstats(this.#text, this.#isDisk, (name) => this.#instances.partOf(name));
  }

  close(): void {
    this.#file.close();
  }

  #readText(): string {
    try {
      this.#text = this.#file.read();
      return this.#text;
    } catch (error) {
      this.#tracked.clear();
      throw error;
    }
  }

  #parse(text: string): DiskCounters[] {
    return parseDiskstats(text, this.#isDisk);
  }

  readonly #isDisk = (name: string): boolean => {
    let kind = this.#kinds.get(name);
    if (kind === undefined) {
      kind = diskKind(this.#roots, name);
      this.#kinds.set(name, kind);
    }
    return kind !== 'none';
  };

  #listed(disks: readonly DiskCounters[]): DiskCounters[] {
    return disks.filter((disk) => hasWorked(disk) && !this.#isCountedElsewhere(disk, disks));
  }

  #list(disks: readonly DiskCounters[], listed: readonly DiskCounters[]): void {
    const hasTotals = disks.some((disk) => this.#isInTotal(disk, disks));
    const hasChanged = this.#instances.update(listed.map(({ name }) => name));
    if (!hasChanged && hasTotals === this.#hasTotals) return;
    this.#hasTotals = hasTotals;
    this.#metrics = [...(hasTotals ? TOTALS : []), ...this.#instances.metrics];
  }

  #isInTotal(disk: DiskCounters, disks: readonly DiskCounters[]): boolean {
    return this.#kinds.get(disk.name) !== 'stacked' && !this.#isCountedElsewhere(disk, disks);
  }

  /** Before Linux 6.3, multipath NVMe requests are counted for the paths only. */
  #isCountedElsewhere({ name }: DiskCounters, disks: readonly DiskCounters[]): boolean {
    if (this.#kinds.get(name) !== 'path') return false;
    const target = diskOfPath(name);
    return disks.some((disk) => disk.name === target && hasWorked(disk));
  }

  #track(name: string, atMs: number): TrackedDisk {
    let disk = this.#tracked.get(name);
    if (disk === undefined) {
      disk = { counts: new CounterRates(), times: new CounterRates(TIME_MODULUS), seenAtMs: atMs };
      this.#tracked.set(name, disk);
    }
    disk.seenAtMs = atMs;
    return disk;
  }

  #forgetVanished(present: number, atMs: number): void {
    if (this.#tracked.size === present) return;
    for (const [name, { seenAtMs }] of this.#tracked) {
      if (seenAtMs === atMs) continue;
      this.#tracked.delete(name);
      this.#kinds.delete(name);
    }
  }
}

/** Bytes per second. */
interface Total {
  read: number | null;
  written: number | null;
}

function hasWorked({ counts }: DiskCounters): boolean {
  return counts[0] !== 0 || counts[2] !== 0;
}

function add(total: Total, counts: readonly (number | null)[]): void {
  const [, sectorsRead, , sectorsWritten] = isAnother(counts) ? [] : counts;
  total.read = plus(total.read, inBytes(sectorsRead));
  total.written = plus(total.written, inBytes(sectorsWritten));
}

/** A counter that went backwards means another disk, so nothing is known. */
function isAnother(counts: readonly (number | null)[]): boolean {
  return counts.includes(null);
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function inBytes(sectors: number | null | undefined): number | null {
  return typeof sectors === 'number' ? sectors * SECTOR_BYTES : null;
}

/** In the order of `diskMetrics`. */
function pushValues(
  values: (number | null)[],
  counts: readonly (number | null)[],
  [readMs, writeMs, busyMs]: readonly (number | null)[],
): void {
  const [reads, sectorsRead, writes, sectorsWritten] = counts;
  if (isAnother(counts) || typeof reads !== 'number' || typeof writes !== 'number') {
    values.push(null, null, null, null, null, null);
    return;
  }
  const completed = reads + writes;
  const spentMs = plus(readMs ?? null, writeMs ?? null);
  values.push(
    bytes(inBytes(sectorsRead)),
    bytes(inBytes(sectorsWritten)),
    rounded(reads, 2),
    rounded(writes, 2),
    typeof busyMs === 'number' ? percent(Math.min(100, busyMs / 10)) : null,
    completed > 0 && spentMs !== null ? rounded(spentMs / completed, 3) : null,
  );
}
