import { readdirSync } from 'node:fs';
import { entriesOf } from '../../kernel/entries.ts';
import type { SharedFile, SharedFiles } from '../../kernel/kernel-file.ts';
import type { Identity } from './identities.ts';
import { Activity } from './activity.ts';
import { DiskUse, type DiskRates } from './disk-use.ts';
import { emptyProcPidStat, parseProcPidStat, TICKS_PER_SECOND } from './proc-pid-stat.ts';
import type { Interruptible } from '../../slices.ts';
import { RunTimes } from './run-times.ts';
import { MAX_KEPT, MAX_KEPT_STAT, StatFiles } from './stat-files.ts';
import { Top } from './top.ts';

/** A process, as of the latest scan that read it. */
export interface ScannedProcess {
  readonly pid: number;
  /** Its identity together with `pid`, since PIDs are reused. */
  startTicks: number;
  cpuTicks: number;
  /** When it was read, monotonic ms. */
  atMs: number;
  /** Number of the latest scan that found it. */
  scan: number;
  /** Consecutive readings without CPU time. */
  quietReadings: number;
  /** CPU time since the previous scan, in processors; `null` if unknown. */
  cpu: number | null;
  /** Minor page faults of its children that have ended. */
  childFaults: number;
  residentPages: number;
  /** Whether it was among the largest when it was last read. */
  isLarge: boolean;
  threads: number;
  /** The byte of `/proc/PID/stat`. */
  state: number;
  /** As latin1, updated only while it is among the first. */
  name: string;
  /** Last known identity; `null` until it is needed, and after another process took the PID or the name changed. */
  identity: Identity | null;
}

const TOP = 10;
/** Whoever moves much to or from a disk takes time for it, so the busiest by disk are sought among so many by CPU time. */
const CANDIDATES = 24;
/** Beside those listed for other reasons, which mostly include them. */
const TOP_BY_DISK = 5;
/** Directory entries per turn of the event loop. The kernel produces some thousand at a time, which takes a slice by itself. */
const NAMES_AT_ONCE = 256;
/** So many processes are listed by one call, which takes less than a slice, and a fraction of the time. */
const LISTED_AT_ONCE = 500;
/** How many processes are read before the scan may be interrupted: asking for the time would cost as much as skipping one. */
const READ_AT_ONCE = 8;
/** The two clocks are read at slightly different times. */
const TOLERANCE_TICKS = 2;
const TICK_MS = 1000 / TICKS_PER_SECOND;

/** After this many quiet readings a process is only read in turns, unless there is unexplained CPU time. */
const QUIET_AFTER = 3;
const QUIET_TURNS = 8;
/** The same where nothing but its memory may have changed, since it has not run. */
const RESTING_TURNS = 32;
/** List processes at least this often, whatever the kernel says about changes. */
const LIST_TURNS = 10;

/**
 * Scans all processes repeatedly and ranks them by CPU time since the previous scan and by memory.
 *
 * On most hosts, most processes are idle for minutes. They are skipped as long as the others account for all CPU time (activity.ts); if they do
 * not, the skipped ones are read in the same scan, so that a process that wakes up is noticed at once: of those with a single thread only whether
 * they have run (run-times.ts).
 */
