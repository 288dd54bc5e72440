import { readdirSync } from 'node:fs';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { numberIn } from '../../kernel/text.ts';
import type { Meminfo } from './proc-meminfo.ts';

/** Bytes; `null` for what cannot be read now. */
export interface HugePagesSize {
  readonly reserved: number | null;
  /** Of these, what holds nothing. */
  readonly unused: number | null;
}

interface Pool {
  readonly pageBytes: number;
  readonly count: KernelFile;
  readonly free: KernelFile;
}

/**
 * Huge pages that were set aside: no other program can have them, used or not, and nothing that is "available" counts them. Of all sizes from
 * `/sys/kernel/mm/hugepages` (kernel: admin-guide/mm/hugetlbpage.rst); where that is not there, those of the default size from `/proc/meminfo`.
 */
export class HugePages {
  readonly #folder: string;
  #pools: readonly Pool[] | null = null;

  constructor(sys: string) {
    this.#folder = `${sys}/kernel/mm/hugepages`;
  }

  /** As they are now; `null` where none are set aside. Costs nothing there, where the kernel tells the sum of all sizes. */
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

/** One folder for each size, such as `hugepages-2048kB`; which there are is settled at boot. */
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
