import { spawn } from 'node:child_process';

/**
 * Runs a command in front of the user: it shares the terminal, and gets the signals that end this process. Ctrl-C
 * reaches it from the terminal itself.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it, as a shell has it
 */
export async function runInFront(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  const wait = () => {};
  process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', wait);
  try {
    return await exitCodeOf(child);
  } finally {
    process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', wait);
  }
}

/**
 * Runs a command behind the scenes.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ exitCode: number, output: string }>} `output` is what it printed on both streams, in order
 */
export async function runBehind(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
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
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : signalNumber(signal))),
    );
  });
}

/** @param {NodeJS.Signals} signal */
function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[/** @type {string} */ (signal)] ?? 0;
}
