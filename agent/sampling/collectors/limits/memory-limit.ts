import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Values } from '../../collector.ts';
import { bytes, percent } from '../../rounding.ts';
import { pathOf, keyedNumber, numberIn, readOnce } from '../../kernel/text.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { MEMORY_FILES, limitIn, workingSet } from '../../kernel/cgroup/limits.ts';
import type { CgroupWay } from '../../kernel/cgroup/location.ts';
import { counter, NO_LABELS, rawValue, type RawValue } from '../../raw-values.ts';
import { tightest, type Limit } from './limit.ts';
import { MEMORY_LIMIT_METRICS, OOM_KILLS_METRIC } from './metrics.ts';

const OOM_KILLS = counter(
  'metrics_panel_limit_oom_kills_total',
  '1',
  'Processes of the control group with the tightest memory limit that the kernel has killed for want of memory.',
);

/** The cgroup with the tightest memory limit, `null` if there is none. */
export function memoryLimitFolder({ version, folders }: CgroupWay): string | null {
  return tightest(folders, (folder) => limitIn(readOnce(pathOf(`${folder}/${MEMORY_FILES[version].max}`))));
}

/**
 * A memory limit and its use: `MEMORY_LIMIT_METRICS`, plus `OOM_KILLS_METRIC` where the kernel counts kills.
 *
 * Version 1 counts a kill in the victim's cgroup only, not in its parents.
 */
export class MemoryLimit implements Limit {
  readonly folder: string;
  readonly metrics: readonly MetricDescriptor[];
  readonly #inactiveFile: string;
  readonly #max: KernelFile;
  readonly #used: KernelFile;
  readonly #stat: KernelFile;
  readonly #events: KernelFile;
  readonly #countsKills: boolean;
  #lastKills: number | null = null;

  constructor(version: 1 | 2, folder: string) {
    const names = MEMORY_FILES[version];
    this.folder = folder;
    this.#inactiveFile = names.inactiveFile;
    this.#max = new KernelFile(pathOf(`${folder}/${names.max}`));
    this.#used = new KernelFile(pathOf(`${folder}/${names.used}`));
    this.#stat = new KernelFile(pathOf(`${folder}/memory.stat`));
    this.#events = new KernelFile(pathOf(`${folder}/${names.events}`));
    this.#countsKills = this.#kills() !== null;
    this.metrics = this.#countsKills ? [...MEMORY_LIMIT_METRICS, OOM_KILLS_METRIC] : MEMORY_LIMIT_METRICS;
  }

  read(): Values {
    const max = limitIn(this.#max.readIfAny());
    const used = workingSet(
      numberIn(this.#used.readIfAny()),
      keyedNumber(this.#stat.readIfAny(), this.#inactiveFile),
    );
    const share = used === null || max === null || max === 0 ? null : Math.min((used / max) * 100, 100);
    const values = [percent(share), bytes(used), bytes(max)];
    if (this.#countsKills) {
      this.#lastKills = this.#kills();
      values.push(this.#lastKills);
    }
    return values;
  }

  rawValues(): Iterable<RawValue> {
    return rawValue(OOM_KILLS, NO_LABELS, this.#lastKills, OOM_KILLS_METRIC.name);
  }

  close(): void {
    for (const file of [this.#max, this.#used, this.#stat, this.#events]) file.close();
  }

  #kills(): number | null {
    return keyedNumber(this.#events.readIfAny(), 'oom_kill');
  }
}
