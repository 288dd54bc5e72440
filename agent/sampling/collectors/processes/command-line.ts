import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { cleanLabel } from '../../instances.ts';

/** Maximum length of a path. */
const buffer = Buffer.allocUnsafe(4096);
/** Longer than any label, in any encoding. */
const MAX_ARGUMENT_BYTES = 1024;

/**
 * A process's arguments separated by spaces, from `/proc/PID/cmdline` (proc_pid_cmdline(5)), cut after 253 characters. Empty for kernel
 * threads; `null` if it has ended or is hidden.
 * @param folder `/proc` of the measured host
 */
export function processArguments(folder: string, pid: number): string | null {
  const length = read(folder, pid);
  if (length === null) return null;
  return cleanLabel(buffer.toString('utf8', 0, Math.min(length, MAX_ARGUMENT_BYTES)).replaceAll('\0', ' '));
}

/**
 * The program of a process: the basename of its first argument; `null` if unknown. A process may overwrite its arguments, for example with all
 * of them in a single string. So if the first one is empty or contains a blank, the executable's name is used, or else the part before the
 * blank.
 * @param folder `/proc` of the measured host
 */
export function programName(folder: string, pid: number): string | null {
  const end = buffer.subarray(0, read(folder, pid) ?? 0).indexOf(0);
  const first = buffer.toString('utf8', 0, Math.max(0, end));
  const name = nameIn(first);
  if (name !== null && !/\s/.test(first)) return name;
  return nameIn(runningFile(folder, pid) ?? first.replace(/\s[^]*$/, ''));
}

function nameIn(path: string): string | null {
  return cleanLabel(basename(path)).replace(/:+$/, '') || null;
}

/**
 * The title with which a process has overwritten its arguments, as `process.title` of Node.js does; `null` if it has not, or was started
 * without arguments.
 * @param folder `/proc` of the measured host
 */
export function processTitle(folder: string, pid: number): string | null {
  const line = buffer.toString('utf8', 0, read(folder, pid) ?? 0);
  const title = line.replace(/\0+$/, '');
  return title.includes('\0') || !/\s/.test(title) ? null : title;
}

/** Readable only with permission to inspect the process. */
function runningFile(folder: string, pid: number): string | null {
  try {
    return readlinkSync(`${folder}/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}

/** Number of bytes read into `buffer`. */
function read(folder: string, pid: number): number | null {
  try {
    const descriptor = openSync(`${folder}/${pid}/cmdline`, 'r');
    try {
      return readSync(descriptor, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