export class ProcessScan {
  /** As of the last complete scan. */
  count: number | null = null;
  threads: number | null = null;
  readonly #byCpu = new Top<ScannedProcess>(CANDIDATES, byCpuFirst);
  readonly #byMemory = new Top<ScannedProcess>(TOP, byMemoryFirst);
  readonly #folder: string;
  readonly #byDisk = new Top<{ readonly process: ScannedProcess; readonly bytes: number }>(
    TOP_BY_DISK,
    (one, other) => other.bytes - one.bytes,
  );
  readonly #files: StatFiles;
  readonly #runTimes: RunTimes;
  readonly #disk: DiskUse;
  readonly #uptime: SharedFile;
  readonly #activity: Activity;
  readonly #processes = new Map<number, ScannedProcess>();
  readonly #skipped: ScannedProcess[] = [];
  #pids: readonly number[] = [];
  /** When they were listed. */
  #listed: { readonly census: string | null; readonly scan: number } | null = null;
  readonly #stat = emptyProcPidStat();
  #number = 0;
  /** Start of the last complete scan. */
  #before: { readonly atMs: number; readonly upTicks: number | null } | null = null;

  /** @param folder `/proc` of the measured host */
  constructor(folder: string, shared: SharedFiles) {
    this.#folder = folder;
    this.#files = new StatFiles(folder);
    this.#runTimes = new RunTimes(folder);
    this.#disk = new DiskUse(folder, MAX_KEPT - MAX_KEPT_STAT);
    this.#uptime = shared.uptime;
    this.#activity = new Activity(folder, shared);
  }

  /**
   * One scan. Skips processes that end meanwhile.
   * @param atMs monotonic
   * @throws the operating system's error if the folder, or an existing and readable process, cannot be read
   */
  *run(atMs: number): Interruptible {
    const offsetMs = atMs - performance.now();
    const upTicks = this.#upTicks(atMs);
    this.#number += 1;
    this.#byCpu.clear();
    this.#byMemory.clear();
    const census = this.#activity.census(atMs);
    if (!this.#isListed(census)) {
      const pids: number[] = [];
      if (!this.#areFew) yield* listPids(this.#folder, pids);
      else for (const name of readdirSync(this.#folder)) addPid(name, pids);
      this.#pids = pids;
      this.#listed = { census, scan: this.#number };
    }
    this.#activity.begin(atMs);
    this.#skipped.length = 0;
    let count = 0;
    for (const pid of this.#pids) {
      const known = this.#processes.get(pid);
      if (known !== undefined && this.#isQuiet(known)) this.#skipped.push(known);
      else this.#read(pid, offsetMs, atMs, upTicks);
      count += 1;
      if (count % READ_AT_ONCE === 0) yield false;
    }
    const areQuiet = this.#activity.isExplained();
    for (const known of this.#skipped) {
      // One of the largest may have ended since.
      const isTurn = (known.pid + this.#number) % QUIET_TURNS === 0;
      const hasRested = (areQuiet && !isTurn) || this.#hasRested(known);
      if (hasRested && !this.#byMemory.wouldTake(known)) this.#keep(known, atMs);
      else this.#read(known.pid, offsetMs, atMs, upTicks);
      count += 1;
      if (count % READ_AT_ONCE === 0) yield false;
    }
    if (!areQuiet) this.#activity.settle();
    for (const process of this.#byMemory.best) process.isLarge = true;
    let found = 0;
    let threads = 0;
    for (const process of this.#processes.values()) {
      if (process.scan === this.#number) {
        found += 1;
        threads += process.threads;
      } else {
        this.#processes.delete(process.pid);
        this.#files.close(process.pid);
        this.#runTimes.close(process.pid);
        this.#disk.close(process.pid);
        yield false;
      }
    }
    yield* this.#readDiskUse(offsetMs);
    this.count = found;
    this.threads = threads;
    this.#before = { atMs, upTicks };
  }

  close(): void {
    this.#files.closeAll();
    this.#runTimes.closeAll();
    this.#disk.closeAll();
    this.#uptime.close();
    this.#activity.close();
  }

  /** The busiest, the largest, and those that move most to and from disks; the busiest first. */
  get listed(): readonly ScannedProcess[] {
    const first = new Set([
      ...this.#byCpu.best.slice(0, TOP),
      ...this.#byMemory.best,
      ...this.#byDisk.best.map(({ process }) => process),
    ]);
    return [...first].toSorted(byCpuFirst);
  }

  /** Whether a process that was listed has ended by the latest scan. */
  hasEnded({ pid, startTicks }: Pick<ScannedProcess, 'pid' | 'startTicks'>): boolean {
    return this.#processes.get(pid)?.startTicks !== startTicks;
  }

  diskRatesOf(process: ScannedProcess): DiskRates {
    return this.#disk.of(process);
  }

  *#readDiskUse(offsetMs: number): Interruptible {
    const number = this.#number;
    for (const process of this.#byMemory.best) this.#disk.wish(process, number);
    for (const [rank, process] of this.#byCpu.best.entries())
      if (rank < TOP || (process.cpu ?? 0) > 0) this.#disk.wish(process, number);
    this.#byDisk.clear();
    let count = 0;
    for (const pid of this.#disk.pids(number)) {
      const process = this.#processes.get(pid);
      if (process === undefined) continue;
      const childFaultsNow = (): number => this.#childFaultsOf(pid);
      const { read, written } = this.#disk.read(process, performance.now() + offsetMs, childFaultsNow);
      const bytes = (read ?? 0) + (written ?? 0);
      if (bytes > 0) this.#byDisk.offer({ process, bytes });
      count += 1;
      if (count % READ_AT_ONCE === 0) yield false;
    }
  }

  #childFaultsOf(pid: number): number {
    const length = this.#files.read(pid, false);
    return parseProcPidStat(this.#files.text, length, this.#stat) ? this.#stat.childFaults : Number.NaN;
  }

  get #areFew(): boolean {
    return this.#pids.length > 0 && this.#pids.length <= LISTED_AT_ONCE;
  }

  #isListed(census: string | null): boolean {
    const listed = this.#listed;
    if (listed === null || census === null) return false;
    return census === listed.census && this.#number - listed.scan < LIST_TURNS;
  }

  /** Read it in turns anyway: it may free memory or change state. */
  #isQuiet({ pid, quietReadings, isLarge, threads }: ScannedProcess): boolean {
    const turns = threads === 1 && this.#runTimes.areKnown ? RESTING_TURNS : QUIET_TURNS;
    return quietReadings >= QUIET_AFTER && !isLarge && (pid + this.#number) % turns !== 0;
  }

  /** Whether a quiet process has not run since the previous scan. Its other file is closed meanwhile, so that each has one. */
  #hasRested({ pid, threads }: ScannedProcess): boolean {
    if (threads !== 1) return false;
    const canWatch = (): boolean => {
      this.#files.close(pid);
      return this.#hasRoom;
    };
    return this.#runTimes.hasRested(pid, canWatch);
  }

  get #hasRoom(): boolean {
    return this.#files.keptCount + this.#runTimes.count < MAX_KEPT_STAT;
  }

  /** Idle since the previous scan, and not among the largest. */
  #keep(known: ScannedProcess, atMs: number): void {
    known.scan = this.#number;
    known.atMs = atMs;
    known.cpu = 0;
  }

  #read(pid: number, offsetMs: number, beganMs: number, upTicks: number | null): void {
    const length = this.#files.read(pid, !this.#runTimes.watches(pid) && this.#hasRoom);
    if (length > 0 && parseProcPidStat(this.#files.text, length, this.#stat))
      this.#take(pid, performance.now() + offsetMs, beganMs, upTicks);
  }

  #take(pid: number, nowMs: number, beganMs: number, upTicks: number | null): void {
    const stat = this.#stat;
    let known = this.#processes.get(pid);
    if (known === undefined) {
      known = { ...UNKNOWN, pid };
      this.#processes.set(pid, known);
    }
    if (known.startTicks === stat.startTicks) {
      const growth = stat.cpuTicks - known.cpuTicks;
      known.cpu = processors(growth, nowMs - known.atMs);
      known.quietReadings = growth === 0 ? known.quietReadings + 1 : 0;
      this.#activity.explain(growth);
    } else {
      known.quietReadings = 0;
      known.identity = null;
      const latestTicks = upTicks === null ? null : upTicks + (nowMs - beganMs) / TICK_MS + TOLERANCE_TICKS;
      const isOfThisInterval = this.#hasBegunSince(stat.startTicks, latestTicks);
      known.cpu = isOfThisInterval
        ? processors(stat.cpuTicks, nowMs - (this.#before?.atMs ?? Number.NaN))
        : null;
      if (isOfThisInterval) this.#activity.explain(stat.cpuTicks);
    }
    known.startTicks = stat.startTicks;
    known.cpuTicks = stat.cpuTicks;
    known.atMs = nowMs;
    known.scan = this.#number;
    known.childFaults = stat.childFaults;
    known.residentPages = stat.residentPages;
    known.threads = stat.threads;
    known.state = stat.state;
    known.isLarge = false;
    if (known.quietReadings === 0 || known.threads !== 1) this.#runTimes.close(known.pid);
    const isHungry = this.#byCpu.offer(known);
    const isLarge = this.#byMemory.offer(known);
    if (isHungry || isLarge) rename(known, this.#files.text.toString('latin1', stat.nameStart, stat.nameEnd));
  }

  /** Whether a process started after the previous scan. Unknown if the two clocks belong to different hosts, as with lxcfs. */
  #hasBegunSince(startTicks: number, latestTicks: number | null): boolean {
    const since = this.#before?.upTicks ?? null;
    return since !== null && latestTicks !== null && startTicks >= since && startTicks <= latestTicks;
  }

  /** Time since boot by the clock of process start times, in ticks (proc_uptime(5)). */
  #upTicks(atMs: number): number | null {
    const seconds = Number.parseFloat(this.#uptime.read(atMs) ?? '');
    return Number.isNaN(seconds) ? null : Math.round(seconds * TICKS_PER_SECOND);
  }
}

const UNKNOWN: ScannedProcess = {
  pid: 0,
  startTicks: Number.NaN,
  cpuTicks: 0,
  atMs: 0,
  scan: 0,
  quietReadings: 0,
  cpu: null,
  childFaults: 0,
  residentPages: 0,
  isLarge: false,
  threads: 0,
  state: 0,
  name: '',
  identity: null,
};

function rename(process: ScannedProcess, name: string): void {
  if (name === process.name) return;
  process.name = name;
  process.identity = null;
}

function* listPids(folder: string, pids: number[]): Interruptible {
  let left = NAMES_AT_ONCE;
  for (const { name } of entriesOf(folder)) {
    addPid(name, pids);
    left -= 1;
    if (left > 0) continue;
    yield true;
    left = NAMES_AT_ONCE;
  }
}

function addPid(name: string, pids: number[]): void {
  const pid = Number(name);
  if (Number.isSafeInteger(pid)) pids.push(pid);
}

function processors(ticks: number, elapsedMs: number): number | null {
  return ticks >= 0 && elapsedMs > 0 ? (ticks * TICK_MS) / elapsedMs : null;
}

/** Descending; unknown values last. */
function byCpuFirst(one: ScannedProcess, other: ScannedProcess): number {
  return (other.cpu ?? -1) - (one.cpu ?? -1) || other.residentPages - one.residentPages;
}

function byMemoryFirst(one: ScannedProcess, other: ScannedProcess): number {
  return other.residentPages - one.residentPages || (other.cpu ?? -1) - (one.cpu ?? -1);
}
