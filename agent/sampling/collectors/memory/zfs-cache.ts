import { statSync } from 'node:fs';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { numberIn } from '../../kernel/text.ts';

/** ZFS may be loaded later; until it is noticed, its cache counts as used. */
const LOOK_EVERY_MS = 5000;
const LONGEST_LINE_BYTES = 128;

/** Bytes. */
export interface ZfsCacheSize {
  readonly size: number;
  /** What ZFS releases under memory pressure: everything above its minimum. */
  readonly reclaimable: number;
}

/**
 * The ZFS cache (ARC), which is not part of the page cache and therefore in no field of `/proc/meminfo`: `size` and `c_min` of
 * `/proc/spl/kstat/zfs/arcstats` (OpenZFS, kstat(5)).
 */
export class ZfsCache {
  readonly #meminfoPath: string;
  readonly #file: KernelFile;
  #isThere = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param proc `/proc` of the host that is measured */
  constructor(proc: string) {
    this.#meminfoPath = `${proc}/meminfo`;
    this.#file = new KernelFile(`${proc}/spl/kstat/zfs/arcstats`, LONGEST_LINE_BYTES);
  }

  /**
   * Current size; `null` without ZFS, and if it is not part of the memory in `/proc/meminfo`.
   * @param atMs monotonic
   */
  read(atMs: number): ZfsCacheSize | null {
    if (!this.#isThere) {
      if (atMs - this.#lookedAtMs < LOOK_EVERY_MS) return null;
      this.#lookedAtMs = atMs;
      this.#isThere = this.#isOfThisMemory();
    }
    const text = this.#isThere ? this.#file.readIfAny() : null;
    const cache = text === null ? null : parseArcstats(text);
    this.#isThere = cache !== null;
    return cache;
  }

  close(): void {
    this.#file.close();
  }

  /** In a container, lxcfs replaces `meminfo` with the container's own, while `arcstats` stays the host's. */
  #isOfThisMemory(): boolean {
    try {
      return statSync(this.#file.path).dev === statSync(this.#meminfoPath).dev;
    } catch {
      return false;
    }
  }
}

/** Parses `arcstats`: lines of name, type and value. `null` without a size. */
export function parseArcstats(text: string): ZfsCacheSize | null {
  const size = valueOf(text, 'size');
  if (size === null) return null;
  const least = valueOf(text, 'c_min');
  return { size, reclaimable: least === null ? 0 : Math.max(0, size - least) };
}

function valueOf(text: string, name: string): number | null {
  const at = text.indexOf(`\n${name} `) + 1;
  if (at === 0) return null;
  const end = text.indexOf('\n', at);
  const line = text.slice(at, end < 0 ? undefined : end).trimEnd();
  return numberIn(line.slice(line.lastIndexOf(' ') + 1));
}
