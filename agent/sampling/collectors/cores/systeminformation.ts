import os from 'node:os';
import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector } from '../../collector.ts';
import { percent } from '../../figures.ts';
import { Instances } from '../../instances.ts';
import { coreMetrics } from '../cpu/metrics.ts';

/** Processor time since boot of one logical processor, ms. */
interface Times {
  readonly busy: number;
  readonly all: number;
}

/**
 * Busy time of each logical processor since the read before, from `os.cpus()`, by the definition of the `cpu` collector beside
 * it. `null` at the first read, when the counters did not move, and when the processors are others than before.
 */
export function coresCollector(): Collector {
  const instances = new Instances((core) => busyMetric(core));
  let before: readonly Times[] = [];
  const readAll = (): readonly Times[] => {
    const now = os.cpus().map(({ times }) => timesOf(times));
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
      const isSame = earlier.length === before.length;
      return before.map((now, core) => shareBetween(isSame ? earlier[core] : undefined, now));
    },
  };
}

/** Time for interrupts and for other guests is not in `os.cpus()`, so there is nothing to tell of what a processor did. */
function busyMetric(core: string): readonly MetricDescriptor[] {
  return coreMetrics(core, { withStates: false, withFrequency: false }, 'node:os');
}

function timesOf({ user, nice, sys, irq, idle }: os.CpuInfo['times']): Times {
  // On Windows `sys` includes the time of interrupts.
  const system = process.platform === 'win32' ? Math.max(0, sys - irq) : sys;
  const busy = user + nice + system + irq;
  return { busy, all: busy + idle };
}

function shareBetween(before: Times | undefined, now: Times): number | null {
  if (before === undefined) return null;
  // Nothing to divide by when the counters did not move: not a number, so not known.
  return percent(((now.busy - before.busy) / (now.all - before.all)) * 100);
}
