import { counter, gauge, NO_LABELS, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';
import { parseStatCounter } from '../cpu/proc-stat.ts';
import { parseLoad } from './proc-system.ts';

const LOADS: readonly (readonly [MetricFamily, metric: string])[] = [
  [gauge('node_load1', '1', '1m load average.'), 'load'],
  [gauge('node_load5', '1', '5m load average.'), 'load.5'],
  [gauge('node_load15', '1', '15m load average.'), 'load.15'],
];

/** By name in `/proc/stat`. */
const ACTIVITY: readonly (readonly [key: string, MetricFamily, metric?: string])[] = [
  [
    'ctxt',
    counter('node_context_switches_total', '1', 'Total number of context switches.'),
    'system.contextSwitches',
  ],
  ['intr', counter('node_intr_total', '1', 'Total number of interrupts serviced.'), 'system.interrupts'],
  ['processes', counter('node_forks_total', '1', 'Total number of forks.'), 'system.forks'],
  [
    'procs_running',
    gauge('node_procs_running', '1', 'Number of processes in runnable state.'),
    'system.processesRunning',
  ],
  [
    'procs_blocked',
    gauge('node_procs_blocked', '1', 'Number of processes blocked waiting for I/O to complete.'),
    'system.processesBlocked',
  ],
  ['btime', gauge('node_boot_time_seconds', 's', 'Node boot time, in unixtime.')],
];

const ALLOCATED = gauge('node_filefd_allocated', '1', 'File descriptor statistics: allocated.');
const MAXIMUM = gauge('node_filefd_maximum', '1', 'File descriptor statistics: maximum.');

/** From a text of `/proc/loadavg`. */
export function* rawLoad(text: string): Generator<RawValue, void> {
  const loads = parseLoad(text);
  for (const [index, [family, metric]] of LOADS.entries()) {
    yield* rawValue(family, NO_LABELS, loads[index], metric);
  }
}

/** From a text of `/proc/stat`. */
export function* rawActivity(text: string): Generator<RawValue, void> {
  for (const [key, family, metric] of ACTIVITY) {
    yield* rawValue(family, NO_LABELS, parseStatCounter(text, key), metric);
  }
}

/** From a text of `/proc/sys/fs/file-nr`. */
export function* rawFileHandles(text: string): Generator<RawValue, void> {
  const [allocated, , maximum] = text.trim().split('\t');
  yield* rawValue(ALLOCATED, NO_LABELS, Number(allocated), 'system.fileHandles');
  // 2 ** 63 − 1 without a limit; a double rounds it, in Prometheus too.
  yield* rawValue(MAXIMUM, NO_LABELS, maximum === undefined ? null : Number(maximum));
}
