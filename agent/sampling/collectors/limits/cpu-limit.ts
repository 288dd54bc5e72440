import { existsSync } from 'node:fs';
import type { Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { percent, rounded } from '../../rounding.ts';
import { pathOf, keyedNumber, numberIn, readOnce } from '../../kernel/text.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { coresInCpuMax, coresOf } from '../../kernel/cgroup/limits.ts';
import type { CgroupWay } from '../../kernel/cgroup/location.ts';
import { counter, NO_LABELS, rawValue, type RawValue } from '../../raw-values.ts';
import { tightest, type Limit } from './limit.ts';
import { CPU_LIMIT_METRICS } from './metrics.ts';

const NANOSECONDS_PER_SECOND = 1e9;
const MICROSECONDS_PER_SECOND = 1e6;

const USED = counter(
  'metrics_panel_limit_cpu_seconds_total',
  's',
  'Processor time that the control group with the tightest quota has used.',
);
const PERIODS = counter('metrics_panel_limit_cpu_periods_total', '1', 'Periods of that quota.');
const THROTTLED = counter(
  'metrics_panel_limit_cpu_throttled_periods_total',
  '1',
  'Periods in which the control group had to wait because its quota was used up.',
);

/** The cgroup with the tightest CPU quota, `null` if there is none. */
export function cpuLimitFolder({ version, folders }: CgroupWay): string | null {
  return tightest(folders, (folder) =>
    version === 2
      ? coresInCpuMax(readOnce(pathOf(`${folder}/cpu.max`)))
      : coresOf(
          numberIn(readOnce(pathOf(`${folder}/cpu.cfs_quota_us`))),
          numberIn(readOnce(pathOf(`${folder}/cpu.cfs_period_us`))),
        ),
  );
}

/** A CPU quota and its use: `CPU_LIMIT_METRICS` (cgroup-v2.rst; scheduler/sched-bwc.rst, cgroup-v1/cpuacct.rst). */
export class CpuLimit implements Limit {
  readonly folder: string;
  readonly metrics = CPU_LIMIT_METRICS;
  readonly #rates = new CounterRates();
  readonly #stat: KernelFile;
  /** One file in version 2, two in version 1. */
  readonly #quota: readonly KernelFile[];
  /** Version 1 counts usage in a separate tree; `null` for version 2. */
  readonly #usage: KernelFile | null;

  /** @param usageFolder the same cgroup in the `cpuacct` tree, for version 1 */
  constructor(version: 1 | 2, folder: string, usageFolder: string | null) {
    this.folder = folder;
    this.#stat = new KernelFile(pathOf(`${folder}/cpu.stat`));
    const quota = version === 2 ? ['cpu.max'] : ['cpu.cfs_quota_us', 'cpu.cfs_period_us'];
    this.#quota = quota.map((name) => new KernelFile(pathOf(`${folder}/${name}`)));
    this.#usage = usageFolder === null ? null : new KernelFile(pathOf(`${usageFolder}/cpuacct.usage`));
  }

  read(atMs: number): Values {
    const stat = this.#stat.readIfAny();
    const [used = null, periods = null, throttled = null] = this.#rates.next(
      [this.#usedSeconds(stat), keyedNumber(stat, 'nr_periods'), keyedNumber(stat, 'nr_throttled')],
      atMs,
    );
    const cores = this.#cores();
    // Two periods' quotas may be used back to back.
    const share = used === null || cores === null ? null : Math.min((used / cores) * 100, 100);
    // An idle cgroup has no periods.
    const throttledShare =
      throttled === null || periods === null || periods === 0 ? null : (throttled / periods) * 100;
    return [percent(share), rounded(cores, 3), percent(throttledShare)];
  }

  *rawValues(): Generator<RawValue, void> {
    const [used, periods, throttled] = this.#rates.counts;
    yield* rawValue(USED, NO_LABELS, used, 'limit.cpu');
    yield* rawValue(PERIODS, NO_LABELS, periods);
    yield* rawValue(THROTTLED, NO_LABELS, throttled);
  }

  close(): void {
    for (const file of [this.#stat, ...this.#quota, this.#usage]) file?.close();
  }

  #usedSeconds(stat: string | null): number | null {
    if (this.#usage !== null) {
      const usedNs = numberIn(this.#usage.readIfAny());
      return usedNs === null ? null : usedNs / NANOSECONDS_PER_SECOND;
    }
    const usedUs = keyedNumber(stat, 'usage_usec');
    return usedUs === null ? null : usedUs / MICROSECONDS_PER_SECOND;
  }

  #cores(): number | null {
    const [quota, period] = this.#quota;
    const text = quota?.readIfAny() ?? null;
    return period === undefined ? coresInCpuMax(text) : coresOf(numberIn(text), numberIn(period.readIfAny()));
  }
}

/** The same cgroup in the `cpuacct` tree, which may be mounted elsewhere; `null` if it is not there. */
export function usageFolderFor(folder: string, cpu: CgroupWay, usage: CgroupWay | null): string | null {
  const cpuRoot = cpu.folders.at(-1);
  const usageRoot = usage?.folders.at(-1);
  if (cpuRoot === undefined || usageRoot === undefined) return null;
  const same = usageRoot + folder.slice(cpuRoot.length);
  return existsSync(pathOf(`${same}/cpuacct.usage`)) ? same : null;
}
