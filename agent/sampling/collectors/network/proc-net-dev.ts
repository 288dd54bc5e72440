/** Counters of one interface since it appeared. */
export interface InterfaceCounters {
  /** The kernel's name, in the encoding of the text: `eth0`, `eth0.100`, `veth1a2b@if3`. */
  readonly name: string;
  /** Received and sent bytes, received and sent packets, then errors and drops likewise. */
  readonly counts: readonly number[];
}

/** Columns after the name up to the last one used. */
const NEEDED_COLUMNS = 12;
/** Columns of `counts`: received bytes, packets, errors and drops come first, sent ones from the ninth on. */
const IN_ORDER = [0, 8, 1, 9, 2, 10, 3, 11];
const SPACE = 32;
const ZERO = 48;

/**
 * Parses `/proc/net/dev`, in file order (man 5 proc_pid_net). The name ends at the line's last colon, since it may contain colons itself, and
 * old kernels put no space behind. Skips other lines, such as both headings.
 */
export function parseNetDev(text: string): InterfaceCounters[] {
  const interfaces: InterfaceCounters[] = [];
  for (let from = 0; from < text.length;) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const colon = text.lastIndexOf(':', end - 1);
    if (colon >= from) {
      const columns = leadingNumbers(text, colon + 1, end);
      if (columns.length === NEEDED_COLUMNS)
        interfaces.push({
          name: nameAt(text, from, colon),
          counts: IN_ORDER.map((column) => columns[column] ?? Number.NaN),
        });
    }
    from = end + 1;
  }
  return interfaces;
}

function nameAt(text: string, from: number, colon: number): string {
  let start = from;
  while (text.charCodeAt(start) === SPACE) start += 1;
  return text.slice(start, colon);
}

/** The leading numbers, at most `NEEDED_COLUMNS`. Columns are padded, which makes `split` expensive. */
function leadingNumbers(text: string, from: number, end: number): number[] {
  const numbers: number[] = [];
  let at = from;
  while (numbers.length < NEEDED_COLUMNS) {
    while (at < end && text.charCodeAt(at) === SPACE) at += 1;
    const start = at;
    let value = 0;
    for (; at < end; at += 1) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === start) break;
    numbers.push(value);
  }
  return numbers;
}
