import type { Collector, Values } from './collector.ts';

/** Room for an early tick. */
const EARLY_SHARE = 0.05;

/**
 * Reads `collector` only every `everyMs`. In between, repeats the last values or error. Rows are passed on once.
 * @param everyMs a number, or a function called before each reading
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
