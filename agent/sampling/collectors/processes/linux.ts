import os from 'node:os';
import type { Collector, Values, TableRow } from '../../collector.ts';
import { bytes, percent } from '../../rounding.ts';
import { KernelFile, SharedFiles } from '../../kernel/kernel-file.ts';
import { readPageSize } from '../../kernel/page-size.ts';
import { countInRanges } from '../../kernel/text.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { gauge, NO_LABELS, rawValue, type RawValue } from '../../raw-values.ts';
import { processMetrics, processTable } from './metrics.ts';
import { stateWord, UNINTERRUPTIBLE } from './proc-pid-stat.ts';
import { processArguments } from './command-line.ts';
import { Identities } from './identities.ts';
import { ProcessScan, type ScannedProcess } from './process-scan.ts';
import { runInSlices, type Interruptible, type Outcome } from '../../slices.ts';

export interface ProcessesOptions {
  /** Whether the table includes arguments, which may contain secrets. */
  readonly withArguments: boolean;
  /** Display name of a container by id; `null` if it has none, or not yet. */
  readonly containerNameOf?: (id: string) => string | null;
}

interface Listed {
  readonly pid: number;
  readonly startTicks: number;
  readonly row: TableRow;
}

/** State of a process that was listed before, and has ended since. */
const ENDED = 'ended';
/** How many of them a table names. */
const MAX_ENDED = 10;
/** One second, minus room for an early tick. */
const MIN_INTERVAL_MS = 950;
/** Every other second, while nobody follows the table, or each second would take too much. */
const SPARING_INTERVAL_MS = 1950;
/** Interval between scans as a multiple of a scan's CPU time: a tenth of a percent of one processor, a third of what all of the agent takes. */
const SPARING_FACTOR = 1000;
/** The same beyond every other second: half a percent. */
const IDLE_FACTOR = 200;
/** How long a sample waits for its scan; on slower hosts the rows come with a later sample. */
const READ_PATIENCE_MS = 80;
const PRIME_PATIENCE_MS = 5;

const PIDS = gauge('node_processes_pids', '1', 'Number of PIDs.');
const THREADS = gauge('node_processes_threads', '1', 'Allocated threads in system.');

/**
 * Number of processes, and those that use most CPU time, memory and disks, from `/proc/PID/stat` (proc_pid_stat(5)) and `/proc/PID/io`. Scans once a second
 * while its table is followed and that takes no more than a tenth of a percent of one processor, else every other second, and rarely enough to take half a
 * percent; values repeat in between. A process that lived only between two scans goes unnoticed.
 * @param shared files that other collectors also read
 */
export function processesCollector(
  roots: KernelRoots,
  options: ProcessesOptions,
  shared = new SharedFiles(roots),
): Collector {
  return new ProcessesCollector(roots, options, shared);
}

class ProcessesCollector implements Collector {
  readonly subject = 'processes';
  readonly metrics = processMetrics('linux');
  readonly table;
  readonly #roots: KernelRoots;
  readonly #withArguments: boolean;
  readonly #scan: ProcessScan;
  readonly #identities: Identities;
  readonly #online: KernelFile;
  readonly #pageBytes = readPageSize();
  #values: Values = [null, null];
  #rows: readonly TableRow[] | null = null;
  /** Those of the last table that were alive. */
  #listed: readonly Listed[] = [];
  #failure: Outcome | null = null;
  #work: Interruptible | null = null;
  #isFollowed = false;
  /** When the last scan began, monotonic, and the CPU time that it took. */
  #scannedMs = Number.NEGATIVE_INFINITY;
  #busyMs = 0;
  /** Whether that was the baseline, after which the first sample has a table however soon it comes. */
  #isBaseline = true;

  constructor(
    roots: KernelRoots,
    { withArguments, containerNameOf = () => null }: ProcessesOptions,
    shared: SharedFiles,
  ) {
    this.#roots = roots;
    this.#withArguments = withArguments;
    this.#scan = new ProcessScan(roots.proc, shared);
    this.#identities = new Identities(roots, containerNameOf);
    this.#online = new KernelFile(`${roots.sys}/devices/system/cpu/online`);
    this.table = processTable('linux', withArguments);
  }

