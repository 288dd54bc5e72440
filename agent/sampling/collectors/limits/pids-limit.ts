import type { Values } from '../../collector.ts';
import { pathOf, numberIn, readOnce } from '../../kernel/text.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { limitIn } from '../../kernel/cgroup/limits.ts';
import type { CgroupWay } from '../../kernel/cgroup/location.ts';
import { tightest, type Limit } from './limit.ts';
import { PIDS_LIMIT_METRICS } from './metrics.ts';

/** The cgroup with the tightest process limit, `null` if there is none. */
export function pidsLimitFolder({ folders }: CgroupWay): string | null {
  return tightest(folders, (folder) => limitIn(readOnce(pathOf(`${folder}/pids.max`))));
}

/** A limit on processes and threads, and their number: `PIDS_LIMIT_METRICS` (cgroup-v2.rst; cgroup-v1/pids.rst). */
export class PidsLimit implements Limit {
  readonly folder: string;
  readonly metrics = PIDS_LIMIT_METRICS;
  readonly #count: KernelFile;
  readonly #max: KernelFile;

  constructor(folder: string) {
    this.folder = folder;
    this.#count = new KernelFile(pathOf(`${folder}/pids.current`));
    this.#max = new KernelFile(pathOf(`${folder}/pids.max`));
  }

  read(): Values {
    return [numberIn(this.#count.readIfAny()), limitIn(this.#max.readIfAny())];
  }

  close(): void {
    this.#count.close();
    this.#max.close();
  }
}
