import { readdirSync, readFileSync } from 'node:fs';
import { OperatorError } from './operator-error.ts';

/** Minimum to start: the collectors keep about half of it open, and viewers need some. */
const MIN_FILES = 256;
/** Limit for open `/proc/PID/stat` files; a host can have thousands of processes. */
const PROCESS_FILES_SHARE = 1 / 8;
const MAX_PROCESS_FILES = 512;
/** For short-lived files, the program's own, and disks and interfaces that appear later. */
const OTHER_FILES = 64;

/** This process may open too few files. */
export class OpenFilesError extends OperatorError {
  constructor(message: string) {
    super('open_files', message);
    this.name = 'OpenFilesError';
  }
}

/**
 * How many files and sockets this process may have open; `Infinity` if unlimited or unknown. Node raises the soft limit to the hard limit
 * when it starts. Source: `/proc/self/limits`.
 */
export function openFileLimit(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** How many files are open now; 0 if unknown. Source: `/proc/self/fd`. */
export function openFileCount(): number {
  try {
    // Not counting the folder that is being listed.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return 0;
  }
}

/** How many of `limit` files the process collector may keep open. */
export function processFileLimit(limit: number): number {
  return Math.min(MAX_PROCESS_FILES, Math.floor(limit * PROCESS_FILES_SHARE));
}

/** How many of `limit` descriptors are reserved for files, so not for sockets. */
export function reservedForFiles(limit: number): number {
  return processFileLimit(limit) + OTHER_FILES;
}

/** @throws OpenFilesError if `limit` is too low to start */
export function checkOpenFiles(limit: number): void {
  if (limit < MIN_FILES) throw tooFew(`at least ${MIN_FILES}`, limit);
}

/**
 * How many connections fit below `limit`, once the agent has opened everything but the files of processes, which it opens while it runs.
 * @param openFiles now
 * @param spareSockets reserved besides connections
 * @throws OpenFilesError if not even one fits
 */
export function connectionsThatFit(limit: number, openFiles: number, spareSockets: number): number {
  const fit = limit - openFiles - processFileLimit(limit) - reservedForFiles(limit) - spareSockets;
  if (fit < 1) throw tooFew(`more than ${limit - fit} on this host`, limit);
  return fit;
}

function tooFew(needed: string, limit: number): OpenFilesError {
  return new OpenFilesError(
    `This process may open ${limit} files at once, and the agent needs ${needed}: raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service).`,
  );
}
