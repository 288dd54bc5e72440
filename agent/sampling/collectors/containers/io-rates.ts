import type { DeviceStacks } from './device-stacks.ts';
import type { IoCounts } from './io-counts.ts';

/** Bytes per second; `null` for what is not known. */
interface Transfers {
  readonly read: number | null;
  readonly written: number | null;
}

const UNKNOWN: Transfers = { read: null, written: null };

/** How much one control group reads and writes, from its counts for each device: what grew is added up, since the level that counts most of it may change. */
export class IoRates {
  #before: ReadonlyMap<string, IoCounts> | null = null;
  #atMs = Number.NaN;

  /** As given to the last `next`; `null` where they could not be read. */
  get counts(): Iterable<IoCounts> | null {
    return this.#before?.values() ?? null;
  }

  /**
   * Since the call before; `null` at the first, after counts that could not be read, and when those of a device went backwards.
   * @param counts a device that is new among them had done nothing before
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
    // The number was given to another device.
    if (growths.some(({ read, written }) => read < 0 || written < 0)) return UNKNOWN;
    const { read, written } = stacks.sum(growths);
    return { read: read / elapsedS, written: written / elapsedS };
  }
}
