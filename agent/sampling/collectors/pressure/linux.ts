import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { percent } from '../../rounding.ts';
import { KernelFile, NUMERIC_LINE_BYTES } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { counter, NO_LABELS, rawValue, type MetricFamily } from '../../raw-values.ts';
import { pressureMetric, RESOURCES, type Extent, type Resource } from './metrics.ts';

const SOURCE = 'linux';
const US_PER_SECOND = 1_000_000;

interface Source {
  readonly file: KernelFile;
  /** Whether the kernel reports `full`. */
  readonly hasFull: boolean;
}

/**
 * Pressure stall information: share of time in which tasks were stalled, from the growth of the totals in `/proc/pressure` (kernel:
 * accounting/psi.rst). No metrics for files that are missing or unreadable. `null` on the first reading.
 */
export function pressureCollector({ proc }: KernelRoots): Collector {
  const metrics: MetricDescriptor[] = [];
  const families: MetricFamily[] = [];
  const sources: Source[] = [];
  for (const resource of RESOURCES) {
    const file = new KernelFile(`${proc}/pressure/${resource}`, NUMERIC_LINE_BYTES);
    const text = file.readIfAny();
    if (text === null) {
      file.close();
      continue;
    }
    const hasFull = parseStalled(text)[1] !== null;
    sources.push({ file, hasFull });
    for (const extent of hasFull ? (['some', 'full'] as const) : (['some'] as const)) {
      metrics.push(pressureMetric(resource, extent, SOURCE));
      families.push(stalledFamily(resource, extent));
    }
  }
  const stalled = new CounterRates();
  return {
    subject: 'pressure',
    metrics,
    prime(atMs) {
      stalled.next(readTotals(sources), atMs);
    },
    read: (atMs): Values => stalled.next(readTotals(sources), atMs).map(shareOfTime),
    *rawValues() {
      for (const [index, us] of stalled.counts.entries()) {
        const family = families[index];
        if (family === undefined) continue;
        yield* rawValue(family, NO_LABELS, us === null ? null : us / US_PER_SECOND, metrics[index]?.name);
      }
    },
    close() {
      for (const { file } of sources) file.close();
    },
  };
}

/** node_exporter omits `full` of `cpu`, always 0 for a whole host on newer kernels. */
export function stalledFamily(resource: Resource, extent: Extent): MetricFamily {
  const prefix = resource === 'cpu' && extent === 'full' ? 'metrics_panel' : 'node';
  const state = extent === 'some' ? 'waiting' : 'stalled';
  const tasks = extent === 'some' ? 'some tasks' : 'all tasks';
  return counter(
    `${prefix}_pressure_${resource}_${state}_seconds_total`,
    's',
    `Total time in seconds that ${tasks} have waited for ${resource}.`,
  );
}

/** µs, in the order of the metrics. */
function readTotals(sources: readonly Source[]): (number | null)[] {
  const totals: (number | null)[] = [];
  for (const { file, hasFull } of sources) {
    const text = file.readIfAny();
    const [some, full] = text === null ? [null, null] : parseStalled(text);
    totals.push(some);
    if (hasFull) totals.push(full);
  }
  return totals;
}

/** Sample and kernel clock are read at slightly different instants, so a full second of stalling may seem longer. */
function shareOfTime(usPerSecond: number | null): number | null {
  return usPerSecond === null ? null : percent(Math.min(100, (usPerSecond / US_PER_SECOND) * 100));
}

/**
 * Time stalled since boot, µs, from the text of `/proc/pressure/cpu` etc. (kernel: accounting/psi.rst). `null` for a missing line: `full` of
 * `cpu` before 5.13.
 */
export function parseStalled(text: string): readonly [someUs: number | null, fullUs: number | null] {
  return [totalOf(text, 'some '), totalOf(text, 'full ')];
}

function totalOf(text: string, line: string): number | null {
  const start = text.indexOf(line);
  if (start < 0) return null;
  const at = text.indexOf(KEY, start);
  if (at < 0) return null;
  return Number.parseInt(text.slice(at + KEY.length, at + KEY.length + MAX_DIGITS), 10);
}

const KEY = ' total=';
/** Of a 64-bit number. */
const MAX_DIGITS = 20;
