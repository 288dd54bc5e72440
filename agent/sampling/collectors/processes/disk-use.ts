import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../../system-error.ts';
import { bytes } from '../../rounding.ts';
import { parseProcPidIo, type ProcPidIo } from './proc-pid-io.ts';

/** Of a process since the scan before, bytes per second; `null` if not known. */
export interface DiskRates {
  readonly read: number | null;
  readonly written: number | null;
}

interface Watched {
  readonly startTicks: number;
  /** `null`: not kept open. */
  readonly descriptor: number | null;
  readonly isDenied: boolean;
  readonly sinceScan: number;
  /** The last scan that wished for it. */
  wishedIn: number;
  before: Reading | null;
  rates: DiskRates;
}

interface Reading extends ProcPidIo {
  readonly atMs: number;
  /** Counted before the rest was read. */
  readonly childFaults: number;
}

interface Process {
  readonly pid: number;
  readonly startTicks: number;
  readonly childFaults: number;
}

const UNKNOWN: DiskRates = { read: null, written: null };
/** A process is watched for so many scans after the last that wished for it, since a rate needs two readings in a row. */
const KEPT_SCANS = 10;
/** A process may become one that can be read. */
const DENIED_SCANS = 60;
const DENIED: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM']);
/** Longer than seven numbers of 64 bits with their names. */
const MAX_BYTES = 256;

/**
 * What a few processes read from disks and have written to them, from `/proc/PID/io`. Only root and the owner of a process may read that, so it is not known of others.
 *
 * When a process has waited for a child that ended, the kernel adds all that the child ever read and wrote to its own: a shell would seem to have copied
 * a disk in a moment. Its own part is not known then. That it happened shows in the page faults of its children, which are added at the same time.
 */
export class DiskUse {
  readonly #folder: string;
  readonly #room: number;
  readonly #watched = new Map<number, Watched>();
  readonly #buffer = Buffer.alloc(MAX_BYTES);

  /**
   * @param folder `/proc` of the measured host
   * @param room how many files may be kept open
   */
  constructor(folder: string, room: number) {
    this.#folder = folder;
    this.#room = room;
  }

  of({ pid, startTicks }: Process): DiskRates {
    const watched = this.#watched.get(pid);
    return watched?.startTicks === startTicks ? watched.rates : UNKNOWN;
  }

  /** Watches a process from now on. @param scan number of this scan */
  wish({ pid, startTicks }: Process, scan: number): void {
    const watched = this.#watched.get(pid);
    const isTriedAgain = watched?.isDenied === true && scan - watched.sinceScan >= DENIED_SCANS;
    if (watched?.startTicks === startTicks && !isTriedAgain) {
      watched.wishedIn = scan;
      return;
    }
    this.close(pid);
    this.#watched.set(pid, {
      ...this.#open(pid),
      startTicks,
      sinceScan: scan,
      wishedIn: scan,
      before: null,
      rates: UNKNOWN,
    });
  }

  /** PIDs that are watched, but for those that no scan wished for lately. */
  *pids(scan: number): Generator<number> {
    for (const [pid, { wishedIn }] of this.#watched) {
      if (scan - wishedIn > KEPT_SCANS) this.close(pid);
      else yield pid;
    }
  }

  /**
   * Reads a watched process.
   * @param atMs monotonic
   * @param childFaultsNow counts again, after everything else was read
   */
  read({ pid, childFaults }: Process, atMs: number, childFaultsNow: () => number): DiskRates {
    const watched = this.#watched.get(pid);
    if (watched === undefined) return UNKNOWN;
    const { before } = watched;
    const io = parseProcPidIo(this.#textOf(pid, watched));
    const now = io === null ? null : { ...io, atMs, childFaults };
    watched.before = now;
    watched.rates = now === null || before === null ? UNKNOWN : ratesBetween(before, now);
    const { read, written } = watched.rates;
    const isQuiet = (read ?? 0) === 0 && (written ?? 0) === 0;
    if (!isQuiet && childFaultsNow() !== before?.childFaults) watched.rates = UNKNOWN;
    return watched.rates;
  }

  close(pid: number): void {
    const descriptor = this.#watched.get(pid)?.descriptor ?? null;
    this.#watched.delete(pid);
    if (descriptor !== null) closeSync(descriptor);
  }

  closeAll(): void {
    for (const pid of this.#watched.keys()) this.close(pid);
  }

  #textOf(pid: number, { descriptor, isDenied }: Watched): string {
    if (isDenied) return '';
    try {
      if (descriptor !== null) return this.#read(descriptor);
      const opened = openSync(this.#path(pid), 'r');
      try {
        return this.#read(opened);
      } finally {
        closeSync(opened);
      }
    } catch {
      // It has ended, or has become another user's.
      return '';
    }
  }

  #open(pid: number): Pick<Watched, 'descriptor' | 'isDenied'> {
    if (this.#watched.size >= this.#room) return { descriptor: null, isDenied: false };
    try {
      return { descriptor: openSync(this.#path(pid), 'r'), isDenied: false };
    } catch (error) {
      return { descriptor: null, isDenied: DENIED.has(errorCode(error)) };
    }
  }

  #read(descriptor: number): string {
    return this.#buffer.toString('latin1', 0, readSync(descriptor, this.#buffer, 0, MAX_BYTES, 0));
  }

  #path(pid: number): string {
    return `${this.#folder}/${pid}/io`;
  }
}

function ratesBetween(before: Reading, now: Reading): DiskRates {
  const seconds = (now.atMs - before.atMs) / 1000;
  if (seconds <= 0) return UNKNOWN;
  return {
    read: rate((now.readBytes - before.readBytes) / seconds),
    written: rate((now.writtenBytes - before.writtenBytes) / seconds),
  };
}

/** To three digits: nobody reads more, and they would take room in the history. */
function rate(value: number): number | null {
  return bytes(Number(value.toPrecision(3)));
}
