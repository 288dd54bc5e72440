import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from './error-code.ts';

/** With less the agent does not begin: what it reads of a host takes about half, and viewers need some. */
const LEAST = 256;
/** What it keeps open of the files of processes, of which a host can have thousands. */
const SHARE_OF_PROCESSES = 1 / 8;
const MOST_OF_PROCESSES = 512;
/** For those that it opens for a moment, those of its program, and those of disks and interfaces that appear while it runs. */
const OTHER_FILES = 64;

/** This process may open too few files. `message` names the settings. */
export class OpenFilesError extends Error {
  readonly code = 'open_files';

  constructor(message: string) {
    super(message);
    this.name = 'OpenFilesError';
  }
}

/**
 * How many files and sockets this process may have open at once; infinite where there is no limit, or none that can be read. Node has raised it
 * to as much as it may when it began. Source: `/proc/self/limits`.
 */
export function openFileLimit(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** How many it has open now; 0 where that cannot be told. Source: `/proc/self/fd`. */
export function openFileCount(): number {
  try {
    // One of them is the folder.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return 0;
  }
}

/** How many files of processes it keeps open of `limit`. */
export function keptOfProcesses(limit: number): number {
  return Math.min(MOST_OF_PROCESSES, Math.floor(limit * SHARE_OF_PROCESSES));
}

/** How many of `limit` sockets leave to files. */
export function keptForFiles(limit: number): number {
  return keptOfProcesses(limit) + OTHER_FILES;
}

/** @throws OpenFilesError when that is too few to begin with */
export function checkOpenFiles(limit: number): void {
  if (limit < LEAST) throw tooFew(`at least ${LEAST}`, limit);
}

/**
 * How many connections fit, now that the agent has opened what it reads but the files of processes, which it comes by while it runs: they take the
 * places of as many connections.
 * @throws OpenFilesError when there is no room for any
 */
export function connectionsThatFit(limit: number, openFiles: number, beside: number): number {
  const fit = limit - openFiles - keptOfProcesses(limit) - keptForFiles(limit) - beside;
  if (fit < 1) throw tooFew(`more than ${limit - fit} on this host`, limit);
  return fit;
}

/** Whether the operating system says that this process, or all of them, have as many files open as they may. */
export function isOutOfFiles(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

function tooFew(needed: string, limit: number): OpenFilesError {
  return new OpenFilesError(
    `This process may open ${limit} files at once, and the agent needs ${needed}: raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service).`,
  );
}
