import os from 'node:os';
import { numberIn } from '../../sampling/kernel/text.ts';
import { counter, gauge, NO_LABELS, rawValue, type RawValue } from '../../sampling/raw-values.ts';

const NANOSECONDS = 1e9;

const RUNNING = counter(
  'node_schedstat_running_seconds_total',
  's',
  'Number of seconds CPU spent running a process.',
);
const WAITING = counter(
  'node_schedstat_waiting_seconds_total',
  's',
  'Number of seconds spent by processing waiting for this CPU.',
);
const TIMESLICES = counter('node_schedstat_timeslices_total', '1', 'Number of timeslices executed by CPU.');

/** From the text of `/proc/schedstat` (kernel: sched-stats.rst): the last three fields of each processor. */
export function* readSchedstat(text: string): Generator<RawValue, void> {
  for (const [, cpu = '', running, waiting, slices] of text.matchAll(/^cpu(\d+) .*?(\d+) (\d+) (\d+)$/gm)) {
    yield* rawValue(RUNNING, { cpu }, Number(running) / NANOSECONDS);
    yield* rawValue(WAITING, { cpu }, Number(waiting) / NANOSECONDS);
    yield* rawValue(TIMESLICES, { cpu }, Number(slices));
  }
}

const ENTROPY = gauge('node_entropy_available_bits', 'bit', 'Bits of available entropy.');
const ENTROPY_POOL = gauge('node_entropy_pool_size_bits', 'bit', 'Bits of entropy pool.');

/** From `entropy_avail` and `poolsize` in `/proc/sys/kernel/random`. */
export function* readEntropy(available: string | null, poolSize: string | null): Generator<RawValue, void> {
  yield* rawValue(ENTROPY, NO_LABELS, numberIn(available));
  yield* rawValue(ENTROPY_POOL, NO_LABELS, numberIn(poolSize));
}

const UNAME = gauge(
  'node_uname_info',
  '1',
  'Labeled system information as provided by the uname system call.',
);

export interface Uname {
  readonly nodename: string;
  /** Of `/proc/sys/kernel/domainname`; `(none)` where there is none. */
  readonly domainname: string;
}

/** The kernel is that of whichever host this process runs on, in a container too. */
export function readUname({ nodename, domainname }: Uname): Iterable<RawValue> {
  const labels = {
    domainname,
    machine: os.machine(),
    nodename,
    release: os.release(),
    sysname: os.type(),
    version: os.version(),
  };
  return rawValue(UNAME, labels, 1);
}

const TIME = gauge('node_time_seconds', 's', 'System time in seconds since epoch (1970).');

export function readTime(wallMs: number): Iterable<RawValue> {
  return rawValue(TIME, NO_LABELS, wallMs / 1000);
}

/** `name type value`, unsigned numbers only (OpenZFS, kstat(5)). */
const KSTAT = /^(\w+) +4 +(\d+)$/gm;

/** From the text of `/proc/spl/kstat/zfs/arcstats`: `node_zfs_arc_size` and all others. */
export function* readZfsArc(text: string): Generator<RawValue, void> {
  for (const [, field = '', number] of text.matchAll(KSTAT)) {
    const family = counter(`node_zfs_arc_${field}`, '1', `kstat.zfs.misc.arcstats.${field}`);
    yield* rawValue(family, NO_LABELS, Number(number));
  }
}
