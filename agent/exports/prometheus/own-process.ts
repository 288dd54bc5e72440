import { statSync } from 'node:fs';
import { openFileCount } from '../../open-files.ts';
import { readPageSize } from '../../sampling/kernel/page-size.ts';
import { counter, gauge, NO_LABELS, rawValue, type RawValue } from '../../sampling/raw-values.ts';
import type { KernelTexts } from './kernel-texts.ts';

const CPU = counter('process_cpu_seconds_total', 's', 'Total user and system CPU time spent in seconds.');
const RESIDENT = gauge('process_resident_memory_bytes', 'By', 'Resident memory size in bytes.');
const START = gauge(
  'process_start_time_seconds',
  's',
  'Start time of the process since unix epoch in seconds.',
);
const VIRTUAL = gauge('process_virtual_memory_bytes', 'By', 'Virtual memory size in bytes.');
const MAX_VIRTUAL = gauge(
  'process_virtual_memory_max_bytes',
  'By',
  'Maximum amount of virtual memory available in bytes.',
);
const OPEN_FILES = gauge('process_open_fds', '1', 'Number of open file descriptors.');
const MAX_FILES = gauge('process_max_fds', '1', 'Maximum number of open file descriptors.');

/** What exporters tell as "unlimited". */
const UNLIMITED = 2 ** 64;

/** This agent's own process, as every exporter tells it. */
export function* readOwnProcess(texts: KernelTexts): Generator<RawValue, void> {
  const { user, system } = process.cpuUsage();
  yield* rawValue(CPU, NO_LABELS, (user + system) / 1e6);
  yield* rawValue(START, NO_LABELS, Math.round(performance.timeOrigin) / 1000);
  const [virtual, resident] = texts.read('/proc/self/statm')?.split(' ', 2).map(Number) ?? [];
  const pageBytes = readPageSize();
  const isKnown = virtual !== undefined && resident !== undefined && pageBytes !== null;
  yield* rawValue(RESIDENT, NO_LABELS, isKnown ? resident * pageBytes : process.memoryUsage.rss());
  yield* rawValue(VIRTUAL, NO_LABELS, isKnown ? virtual * pageBytes : null);
  const limits = texts.read('/proc/self/limits');
  if (limits === null) return;
  yield* rawValue(MAX_VIRTUAL, NO_LABELS, limitIn(limits, 'Max address space'));
  yield* rawValue(MAX_FILES, NO_LABELS, limitIn(limits, 'Max open files'));
  yield* rawValue(OPEN_FILES, NO_LABELS, openFiles());
}

/** The soft limit of that name; not a number if there is none. */
function limitIn(text: string, name: string): number {
  const at = text.indexOf(`\n${name} `) + 1;
  const [soft] = text
    .slice(at + name.length, at + name.length + 40)
    .trim()
    .split(' ', 1);
  return soft === 'unlimited' ? UNLIMITED : Number(soft);
}

/** Since Linux 6.2 the size of the folder; before, it is 0. */
function openFiles(): number {
  return statSync('/proc/self/fd').size || openFileCount();
}
