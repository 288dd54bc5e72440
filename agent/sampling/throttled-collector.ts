import type { Collector, Values } from './collector.ts';

/** Room for a tick that comes a little early. */
const EARLY_SHARE = 0.05;

/**
 * `collector`, really read only each `everyMs`; in between its values are those of the last reading, and so is its failure.
 * Its rows are taken once, as they come.
 * @param everyMs a number, or what tells it before each reading
 */
export function throttled(collector: Collector, everyMs: number | (() => number)): Collector {
  let last: (() => Values) | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  const keep = (values: Values): Values => {
    last = () => values;
    return values;
  };
  const fail = (error: unknown): never => {
    last = () => {
      throw error;
    };
    throw error;
  };
  return {
    subject: collector.subject,
    get metrics() {
      return collector.metrics;
    },
    ...(collector.prime === undefined ? {} : { prime: (atMs) => collector.prime?.(atMs) }),
    read(atMs) {
      const intervalMs = typeof everyMs === 'number' ? everyMs : everyMs();
      if (last !== null && atMs - readAtMs < intervalMs * (1 - EARLY_SHARE)) return last();
      last = null;
      readAtMs = atMs;
      try {
        const answer = collector.read(atMs);
        return answer instanceof Promise ? answer.then(keep, fail) : keep(answer);
      } catch (error) {
        return fail(error);
      }
    },
    ...(collector.table === undefined
      ? {}
      : { table: collector.table, takeRows: () => collector.takeRows?.() ?? null }),
    ...(collector.rawValues === undefined ? {} : { rawValues: () => collector.rawValues?.() ?? [] }),
    close: () => collector.close?.(),
  };
}
