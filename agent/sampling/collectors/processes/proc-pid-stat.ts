/** What is read of a process, from `/proc/PID/stat` (proc_pid_stat(5)). */
export interface ProcPidStat {
  /** The letter of its main thread's state, as a byte. */
  state: number;
  /** User and system time since it began, clock ticks. */
  cpuTicks: number;
  threads: number;
  /** When it began, clock ticks since boot. */
  startTicks: number;
  /** Resident memory, pages. */
  residentPages: number;
  /** Where its name stands in the text. */
  nameStart: number;
  nameEnd: number;
}

export const emptyProcPidStat = (): ProcPidStat => ({
  state: 0,
  cpuTicks: 0,
  threads: 0,
  startTicks: 0,
  residentPages: 0,
  nameStart: 0,
  nameEnd: 0,
});

/** `USER_HZ`: 100 on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

const OPENING = 0x28;
const CLOSING = 0x29;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** As numbered in the man page, from 1. */
const STATE = 3;
const USER_TIME = 14;
const SYSTEM_TIME = 15;
const THREADS = 20;
const START_TIME = 22;
const RESIDENT = 24;

/**
 * Parses the first `length` bytes of `text` into `into`; `false`, with `into` in part overwritten, for what is no such text.
 * The name may hold anything, even `) R 1 (`, and only numbers follow it, so it ends with the last `)`.
 */
export function parseProcPidStat(text: Uint8Array, length: number, into: ProcPidStat): boolean {
  const opening = text.indexOf(OPENING);
  let closing = length - 1;
  while (closing > opening && text[closing] !== CLOSING) closing -= 1;
  if (opening < 0 || closing <= opening) return false;
  into.nameStart = opening + 1;
  into.nameEnd = closing;
  into.state = text[closing + 2] ?? 0;
  let field = STATE;
  let value = 0;
  for (let at = closing + 3; at <= length; at += 1) {
    const byte = at < length ? (text[at] ?? SPACE) : SPACE;
    if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
    } else if (byte === SPACE) {
      if (field === RESIDENT) {
        into.residentPages = value;
        return true;
      }
      if (field === USER_TIME) into.cpuTicks = value;
      else if (field === SYSTEM_TIME) into.cpuTicks += value;
      else if (field === THREADS) into.threads = value;
      else if (field === START_TIME) into.startTicks = value;
      field += 1;
      value = 0;
    }
  }
  return false;
}

/** The state of a process that waits for a device, and that nothing can wake. */
export const UNINTERRUPTIBLE = 'D'.charCodeAt(0);

const STATES = new Map(
  Object.entries({
    R: 'running',
    S: 'sleeping',
    D: 'waiting for disk',
    T: 'stopped',
    t: 'stopped',
    Z: 'zombie',
    X: 'zombie',
    I: 'idle',
    P: 'idle',
  }),
);

/** The state's letter as a word for people; `null` for a letter that only some kernels know. */
export function stateWord(letter: number): string | null {
  return STATES.get(String.fromCodePoint(letter)) ?? null;
}
