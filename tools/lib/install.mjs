import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runInFront } from './child.mjs';
import { ToolError } from './verb.mjs';

/**
 * @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * Installs what `folder/package-lock.json` names, unless `node_modules` has it already, by whichever npm command it
 * got there.
 *
 * @param {string} folder
 * @param {string} announcement the line printed before installing
 * @throws {ToolError} after npm's own output
 */
export async function ensureInstalled(folder, announcement) {
  if (isInstalled(folder)) return;
  console.log(announcement);
  const [command, ...args] = npmCommand();
  // `--include=dev`: NODE_ENV=production must not take the build tools away. `--prefix`: an enclosing `npm run` sets
  // its own in the environment.
  const exitCode = await runInFront(
    command,
    [...args, 'ci', '--include=dev', '--include=optional', '--prefix', folder],
    { cwd: folder, shell: command === 'npm' && process.platform === 'win32' },
  );
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
 * Whether everything `wanted` locks is there in exactly that version. Optional packages (those of other platforms)
 * may be missing; packages nobody asked for do no harm.
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

/**
 * The npm that started this script, else the one on `PATH`.
 *
 * @returns {[string, ...string[]]}
 */
export function npmCommand() {
  const script = process.env['npm_execpath'];
  return script !== undefined && basename(script) === 'npm-cli.js' ? [process.execPath, script] : ['npm'];
}
