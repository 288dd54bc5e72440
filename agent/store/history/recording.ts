import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../../clock.ts';
import type { HistorySettings } from '../../config.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import type { SequencedSample } from '../sample-store.ts';
import { HistoryError } from '../sample-history.ts';
import type { AlertStore } from '../../alerts/alert-store.ts';
import { AlertTables } from './alert-tables.ts';
import { ChunkError } from './chunk.ts';
import { pruneBadFiles, setAside } from './bad-files.ts';
import { closeDatabase, NewerFileError, openDatabase, sizeOf, sizeOnDisk } from './database.ts';
import { hasRoom, neededBytes, readDiskSpace } from './disk-space.ts';
import { checkFolder, type FileSystemTypeOf } from './folder-check.ts';
import { lockHistory } from './history-lock.ts';
import { HistoryProblem } from './history-problem.ts';
import { HistoryStore, type Described } from './history-store.ts';
import { Maintenance } from './maintenance.ts';
import { sqliteProblem, type Connection } from './sqlite.ts';

export interface RecordingOptions {
  readonly settings: HistorySettings;
  readonly host: Pick<HostStream, 'intervalMs' | 'unitMs'>;
  readonly clock: Clock;
  readonly typeOf?: FileSystemTypeOf;
}

const MAX_LOG_BYTES = 4_000_000;
/** Of `maxBytes`. */
const LOG_SHARE = 1 / 8;
/** How many times the size at which it is emptied a log may reach before writing stops. */
const MAX_LOGS = 16;
const STOP_MS = 1000;

/** Identity of a file, which another one of the same name does not have. */
type FileIdentity = string;

/**
 * Opens the history of a folder, alone. A damaged file is renamed, and a new one begun.
 *
 * @throws HistoryProblem
 */
export async function openRecording(options: RecordingOptions): Promise<Recording> {
  const { folder, maxBytes } = options.settings;
  await checkFolder(folder, options.typeOf);
  const path = join(folder, 'history.db');
  const lockPath = join(folder, 'history.lock');
  let unlock: (() => void) | null = null;
  try {
    unlock = lockOf(lockPath);
    if (unlock === null) {
      throw new HistoryProblem(
        'locked',
        `another agent keeps its history in ${folder}; this one takes over when that one ends. Give each its own folder with --history-folder (METRICS_PANEL_HISTORY_FOLDER)`,
      );
    }
    const recording = openOrReplace(options, { path, lockPath, unlock });
    if (recording.badFile !== null) pruneBadFiles(path, maxBytes);
    return recording;
  } catch (error) {
    unlock?.();
    throw problemOf(error, path);
  }
}

/** @throws HistoryProblem */
function lockOf(path: string): (() => void) | null {
  try {
    return lockHistory(path);
  } catch (error) {
    throw problemOf(error, path);
  }
}

function openOrReplace(options: RecordingOptions, place: Place): Recording {
  const { path } = place;
  try {
    return open(options, place, null);
  } catch (error) {
    const problem = problemOf(error, path);
    if (problem.code !== 'damaged') throw problem;
    const name = setAside(path, options.clock.wallNow());
    return open(options, place, { name, reason: problem.message });
  }
}

function open(options: RecordingOptions, place: Place, badFile: BadFile | null): Recording {
  const database = openDatabase(place.path);
  try {
    return new Recording(options, { ...place, database, badFile });
  } catch (error) {
    closeDatabase(database, place.path);
    // Nothing was asked of it but to read what it wrote.
    if (sqliteProblem(error) === undefined) throw new HistoryError(String(error));
    throw error;
  }
}

/** A damaged file that was renamed. */
export interface BadFile {
  readonly name: string;
  readonly reason: string;
}

interface Place {
  readonly path: string;
  readonly lockPath: string;
  readonly unlock: () => void;
}

interface Opened extends Place {
  readonly database: Connection;
  readonly badFile: BadFile | null;
}

/** A history that is being written. */
export class Recording {
  readonly history: HistoryStore;
  /** What was in the way when it was opened. */
  readonly badFile: BadFile | null;
  readonly #options: RecordingOptions;
  readonly #opened: Opened;
  readonly #maintenance: Maintenance;
  readonly #logBytes: number;
  readonly #identities: readonly FileIdentity[];
  /** What went wrong elsewhere since the last `flush`. */
  #failure: HistoryProblem | null = null;
  #workerProblem: string | null = null;
  #hadRoom = true;
  #sizeBytes: number;
  #alerts: AlertStore | null = null;

