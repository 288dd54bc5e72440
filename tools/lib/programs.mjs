import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';
import { inRepo, ROOT } from './paths.mjs';

/** Something the user can fix; printed as its message alone, without a stack. */
export class ToolError extends Error {
  /**
   * @param {string} message one or two plain sentences
   * @param {number} exitCode of the npm script
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'ToolError';
    this.code = 'TOOL_FAILED';
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command in the foreground: it shares the terminal, and receives the signals that would end this process. Ctrl-C reaches it from
 * the terminal itself.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options `cwd` is the repository unless set here
 * @returns {Promise<number>} its exit code; 128 + the number of the signal that ended it, as in a shell
 */
export async function runInFront(command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', forward);
  try {
    return await exitCodeOf(child);
  } finally {
    process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', forward);
  }
}

/**
 * Runs a command and collects its output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options `cwd` is the repository unless set here
 * @returns {Promise<{ exitCode: number, output: string }>} `output` is both streams, in order of arrival
 */
export async function runBehind(command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return { exitCode: await exitCodeOf(child), output };
}

/** @param {import('node:child_process').ChildProcess} child */
function exitCodeOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * The script behind a command of an installed package, to be run by this very Node. Unlike `node_modules/.bin` it is
 * the same on every platform and needs no shell.
 *
 * @param {string} packageName
 * @param {string} command
 * @returns {string} absolute path
 */
export function binOf(packageName, command = packageName) {
  const { bin } = JSON.parse(readFileSync(inRepo('node_modules', packageName, 'package.json'), 'utf8'));
  return inRepo('node_modules', packageName, typeof bin === 'string' ? bin : bin[command]);
}

/**
 * How to run npm: the one that started this script, else the one on `PATH`.
 *
 * @param {string[]} args
 * @returns {[string, string[], { shell?: boolean }]} command, arguments, options
 */
export function npm(...args) {
  const script = process.env['npm_execpath'];
  if (script !== undefined && basename(script) === 'npm-cli.js')
    return [process.execPath, [script, ...args], {}];
  return ['npm', args, { shell: process.platform === 'win32' }];
}
