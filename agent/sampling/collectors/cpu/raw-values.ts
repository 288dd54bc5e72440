import { counter, gauge, rawValue, type RawValue } from '../../raw-values.ts';
import { parseCpuTicks } from './proc-stat.ts';

const TICKS_PER_SECOND = 100;
/** Column order of proc_stat(5). */
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const GUEST_COLUMNS = { user: 8, nice: 9 } as const;
const ALL_COLUMNS = 10;

const TIME = counter('node_cpu_seconds_total', 's', 'Seconds the CPUs spent in each mode.');
const GUEST_TIME = counter(
  'node_cpu_guest_seconds_total',
  's',
  'Seconds the CPUs spent in guests (VMs) for each mode; they are in user and nice as well.',
);
const FREQUENCY = gauge('node_cpu_scaling_frequency_hertz', 'Hz', 'Current scaled CPU thread frequency.');

/**
 * Time of each processor, from the text of `/proc/stat`.
 * @param hasStates whether the live metrics include the states of each processor
 */
export function* cpuTimes(stat: string, hasStates: boolean): Generator<RawValue, void> {
  const { cores, ticks } = parseCpuTicks(stat, ALL_COLUMNS);
  for (const [index, cpu] of cores.entries()) {
    const columns = ticks[index] ?? [];
    for (const [column, mode] of MODES.entries()) {
      const metric = hasStates && mode !== 'idle' ? `cpu.core.${cpu}.${mode}` : undefined;
      yield* rawValue(TIME, { cpu, mode }, inSeconds(columns[column]), metric);
    }
    for (const [mode, column] of Object.entries(GUEST_COLUMNS)) {
      yield* rawValue(GUEST_TIME, { cpu, mode }, inSeconds(columns[column]));
    }
  }
}

export function cpuFrequency(cpu: string, hertz: number | null): Iterable<RawValue> {
  return rawValue(FREQUENCY, { cpu }, hertz, `cpu.core.${cpu}.frequency`);
}

function inSeconds(ticks: number | undefined): number | undefined {
  return ticks === undefined ? undefined : ticks / TICKS_PER_SECOND;
}
