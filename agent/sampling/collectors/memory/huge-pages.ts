import { readdirSync } from 'node:fs';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { numberIn } from '../../kernel/text.ts';
import type { Meminfo } from './proc-meminfo.ts';

/** Bytes, `null` if unreadable. */
export interface HugePagesSize {
  readonly reserved: number | null;
  /** The free part of `reserved`. */
  readonly unused: number | null;
}

interface Pool {
  readonly pageBytes: number;
  readonly count: KernelFile;
  readonly free: KernelFile;
}

/**
 * Reserved huge pages: no other program can have them, used or free, and "available" never includes them. All sizes from
 * `/sys/kernel/mm/hugepages` (kernel: admin-guide/mm/hugetlbpage.rst); without that, the default size from `/proc/meminfo`.
 */
export class HugePages {
  readonly #folder: string;
  #pools: readonly Pool[] | null = null;

  constructor(sys: string) {
    this.#folder = `${sys}/kernel/mm/hugepages`;
  }

  /** Current sizes; `null` if none are reserved, which costs nothing if the kernel reports the total. */
  read({ hugetlb, hugePages }: Meminfo): HugePagesSize | null {
    if (hugetlb === 0) return null;
    this.#pools ??= poolsIn(this.#folder);
    const size =
      this.#pools.length === 0
        ? hugePages
        : {
            reserved: sumOf(this.#pools, ({ count }) => count),
            unused: sumOf(this.#pools, ({ free }) => free),
          };
    return size.reserved === 0 || (size.reserved === null && hugetlb === null) ? null : size;
  }

  close(): void {
    for (const { count, free } of this.#pools ?? []) {
      count.close();
      free.close();
    }
    this.#pools = null;
  }
}

/** One folder per size, such as `hugepages-2048kB`; the set is fixed at boot. */
function poolsIn(folder: string): Pool[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const kilobytes = /^hugepages-(\d+)kB$/.exec(name)?.[1];
      if (kilobytes === undefined) return [];
      return {
        pageBytes: Number(kilobytes) * 1024,
        count: new KernelFile(`${folder}/${name}/nr_hugepages`),
        free: new KernelFile(`${folder}/${name}/free_hugepages`),
      };
    });
  } catch {
    return [];
  }
}

function sumOf(pools: readonly Pool[], fileOf: (pool: Pool) => KernelFile): number | null {
  let sum = 0;
  for (const pool of pools) {
    const pages = numberIn(fileOf(pool).readIfAny());
    if (pages === null) return null;
    sum += pages * pool.pageBytes;
  }
  return sum;
}