  async prime(atMs: number): Promise<void> {
    this.#scannedMs = atMs;
    await this.#begin(this.#scan.run(atMs), PRIME_PATIENCE_MS);
  }

  read(atMs: number): Values | Promise<Values> {
    if (this.#work !== null || atMs < this.#dueMs) {
      if (this.#failure !== null) throw this.#failure.error;
      return this.#values;
    }
    this.#scannedMs = atMs;
    this.#isBaseline = false;
    const rest = this.#begin(this.#scanAndList(atMs), READ_PATIENCE_MS);
    return rest === null ? this.#values : rest.then(() => this.#values);
  }

  *rawValues(): Generator<RawValue, void> {
    const [count, threads] = this.#values;
    yield* rawValue(PIDS, NO_LABELS, count, 'process.count');
    yield* rawValue(THREADS, NO_LABELS, threads, 'process.threads');
  }

  setFollowed(isFollowed: boolean): void {
    this.#isFollowed = isFollowed;
  }

  takeRows(): readonly TableRow[] | null {
    const rows = this.#rows;
    this.#rows = null;
    return rows;
  }

  close(): void {
    this.#work?.return();
    this.#scan.close();
    this.#online.close();
  }

  get #dueMs(): number {
    if (this.#isBaseline) return this.#scannedMs;
    const isSparing = !this.#isFollowed || this.#busyMs * SPARING_FACTOR > MIN_INTERVAL_MS;
    const leastMs = isSparing ? SPARING_INTERVAL_MS : MIN_INTERVAL_MS;
    return this.#scannedMs + Math.max(leastMs, this.#busyMs * IDLE_FACTOR);
  }

  #begin(work: Interruptible, patienceMs: number): Promise<void> | null {
    this.#work = work;
    return runInSlices(work, patienceMs, (outcome) => {
      this.#work = null;
      this.#busyMs = outcome.busyMs;
      this.#failure = 'error' in outcome ? outcome : null;
      if (this.#failure === null) this.#values = [this.#scan.count, this.#scan.threads];
    });
  }

  *#scanAndList(atMs: number): Interruptible {
    yield* this.#scan.run(atMs);
    const processors = countInRanges(this.#online.readIfAny() ?? '') ?? os.cpus().length;
    const listed: Listed[] = [];
    for (const process of this.#scan.listed) {
      const { pid, startTicks } = process;
      listed.push({ pid, startTicks, row: this.#row(process, processors, atMs) });
      yield false;
    }
    const ended = this.#listed.filter((one) => this.#scan.hasEnded(one)).slice(0, MAX_ENDED);
    this.#listed = listed;
    this.#rows = [...listed.map(({ row }) => row), ...ended.map(({ row }) => this.#lastRow(row))];
  }

  /** That of a process that has ended: nothing of it can be measured any more. */
  #lastRow(row: TableRow): TableRow {
    return row.map((cell, index) => {
      const { name, unit } = this.table.columns[index] ?? {};
      if (name === 'state') return ENDED;
      return unit === 'text' || unit === 'id' ? cell : null;
    });
  }

  #row(process: ScannedProcess, processors: number, atMs: number): TableRow {
    const { pid, cpu, residentPages, threads, state } = process;
    const identity = this.#identities.of(process, atMs);
    const { read, written } = this.#scan.diskRatesOf(process);
    const row = [
      pid,
      identity.name,
      // Ticks are whole, so a reading may contain one more than time allows.
      cpu === null ? null : percent(Math.min((cpu / processors) * 100, 100)),
      this.#pageBytes === null ? null : bytes(residentPages * this.#pageBytes),
      threads,
      stateWord(state),
      identity.user,
      identity.unit,
      this.#identities.containerName(identity),
      read,
      written,
    ];
    if (!this.#withArguments) return row;
    // They are in memory that may be locked for as long as it waits.
    return [...row, state === UNINTERRUPTIBLE ? null : processArguments(this.#roots.proc, pid)];
  }
}
