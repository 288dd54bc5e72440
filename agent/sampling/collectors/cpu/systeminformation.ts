import os from 'node:os';
import type { Collector } from '../../collector.ts';
import { percent } from '../../figures.ts';
import { cpuMetric } from './metrics.ts';

/** Processor time since boot over all logical processors, ms. */
interface Times {
  readonly busy: number;
  readonly all: number;
}

/**
 * CPU use over the time since the read before, from `os.cpus()`: the definition of systeminformation's `currentLoad`, which
 * repeats its figure within 200 ms and starts processes.
 * Waiting for disks counts as idle; on Linux neither side of the ratio knows soft interrupts and stolen time.
 */
export function cpuCollector(): Collector {
  let before: Times = { busy: 0, all: 0 };
  return {
    subject: 'cpu',
    metrics: [cpuMetric('node:os')],
    async prime() {
      before = readTimes();
    },
    async read() {
      const now = readTimes();
      // Nothing to divide by when the counters, which move in steps, did not move: not a number, so not known.
      const share = (now.busy - before.busy) / (now.all - before.all);
      before = now;
      return [percent(share * 100)];
    },
  };
}

function readTimes(): Times {
  let busy = 0;
  let idle = 0;
  for (const { times } of os.cpus()) {
    // On Windows `sys` includes the time of interrupts.
    const sys = process.platform === 'win32' ? Math.max(0, times.sys - times.irq) : times.sys;
    busy += times.user + times.nice + sys + times.irq;
    idle += times.idle;
  }
  return { busy, all: busy + idle };
}
