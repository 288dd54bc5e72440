import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { rounded } from '../../rounding.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { SharedFile, SharedFiles } from '../../kernel/kernel-file.ts';
import type { RawValue } from '../../raw-values.ts';
import { parseStatCounter } from '../cpu/proc-stat.ts';
import { activityMetrics, fileHandlesMetric, loadMetrics, uptimeMetric } from './metrics.ts';
import { parseFileHandles, parseLoad, parseUptime } from './proc-system.ts';
import { rawActivity, rawFileHandles, rawLoad } from './raw-values.ts';

const SOURCE = 'linux';
/** One second, minus room for an early tick: loads are damped means, and nobody counts files or uptime more often. */
const TEXT_EVERY_MS = 950;
/** The kernel's own precision for loads, and enough for events. */
const DECIMALS = 2;

/** Values from one kernel text, in the order of its metrics; all `null` while it cannot be read. */
interface Part {
  readonly metrics: readonly MetricDescriptor[];
  read(atMs: number): Values;
  rawValues(): Iterable<RawValue>;
  close(): void;
}

/**
 * Overall system activity from `/proc/loadavg`, the events in `/proc/stat`, `/proc/sys/fs/file-nr` and `/proc/uptime`; no metrics for missing
 * files. Rates are `null` on the first reading. Loads, file handles and uptime are read at most
 * once a second.
 * @param shared files that other collectors also read
 */
export function systemCollector(roots: KernelRoots, shared = new SharedFiles(roots)): Collector {
  const fileHandles = new SharedFile(`${roots.proc}/sys/fs/file-nr`);
  const parts = [
    textPart(shared.loadavg, loadMetrics(SOURCE), parseLoad, rawLoad),
    activityPart(shared.stat),
    textPart(fileHandles, [fileHandlesMetric(SOURCE)], (text) => [parseFileHandles(text)], rawFileHandles),
    // node_exporter has the boot time instead, from `/proc/stat`.
    textPart(
      shared.uptime,
      [uptimeMetric(SOURCE)],
      (text) => [rounded(parseUptime(text), 0)],
      () => [],
    ),
  ].filter((part) => part !== null);
  return {
    subject: 'system',
    metrics: parts.flatMap(({ metrics }) => metrics),
    prime(atMs) {
      for (const part of parts) part.read(atMs);
    },
    read(atMs) {
      const values: (number | null)[] = [];
      for (const part of parts) values.push(...part.read(atMs));
      return values;
    },
    *rawValues() {
      for (const part of parts) yield* part.rawValues();
    },
    close() {
      for (const part of parts) part.close();
    },
  };
}

function textPart(
  file: SharedFile,
  metrics: readonly MetricDescriptor[],
  parse: (text: string) => Values,
  raw: (text: string) => Iterable<RawValue>,
): Part | null {
  if (file.read(Number.NaN) === null) return null;
  const unknown = metrics.map(() => null);
  let values: Values = unknown;
  let readMs = Number.NEGATIVE_INFINITY;
  return {
    metrics,
    read(atMs) {
      if (atMs - readMs < TEXT_EVERY_MS) return values;
      readMs = atMs;
      const text = file.read(atMs);
      values = text === null ? unknown : parse(text);
      return values;
    },
    rawValues: () => (file.lastText === null ? [] : raw(file.lastText)),
    close: () => file.close(),
  };
}

function activityPart(stat: SharedFile): Part | null {
  if (stat.read(Number.NaN) === null) return null;
  const rates = new CounterRates();
  return {
    metrics: activityMetrics(SOURCE),
    read(atMs) {
      const text = stat.read(atMs);
      const counter = (name: string) => (text === null ? null : parseStatCounter(text, name));
      const events = rates.next([counter('ctxt'), counter('intr'), counter('processes')], atMs);
      return [
        ...events.map((rate) => rounded(rate, DECIMALS)),
        counter('procs_running'),
        counter('procs_blocked'),
      ];
    },
    rawValues: () => (stat.lastText === null ? [] : rawActivity(stat.lastText)),
    close: () => stat.close(),
  };
}
