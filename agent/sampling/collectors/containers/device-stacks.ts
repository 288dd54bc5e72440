import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { readOnce } from '../../kernel/text.ts';

/** Bytes that a cgroup has transferred to and from one block device since it was created. */
export interface IoCounts {
  /** `major:minor`, such as `8:0`. */
  readonly device: string;
  readonly read: number;
  readonly written: number;
}

/** Position of a device in its stack. */
interface Place {
  /** Devices it lies on. */
  readonly lowers: readonly string[];
  /** Number of layers below. */
  readonly level: number;
  /** Whether some of the devices below are unknown. */
  readonly isVague: boolean;
}

/** A loop device lies on a file, wherever that is. */
const LOOP_MAJOR = '7';
const MEMORY = /^z?ram\d/;

/**
 * Sums up I/O over stacked block devices (LVM, dm-crypt, RAID), using `slaves` in `/sys/dev/block` (kernel:
 * Documentation/ABI/testing/sysfs-block, block/holder.c).
 */
export class DeviceStacks {
  readonly #sys: string;
  /** `null` for memory that looks like a disk. */
  readonly #places = new Map<string, Place | null>();

  constructor(sys: string) {
    this.#sys = sys;
  }

  /** Device numbers are reused. */
  forget(): void {
    this.#places.clear();
  }

  /**
   * Total bytes read and written, counting each transfer once, at the level that saw most of it; reads and writes separately. The kernel counts
   * a transfer at every level it passes, and a mirror's writes for each disk. The exception is a kernel thread that forwards it, as dm-crypt's
   * does for writes: then only the upper level counts it.
   */
  sum(counts: readonly IoCounts[]): { readonly read: number; readonly written: number } {
    const known = new Map(counts.map((one) => [one.device, one]));
    const places = [...this.#placesOf(counts)].toSorted(([, one], [, other]) => other.level - one.level);
    return {
      read: begunIn(places, (device) => known.get(device)?.read ?? 0),
      written: begunIn(places, (device) => known.get(device)?.written ?? 0),
    };
  }

  /** These devices and everything below them. */
  #placesOf(counts: readonly IoCounts[]): ReadonlyMap<string, Place> {
    const places = new Map<string, Place>();
    const add = (device: string): void => {
      const place = places.has(device) ? null : this.#placeOf(device);
      if (place === null) return;
      places.set(device, place);
      for (const lower of place.lowers) add(lower);
    };
    for (const { device } of counts) add(device);
    return places;
  }

  #placeOf(device: string): Place | null {
    let place = this.#places.get(device);
    if (place === undefined) {
      place = MEMORY.test(this.#nameOf(device)) ? null : this.#look(device, new Set());
      this.#places.set(device, place);
    }
    return place;
  }

  #look(device: string, above: ReadonlySet<string>): Place {
    const path = new Set([...above, device]);
    const lowers = new Set<string>();
    let level = 0;
    let isVague = false;
    for (const lower of this.#below(device)) {
      if (lower === null || path.has(lower)) {
        isVague = true;
        continue;
      }
      const place = this.#look(lower, path);
      lowers.add(lower);
      level = Math.max(level, place.level + 1);
      isVague ||= place.isVague;
    }
    return { lowers: [...lowers], level, isVague };
  }

  /** Whole devices; `null` for one whose number is unknown. */
  #below(device: string): (string | null)[] {
    if (device.split(':', 1)[0] === LOOP_MAJOR) return [null];
    const folder = `${this.#sys}/dev/block/${device}/slaves`;
    try {
      return readdirSync(folder).map((name) => this.#numbersOf(`${folder}/${name}`, name, device));
    } catch {
      return [];
    }
  }

  /** A partition is counted for its disk, which is the parent folder. */
  #numbersOf(folder: string, name: string, upper: string): string | null {
    const isPartition = readOnce(`${folder}/partition`) !== null;
    return (
      readOnce(`${folder}${isPartition ? '/..' : ''}/dev`)?.trim() ??
      readOnce(`${this.#sys}/block/${diskOfPartition(name)}/dev`)?.trim() ??
      numbersByName(name, upper)
    );
  }

  #nameOf(device: string): string {
    try {
      return basename(readlinkSync(`${this.#sys}/dev/block/${device}`));
    } catch {
      return '';
    }
  }
}

/**
 * Bytes that originate at one of the devices rather than being passed down to it: what each counted beyond the most that those above it can
 * have passed down.
 * @param places upper devices first
 */
function begunIn(places: readonly (readonly [string, Place])[], countOf: (device: string) => number): number {
  const passedTo = new Map<string, number>();
  let begun = 0;
  let begunVaguely = 0;
  for (const [device, { lowers, isVague }] of places) {
    const count = countOf(device);
    const passed = passedTo.get(device) ?? 0;
    const own = Math.max(0, count - passed);
    if (isVague) begunVaguely += own;
    else begun += own;
    for (const lower of lowers) passedTo.set(lower, (passedTo.get(lower) ?? 0) + Math.max(count, passed));
  }
  // Something on an unknown device may lie on any disk.
  return Math.max(begun, begunVaguely);
}

/** `sda` for `sda3`, `nvme0n1` for `nvme0n1p3`; a whole device unchanged. */
function diskOfPartition(name: string): string {
  return name.replace(/(\d)p\d+$/, '$1').replace(/^((?:s|v|h|xv)d[a-z]+)\d+$/, '$1');
}

/** Numbers implied by the name (kernel: admin-guide/devices.txt): device-mapper shares one major number, RAID has 9, the first SCSI disks 8. */
function numbersByName(name: string, upper: string): string | null {
  const [, kind, number] = /^(dm-|md)(\d+)$/.exec(name) ?? [];
  if (kind === 'md') return `9:${number}`;
  if (kind === 'dm-') return `${upper.split(':', 1)[0]}:${number}`;
  const letter = /^sd([a-p])$/.exec(diskOfPartition(name))?.[1];
  return letter === undefined ? null : `8:${(letter.codePointAt(0) ?? 0) * 16 - FIRST_LETTER * 16}`;
}

const FIRST_LETTER = 97;
