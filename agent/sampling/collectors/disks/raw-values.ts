import { counter, gauge, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';
import { SECTOR_BYTES } from './proc-diskstats.ts';

interface Field {
  readonly family: MetricFamily;
  readonly convert: (count: number) => number;
  /** Last part of the live metric's name. */
  readonly metric?: string;
}

const asItIs = (count: number): number => count;

const count = (name: string, help: string, metric?: string): Field => ({
  family: counter(`node_disk_${name}_total`, '1', help),
  convert: asItIs,
  ...(metric === undefined ? {} : { metric }),
});
const bytes = (name: string, help: string, metric: string): Field => ({
  family: counter(`node_disk_${name}_bytes_total`, 'By', help),
  convert: (sectors) => sectors * SECTOR_BYTES,
  metric,
});
const time = (name: string, help: string, metric?: string): Field => ({
  family: counter(`node_disk_${name}_seconds_total`, 's', help),
  convert: (ms) => ms / 1000,
  ...(metric === undefined ? {} : { metric }),
});

/** Order of the fields after the name (kernel: Documentation/admin-guide/iostats.rst). Older kernels have fewer. */
const FIELDS: readonly Field[] = [
  count('reads_completed', 'The total number of reads completed successfully.', 'reads'),
  count('reads_merged', 'The total number of reads merged.'),
  bytes('read', 'The total number of bytes read successfully.', 'read'),
  time('read_time', 'The total number of seconds spent by all reads.'),
  count('writes_completed', 'The total number of writes completed successfully.', 'writes'),
  count('writes_merged', 'The number of writes merged.'),
  bytes('written', 'The total number of bytes written successfully.', 'write'),
  time('write_time', 'The total number of seconds spent by all writes.'),
  { family: gauge('node_disk_io_now', '1', 'The number of I/Os currently in progress.'), convert: asItIs },
  time('io_time', 'Total seconds spent doing I/Os.', 'utilisation'),
  time('io_time_weighted', 'The weighted number of seconds spent doing I/Os.'),
  count('discards_completed', 'The total number of discards completed successfully.'),
  count('discards_merged', 'The total number of discards merged.'),
  count('discarded_sectors', 'The total number of sectors discarded successfully.'),
  time('discard_time', 'The total number of seconds spent by all discards.'),
  count('flush_requests', 'The total number of flush requests completed successfully.'),
  time('flush_requests_time', 'The total number of seconds spent by all flush requests.'),
];

/** What precedes the numbers. */
const NAME = /^ *\d+ +\d+ (\S+) +/;

/**
 * Every field of each disk, from the text of `/proc/diskstats`.
 * @param partOf a disk's part of the live metrics' names; `undefined` if it has none
 */
export function* rawDiskstats(
  text: string,
  isDisk: (name: string) => boolean,
  partOf: (name: string) => string | undefined,
): Generator<RawValue, void> {
  for (const line of text.split('\n')) {
    // Most lines are of partitions and loop devices.
    const [start, device] = NAME.exec(line) ?? [];
    if (start === undefined || device === undefined || !isDisk(device)) continue;
    const numbers = line.slice(start.length).split(' ');
    const part = partOf(device);
    for (const [index, { family, convert, metric }] of FIELDS.entries()) {
      const number = numbers[index];
      yield* rawValue(
        family,
        { device },
        number === undefined ? null : convert(Number(number)),
        part === undefined || metric === undefined ? undefined : `disk.${part}.${metric}`,
      );
    }
  }
}
