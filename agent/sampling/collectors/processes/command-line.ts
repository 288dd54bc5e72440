import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { cleanLabel } from '../../instances.ts';

/** As long as a path can be. */
const buffer = Buffer.allocUnsafe(4096);
/** Longer than a label, whatever the encoding. */
const MAX_ARGUMENT_BYTES = 1024;

/**
 * How a process was begun, its arguments separated by spaces, from `/proc/PID/cmdline` (proc_pid_cmdline(5)); cut after 253
 * characters. Empty for those of the kernel; `null` when it has ended or is not to be seen.
 * @param folder `/proc` of the host that is measured
 */
export function processArguments(folder: string, pid: number): string | null {
  const length = read(folder, pid);
  if (length === null) return null;
  return cleanLabel(buffer.toString('utf8', 0, Math.min(length, MAX_ARGUMENT_BYTES)).replaceAll('\0', ' '));
}

/**
 * The program of a process: the last part of the path in the first of its arguments; `null` where that is not known. A process may write
 * anything there, such as all of its arguments in a line, so where there is a blank, or nothing, it is the file that runs, or else what is before
 * the blank.
 * @param folder `/proc` of the host that is measured
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
 * What a process calls itself, all of its arguments written over by that, as Node.js does with `process.title`; `null` for one that has
 * not done so, and for one that was begun without arguments but its program.
 * @param folder `/proc` of the host that is measured
 */
export function processTitle(folder: string, pid: number): string | null {
  const line = buffer.toString('utf8', 0, read(folder, pid) ?? 0);
  const title = line.replace(/\0+$/, '');
  return title.includes('\0') || !/\s/.test(title) ? null : title;
}

/** Told to those only who may look into the process. */
function runningFile(folder: string, pid: number): string | null {
  try {
    return readlinkSync(`${folder}/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}

/** How many bytes were read into `buffer`. */
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
