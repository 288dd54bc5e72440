import { closeSync, openSync, readSync } from 'node:fs';
import { cleanLabel } from '../../instances.ts';

const buffer = Buffer.allocUnsafe(1024);

/**
 * How a process was begun, its arguments separated by spaces, from `/proc/PID/cmdline` (proc_pid_cmdline(5)); cut after 253
 * characters. Empty for those of the kernel; `null` when it has ended or is not to be seen.
 * @param folder `/proc` of the host that is measured
 */
export function processArguments(folder: string, pid: number): string | null {
  try {
    const descriptor = openSync(`${folder}/${pid}/cmdline`, 'r');
    try {
      const length = readSync(descriptor, buffer, 0, buffer.length, 0);
      return cleanLabel(buffer.toString('utf8', 0, length).replaceAll('\0', ' '));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}
