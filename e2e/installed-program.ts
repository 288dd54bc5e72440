import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Not in the `PATH` of ordinary users. */
const FOR_ADMINISTRATORS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Path of an installed program, `undefined` if there is none. */
export function installedProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...FOR_ADMINISTRATORS];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Suffix for titles of tests that are skipped because a program is missing. */
export function whetherInstalled(...names: readonly string[]): string {
  const missing = names.filter((name) => installedProgram(name) === undefined);
  return missing.length === 0 ? '' : ` (skipped: there is no ${missing.join(' and no ')} here)`;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
