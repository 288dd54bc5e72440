import { currentLoad } from 'systeminformation';
import type { Collector } from '../collector.ts';
import { percent } from '../figures.ts';

/** For this long after a reading, systeminformation answers with the same figure again. */
const REPEATS_MS = 200;

/** The library would repeat its last figure: it goes by the wall clock, which was set back or has hardly moved. */
class RepeatedFigureError extends Error {
  readonly code = 'repeated_figure';

  constructor() {
    super('systeminformation would repeat its last figure, since the wall clock has not moved on');
    this.name = 'RepeatedFigureError';
  }
}

/**
 * CPU use over the time since the read before, from systeminformation's `currentLoad`.
 * Waiting for disks counts as idle; on Linux neither side of the ratio knows soft interrupts and stolen time.
 */
export function cpuCollector(): Collector {
  let readAtMs = Number.NEGATIVE_INFINITY;
  return {
    subject: 'cpu',
    metrics: [
      {
        name: 'cpu',
        label: 'CPU',
        unit: 'percent',
        kind: 'rate',
        min: 0,
        max: 100,
        group: 'cpu',
        help: 'Share of time that all processors together were busy since the sample before.',
        source: 'systeminformation',
      },
    ],
    async prime() {
      await currentLoad();
    },
    async read() {
      if (Date.now() < readAtMs + REPEATS_MS) throw new RepeatedFigureError();
      const load = await currentLoad();
      readAtMs = Date.now();
      return [percent(load.currentLoad)];
    },
  };
}