  constructor(options: RecordingOptions, opened: Opened) {
    const { settings, host, clock } = options;
    const { path, lockPath, database } = opened;
    this.#options = options;
    this.#opened = opened;
    this.badFile = opened.badFile;
    this.#logBytes = Math.min(MAX_LOG_BYTES, settings.maxBytes * LOG_SHARE);
    this.history = new HistoryStore(database, {
      intervalMs: host.intervalMs,
      unitMs: host.unitMs,
      failed: (error) => {
        const problem = problemOf(error, path);
        if (problem.code === 'damaged') this.#failure ??= problem;
      },
    });
    const limits = { days: settings.days, maxBytes: settings.maxBytes, logBytes: this.#logBytes };
    this.#maintenance = new Maintenance({ path, limits }, clock, ({ problem }) => {
      if (problem?.kind === 'damaged') this.#failure ??= problemOf(new HistoryError(problem.message), path);
      this.#workerProblem = problem?.message ?? null;
    });
    this.#identities = identitiesOf(path, lockPath);
    this.#sizeBytes = sizeOnDisk(path);
  }

  /** Of the file and its log, bytes. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Alerts in the same file. Saving throws a HistoryProblem; one with the code `busy` means: try again soon. */
  get alerts(): AlertStore {
    if (this.#alerts !== null) return this.#alerts;
    const tables = new AlertTables(this.#opened.database);
    this.#alerts = {
      load: () => this.#reading(() => tables.load()),
      past: (range, limit) => this.#reading(() => tables.past(range, limit)),
      save: (update) => {
        if (this.#maintenance.isAlone) throw busy();
        this.#reading(() => tables.save(update));
      },
    };
    return this.#alerts;
  }

  /** Takes the next sample into memory. What fails is thrown by the next `flush`. */
  append(sample: SequencedSample, described: Described): void {
    try {
      this.history.append(sample, described);
    } catch (error) {
      this.#failure ??= problemOf(error, this.#opened.path);
    }
  }

  /**
   * Writes what is in memory. Never waits for the disk.
   *
   * @returns `false` if somebody else writes: try again soon
   * @throws HistoryProblem after which nothing is lost: try again later, or `replace` a damaged file
   */
  flush(): boolean {
    const { path, lockPath } = this.#opened;
    try {
      this.#throwFailure();
      if (identitiesOf(path, lockPath).some((identity, index) => identity !== this.#identities[index]))
        throw new HistoryProblem('moved', `${path}, its log or its lock was removed or renamed`);
      this.#checkRoom();
      this.#checkLog();
      if (this.#maintenance.isAlone) return false;
      this.history.flush();
      return true;
    } catch (error) {
      if (sqliteProblem(error) === 'busy') return false;
      throw problemOf(error, path);
    } finally {
      this.#sizeBytes = sizeOnDisk(path);
      this.#maintenance.visit(sizeOf(`${path}-wal`));
    }
  }

  /** Ends a history whose file is damaged, and renames that. @returns its new name  @throws HistoryProblem */
  async replace(): Promise<string> {
    const { path, unlock, database } = this.#opened;
    await this.#endMaintenance();
    closeDatabase(database, path);
    try {
      const name = setAside(path, this.#options.clock.wallNow());
      pruneBadFiles(path, this.#options.settings.maxBytes);
      return name;
    } catch (error) {
      throw problemOf(error, path);
    } finally {
      unlock();
    }
  }

  /** Writes what it can. Settles within about a second. */
  async close(): Promise<void> {
    const { path, unlock, database } = this.#opened;
    const isWritten = this.#tryToFinish();
    await this.#endMaintenance();
    if (!isWritten) this.#tryToFinish();
    closeDatabase(database, path);
    unlock();
  }

  #tryToFinish(): boolean {
    try {
      this.history.close();
      return true;
    } catch {
      // Told before, or too late to tell.
      return false;
    }
  }

  async #endMaintenance(): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(resolve, STOP_MS);
    });
    await Promise.race([this.#maintenance.stop(), late]);
    cancel();
  }

  /** What is damaged is found by the next `flush`. @throws HistoryProblem */
  #reading<Result>(task: () => Result): Result {
    try {
      return task();
    } catch (error) {
      if (sqliteProblem(error) === 'busy') throw busy();
      const problem = problemOf(error, this.#opened.path);
      if (problem.code === 'damaged') this.#failure ??= problem;
      throw problem;
    }
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  #checkRoom(): void {
    const { folder } = this.#options.settings;
    this.#hadRoom = hasRoom(readDiskSpace(folder), this.#hadRoom);
    if (this.#hadRoom) return;
    pruneBadFiles(this.#opened.path, 0);
    const space = readDiskSpace(folder);
    this.#hadRoom = hasRoom(space, false);
    if (this.#hadRoom) return;
    throw new HistoryProblem(
      'full',
      `the disk of ${folder} is almost full: it continues when ${megabytes(neededBytes(space.totalBytes))} MB are free`,
    );
  }

  /** The worker cannot empty it while another program reads, as an export into a pager does. */
  #checkLog(): void {
    const { path } = this.#opened;
    if (sizeOf(`${path}-wal`) < this.#logBytes * MAX_LOGS) return;
    const cause = this.#workerProblem ?? 'another program keeps reading it';
    throw new HistoryProblem('io', `the log of ${path} cannot be emptied (${cause})`);
  }
}

const busy = (): HistoryProblem => new HistoryProblem('busy', 'another program writes into the file');

function problemOf(error: unknown, path: string): HistoryProblem {
  if (error instanceof HistoryProblem) return error;
  if (error instanceof NewerFileError) {
    return new HistoryProblem(
      'newer',
      `${path} was written by a newer version of this program, and is left as it is: start that version, or move the file away`,
      { cause: error },
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  const kind = sqliteProblem(error);
  const isDamaged = kind === undefined ? isUnreadable(error) : kind === 'damaged';
  if (isDamaged) return new HistoryProblem('damaged', `${path} is damaged (${message})`, { cause: error });
  if (kind === 'full') return new HistoryProblem('full', `the disk of ${path} is full`, { cause: error });
  return new HistoryProblem('io', `${path} cannot be written (${message})`, { cause: error });
}

/** Whether what was read is not what was written. */
function isUnreadable(error: unknown): boolean {
  if (error instanceof HistoryError) return error.cause === undefined || isUnreadable(error.cause);
  return error instanceof ChunkError || error instanceof v.ValiError || error instanceof SyntaxError;
}

/** What is written into a file that was removed is gone with the process. */
function identitiesOf(path: string, lockPath: string): readonly FileIdentity[] {
  return [path, `${path}-wal`, lockPath].map(identityOf);
}

function identityOf(path: string): FileIdentity {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.dev} ${stats.ino}`;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
