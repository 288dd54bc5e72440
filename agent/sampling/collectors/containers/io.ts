import type { DeviceStacks, IoCounts } from './device-stacks.ts';

/** `io.stat` of version 2 (cgroup-v2.rst): a line per device, `8:0 rbytes=1 wbytes=2 …`. An empty text means no I/O yet. */
export function parseIoStat(text: string): IoCounts[] {
  const counts: IoCounts[] = [];
  for (const line of text.split('\n')) {
    const [device, ...pairs] = line.split(' ');
    if (device === undefined || pairs.length === 0) continue;
    let read = 0;
    let written = 0;
    for (const pair of pairs) {
      if (pair.startsWith('rbytes=')) read = Number(pair.slice('rbytes='.length)) || 0;
      else if (pair.startsWith('wbytes=')) written = Number(pair.slice('wbytes='.length)) || 0;
    }
    counts.push({ device, read, written });
  }
  return counts;
}

/**
 * `blkio.throttle.io_service_bytes` of version 1 (cgroup-v1/blkio-controller.rst): lines of `8:0 Read 1`, `8:0 Write 2`, and sums. `null` if it
 * names no device: no I/O yet, or none counted, as on Linux 6.18 before the first limit is set on a disk.
 */
export function parseIoServiceBytes(text: string): IoCounts[] | null {
  const counts = new Map<string, { device: string; read: number; written: number }>();
  for (const line of text.split('\n')) {
    const [device, operation, count] = line.split(' ');
    if (device === undefined || count === undefined) continue;
    const known = counts.get(device) ?? { device, read: 0, written: 0 };
    counts.set(device, known);
    if (operation === 'Read') known.read = Number(count) || 0;
    else if (operation === 'Write') known.written = Number(count) || 0;
  }
  return counts.size === 0 ? null : [...counts.values()];
}

/** Bytes per second, `null` if unknown. */
interface Transfers {
  readonly read: number | null;
  readonly written: number | null;
}

const UNKNOWN: Transfers = { read: null, written: null };

/** I/O rates of one cgroup from its counters per device. Sums the growth, not the counters, because the level that counts most may change. */
export class IoRates {
  #before: ReadonlyMap<string, IoCounts> | null = null;
  #atMs = Number.NaN;

  /** As given to the last `next`; `null` if unreadable. */
  get counts(): Iterable<IoCounts> | null {
    return this.#before?.values() ?? null;
  }

  /**
   * Rates since the previous call; `null` at the first, after unreadable counters, and if a device's counters went backwards.
   * @param counts a new device is taken to start at 0
   * @param atMs monotonic
   */
  next(counts: readonly IoCounts[] | null, atMs: number, stacks: DeviceStacks): Transfers {
    const before = this.#before;
    const elapsedS = (atMs - this.#atMs) / 1000;
    this.#before = counts === null ? null : new Map(counts.map((one) => [one.device, one]));
    this.#atMs = atMs;
    if (before === null || counts === null || !(elapsedS > 0)) return UNKNOWN;
    const growths = counts.map((now) => {
      const then = before.get(now.device);
      return {
        device: now.device,
        read: now.read - (then?.read ?? 0),
        written: now.written - (then?.written ?? 0),
      };
    });
    // The number now belongs to another device.
    if (growths.some(({ read, written }) => read < 0 || written < 0)) return UNKNOWN;
    const { read, written } = stacks.sum(growths);
    return { read: read / elapsedS, written: written / elapsedS };
  }
}
