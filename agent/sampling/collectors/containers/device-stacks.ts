import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { readOnce } from '../../kernel/read-once.ts';
import type { IoCounts } from './io-counts.ts';

/** Where a device stands: on which disks, and over how many layers. */
interface Place {
  /** The devices that have nothing below. */
  readonly disks: readonly string[];
  readonly level: number;
  /** Whether some of what it lies on is not to be told. */
  readonly isVague: boolean;
}

/** Some devices of the same disks: what was read and written on each level. */
interface Stack {
  readonly disks: Set<string>;
  readonly read: number[];
  readonly written: number[];
}

/** Loop devices lie on a file, wherever that is. */
const LOOP_MAJOR = '7';
const MEMORY = /^z?ram\d/;

/**
 * Adds up what goes through block devices that lie on each other (LVM, dm-crypt, RAID), from `slaves` of `/sys/dev/block` (kernel:
 * Documentation/ABI/testing/sysfs-block, block/holder.c).
 */
export class DeviceStacks {
  readonly #sys: string;
  /** `null` for memory that looks like a disk. */
  readonly #places = new Map<string, Place | null>();

  constructor(sys: string) {
    this.#sys = sys;
  }

  /** Numbers are given again to other devices. */
  forget(): void {
    this.#places.clear();
  }

  /**
   * What all devices together read and wrote: of each stack that level which did most, reads and writes apart. The kernel counts what passes several
   * levels for each of them, unless a thread of its own passes it on, as that of dm-crypt does with writes: then only above.
   */
  sum(counts: readonly IoCounts[]): { readonly read: number; readonly written: number } {
    const stacks: Stack[] = [];
    let isVague = false;
    for (const { device, read, written } of counts) {
      const place = this.#placeOf(device);
      if (place === null) continue;
      isVague ||= place.isVague;
      add(stacks, {
        disks: new Set(place.disks),
        read: at(place.level, read),
        written: at(place.level, written),
      });
    }
    // What lies on something that is not to be told may lie on any disk.
    const apart = isVague ? [joined(stacks)] : stacks;
    let read = 0;
    let written = 0;
    for (const stack of apart) {
      read += Math.max(...stack.read);
      written += Math.max(...stack.written);
    }
    return { read, written };
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
    const below = this.#below(device);
    if (below.length === 0) return { disks: [device], level: 0, isVague: false };
    const path = new Set([...above, device]);
    const disks = new Set<string>();
    let level = 0;
    let isVague = false;
    for (const lower of below) {
      if (lower === null || path.has(lower)) {
        isVague = true;
        continue;
      }
      const place = this.#look(lower, path);
      for (const disk of place.disks) disks.add(disk);
      level = Math.max(level, place.level);
      isVague ||= place.isVague;
    }
    return { disks: [...disks], level: level + 1, isVague };
  }

  /** Whole devices, `null` for one whose numbers are not to be told. */
  #below(device: string): (string | null)[] {
    if (device.split(':', 1)[0] === LOOP_MAJOR) return [null];
    const folder = `${this.#sys}/dev/block/${device}/slaves`;
    try {
      return readdirSync(folder).map((name) => this.#numbersOf(`${folder}/${name}`, name, device));
    } catch {
      return [];
    }
  }

  /** A partition is counted for its disk, in whose folder it is. */
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

function at(level: number, count: number): number[] {
  return [...Array.from({ length: level }, () => 0), count];
}

function add(stacks: Stack[], stack: Stack): void {
  const touched = stacks.filter(({ disks }) => [...disks].some((disk) => stack.disks.has(disk)));
  for (const one of touched) stacks.splice(stacks.indexOf(one), 1);
  stacks.push(joined([...touched, stack]));
}

function joined(stacks: readonly Stack[]): Stack {
  const disks = new Set(stacks.flatMap((stack) => [...stack.disks]));
  return {
    disks,
    read: sums(stacks.map(({ read }) => read)),
    written: sums(stacks.map(({ written }) => written)),
  };
}

function sums(rows: readonly (readonly number[])[]): number[] {
  const levels = Math.max(...rows.map(({ length }) => length));
  return Array.from({ length: levels }, (_, level) => rows.reduce((sum, row) => sum + (row[level] ?? 0), 0));
}

/** `sda` for `sda3`, `nvme0n1` for `nvme0n1p3`; a whole device as it is. */
function diskOfPartition(name: string): string {
  return name.replace(/(\d)p\d+$/, '$1').replace(/^((?:s|v|h|xv)d[a-z]+)\d+$/, '$1');
}

/** Those that follow from the name (kernel: admin-guide/devices.txt): device-mapper has one major number, RAID 9, the first SCSI disks 8. */
function numbersByName(name: string, upper: string): string | null {
  const [, kind, number] = /^(dm-|md)(\d+)$/.exec(name) ?? [];
  if (kind === 'md') return `9:${number}`;
  if (kind === 'dm-') return `${upper.split(':', 1)[0]}:${number}`;
  const letter = /^sd([a-p])$/.exec(diskOfPartition(name))?.[1];
  return letter === undefined ? null : `8:${(letter.codePointAt(0) ?? 0) * 16 - FIRST_LETTER * 16}`;
}

const FIRST_LETTER = 97;
