import { fittingNode } from './lib/node.mjs';
import { runInFront, ToolError } from './lib/programs.mjs';

/**
 * `node tools/run.mjs NAME [ARGS]`: runs the npm script NAME of `scripts.mjs`, on a Node that the project supports.
 *
 * Until that Node runs, only this file and what it imports is loaded: keep those to what Node 18 understands.
 */
const [name = '', ...args] = process.argv.slice(2);
endWithParent();
try {
  const node = await fittingNode();
  const exitCode =
    node === process.execPath ? await runScript() : await runInFront(node, process.argv.slice(1));
  // The agent of `npm start` runs on in this process and sets its own.
  if (exitCode !== undefined) process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

/** @returns {Promise<number | void>} */
async function runScript() {
  const { SCRIPTS } = await import('./scripts.mjs');
  const script = SCRIPTS[name];
  if (script === undefined) throw new ToolError(`Scripts: ${Object.keys(SCRIPTS).join(', ')}.`, 2);
  return script(args);
}

/**
 * Ends this process, as SIGTERM would, when the shell between npm and this process is gone: npm passes a signal to that shell alone, and
 * most shells die of it without passing it on.
 */
function endWithParent() {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}
