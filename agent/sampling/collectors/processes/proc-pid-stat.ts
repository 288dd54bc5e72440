/** Fields of `/proc/PID/stat` (proc_pid_stat(5)). */
export interface ProcPidStat {
  /** State of the main thread: a letter, as a byte. */
  state: number;
  /** Minor page faults of children that ended and were waited for. */
  childFaults: number;
  /** User and system time since it started, clock ticks. */
  cpuTicks: number;
  threads: number;
  /** Start time, clock ticks since boot. */
  startTicks: number;
  /** Resident memory, pages. */
  residentPages: number;
  /** Position of the name in the text. */
  nameStart: number;
  nameEnd: number;
}

export const emptyProcPidStat = (): ProcPidStat => ({
  state: 0,
  childFaults: 0,
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

/** Field numbers of the man page, from 1. */
const STATE = 3;
const CHILD_FAULTS = 11;
const USER_TIME = 14;
const SYSTEM_TIME = 15;
const THREADS = 20;
const START_TIME = 22;
const RESIDENT = 24;

/**
 * Parses the first `length` bytes of `text` into `into`. Returns `false`, with `into` partly overwritten, for any other text. The name may
 * contain anything, even `) R 1 (`; it ends at the last `)`, since only numbers follow.
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
      else if (field === CHILD_FAULTS) into.childFaults = value;
      else if (field === THREADS) into.threads = value;
      else if (field === START_TIME) into.startTicks = value;
      field += 1;
      value = 0;
    }
  }
  return false;
}

/** Uninterruptible sleep. */
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

/** The state as a word for people; `null` for letters known to some kernels only. */
export function stateWord(letter: number): string | null {
  return STATES.get(String.fromCodePoint(letter)) ?? null;
}
