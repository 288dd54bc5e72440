/**
 * Time of one processor, or of all, since boot, in ticks of 1/100 s, in the order of proc_stat(5): user, nice, system, idle, iowait, irq,
 * softirq, steal. Kernels before 2.6.11 have fewer. Guest time is included in user and nice.
 */
export type Ticks = readonly number[];

/** The processor lines of `/proc/stat`: the total, and each online processor with its number. */
export interface CpuTicks {
  readonly whole: Ticks;
  readonly cores: readonly string[];
  readonly ticks: readonly Ticks[];
}

/**
 * Parses the processor lines of `/proc/stat`, see proc_stat(5).
 * @param columns how many numbers to take from each line; the ninth and tenth are guest time
 * @throws {RangeError} if the text does not begin with them
 */
export function parseCpuTicks(text: string, columns = COLUMNS): CpuTicks {
  let end = text.indexOf('\n');
  if (!text.startsWith('cpu ') || end < 0) {
    throw new RangeError('/proc/stat does not begin with the processors');
  }
  // Two spaces follow the name of the total, one that of a processor.
  const whole = ticksOf(text, 'cpu  '.length, end, columns);
  const cores: string[] = [];
  const ticks: Ticks[] = [];
  while (text.startsWith('cpu', end + 1)) {
    const start = end + 1;
    end = text.indexOf('\n', start);
    if (end < 0) break;
    const space = text.indexOf(' ', start);
    cores.push(text.slice(start + 'cpu'.length, space));
    ticks.push(ticksOf(text, space + 1, end, columns));
  }
  return { whole, cores, ticks };
}

/**
 * A single counter of `/proc/stat`: `ctxt`, `intr` (the total, which comes first), `processes`, `procs_running`, `procs_blocked`. `null` if
 * there is no such line.
 */
export function parseStatCounter(text: string, name: string): number | null {
  const key = `\n${name} `;
  const at = text.indexOf(key);
  return at < 0 ? null : Number.parseInt(text.slice(at + key.length, at + key.length + MAX_DIGITS), 10);
}

/** Of a 64-bit number. */
const MAX_DIGITS = 20;

const COLUMNS = 8;

/** Parses digit by digit, four times as fast as splitting: there may be thousands per sample. */
function ticksOf(text: string, start: number, end: number, columns: number): Ticks {
  const ticks: number[] = [];
  let count = 0;
  for (let at = start; at <= end && ticks.length < columns; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      count = count * 10 + digit;
    } else {
      ticks.push(count);
      count = 0;
    }
  }
  return ticks;
}

const ZERO = 48;
