import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector } from '../../collector.ts';
import { Instances } from '../../instances.ts';
import { counter, rawValue } from '../../raw-values.ts';
import { coreMetrics, cpuMetric } from './metrics.ts';
import { busyShare, readTimes } from './os-times.ts';

/**
 * CPU use since the previous read from `os.cpus()` (os-times.ts), as systeminformation's `currentLoad` defines it; that one repeats its value
 * within 200 ms and starts processes. `null` at the first read.
 */
export function cpuCollector(): Collector {
  let before: ReturnType<typeof readTimes> = [];
  return {
    subject: 'cpu',
    metrics: [cpuMetric('node:os')],
    async prime() {
      before = readTimes();
    },
    async read() {
      const now = readTimes();
      const share = busyShare(before, now);
      before = now;
      return [share];
    },
  };
}

/**
 * Busy time of each logical processor since the previous read, from `os.cpus()` (os-times.ts). `null` at the first read and when the set of
 * processors changed.
 */
export function coresCollector(): Collector {
  const instances = new Instances((core) => busyMetric(core));
  let before: ReturnType<typeof readTimes> = [];
  const readAll = (): ReturnType<typeof readTimes> => {
    const now = readTimes();
    instances.update(now.map((_, core) => String(core)));
    return now;
  };
  readAll();
  return {
    subject: 'cores',
    get metrics() {
      return instances.metrics;
    },
    prime() {
      before = readAll();
    },
    read() {
      const earlier = before;
      before = [];
      before = readAll();
      return before.map((now, core) => {
        const then = earlier.length === before.length ? earlier[core] : undefined;
        return then === undefined ? null : busyShare([then], [now]);
      });
    },
    *rawValues() {
      for (const [core, times] of before.entries()) {
        for (const [index, mode] of MODES.entries()) {
          yield* rawValue(TIME, { cpu: String(core), mode }, (times[index] ?? Number.NaN) / 1000);
        }
      }
    },
  };
}

const TIME = counter('metrics_panel_cpu_seconds_total', 's', 'Seconds the CPUs spent in each mode.');
/** In the order of `readTimes`. */
const MODES = ['user', 'nice', 'system', 'irq', 'idle'] as const;

/** `os.cpus()` lacks the states that would explain what a processor did. */
function busyMetric(core: string): readonly MetricDescriptor[] {
  return coreMetrics(core, { withStates: false, withFrequency: false }, 'node:os');
}
