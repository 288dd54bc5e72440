import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, runInFront, ToolError } from './programs.mjs';

/**
 * @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Installs what `folder/package-lock.json` names, unless `node_modules` has it already, whichever npm command installed it.
 *
 * @param {string} folder
 * @param {string} announcement the line printed before installing
 * @param {string[]} options of `npm ci`
 * @throws {ToolError} after npm's own output
 */
export async function ensureInstalled(folder, announcement, options = []) {
  if (isInstalled(folder)) return;
  console.log(announcement);
  // `--include=dev`: NODE_ENV=production must not take the build tools away. `--prefix`: an enclosing `npm run` sets its own in the environment.
  const scope = ['--include=dev', '--include=optional', '--prefix', folder];
  const exitCode = await runInFront(...npm('ci', ...scope, ...options));
  if (exitCode !== 0) {
    throw new ToolError(
      'npm could not install the dependencies (its reason is above). Is the registry reachable?',
    );
  }
}

/** @param {string} folder */
function isInstalled(folder) {
  const installed = readLockfile(join(folder, 'node_modules', '.package-lock.json'));
  const wanted = readLockfile(join(folder, 'package-lock.json'));
  return installed !== undefined && wanted !== undefined && isSatisfied(wanted, installed);
}

/**
 * Whether every package that `wanted` locks is installed in exactly that version. Optional packages (those of other platforms)
 * may be missing; additional packages do no harm.
 *
 * @param {Lockfile} wanted package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json, which npm keeps up to date with every command
 */
export function isSatisfied(wanted, installed) {
  return Object.entries(wanted.packages ?? {}).every(([path, { version, optional, link }]) => {
    if (path === '' || link) return true;
    const present = installed.packages?.[path];
    return present === undefined ? optional === true : present.version === version;
  });
}

/**
 * @param {string} path
 * @returns {Lockfile | undefined}
 */
function readLockfile(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
