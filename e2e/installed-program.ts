import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where administrators' programs are, which the `PATH` of other users need not name. */
const FOR_ADMINISTRATORS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Path of a program of this machine; `undefined` when it has none of that name. */
export function installedProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...FOR_ADMINISTRATORS];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** What a title says of tests that are left out for want of a program. */
export function whetherInstalled(...names: readonly string[]): string {
  const missing = names.filter((name) => installedProgram(name) === undefined);
  return missing.length === 0 ? '' : ` (skipped: there is no ${missing.join(' and no ')} here)`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
