import { followParent } from './follow-parent.mjs';

/** Something the user can mend; shown as its message alone, without a stack. */
export class ToolError extends Error {
  /**
   * @param {string} message one or two plain sentences
   * @param {number} exitCode
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'ToolError';
    this.code = 'TOOL_FAILED';
    this.exitCode = exitCode;
  }
}

/**
 * Runs one of the npm scripts. The exit code of the process is what `body` answers; nothing (or 0) is success. The
 * process ends by itself, when nothing is left to do.
 *
 * @param {(args: string[]) => Promise<number | void>} body gets what follows `--` on the command line
 */
export async function verb(body) {
  try {
    requireNode();
    followParent();
    process.exitCode = (await body(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new ToolError(`metrics-panel needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}
