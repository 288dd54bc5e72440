import { createRequire } from 'node:module';
import { ensureInstalled } from '../lib/install.mjs';
import { inRepo } from '../lib/paths.mjs';

/** No code of so many packages runs before the parser itself does; and whoever has no network learns it soon. */
const OPTIONS = ['--ignore-scripts', '--prefer-offline', '--fetch-retries=1'];

/** @typedef {{ severity: number, code: string | number, path: (string | number)[], message: string }} Diagnostic */

/**
 * What AsyncAPI's own parser says of a document. It brings 168 packages, so it is installed only for this.
 *
 * @param {string} document JSON
 * @returns {Promise<Diagnostic[]>} by severity: 0 is an error, 1 a warning, the rest are hints
 * @throws {import('../lib/programs.mjs').ToolError} if it cannot be installed
 */
export async function diagnose(document) {
  const folder = inRepo('tools', 'asyncapi');
  await ensureInstalled(folder, 'Installing the parser of AsyncAPI for a test (54 MB) ...', OPTIONS);
  const { Parser } = createRequire(inRepo('tools', 'asyncapi', 'package.json'))('@asyncapi/parser');
  const { diagnostics } = await new Parser().parse(document);
  return diagnostics;
}
