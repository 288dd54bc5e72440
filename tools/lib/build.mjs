import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { binOf } from './bin.mjs';
import { hashBuildInputs } from './build-inputs.mjs';
import { runInFront } from './child.mjs';
import { inRepo, ROOT } from './paths.mjs';
import { writeSbom } from './sbom.mjs';
import { ToolError } from './verb.mjs';

const STAMP = inRepo('dist', '.inputs');
const OUTPUTS = [
  'agent/main.js',
  'site/index.html',
  'embed/metrics-panel.js',
  'package/index.js',
  'sbom.cdx.json',
];

/**
 * Builds `dist/`, unless it was built from exactly these inputs. Needs the dependencies to be installed.
 *
 * @throws {ToolError} after Vite's own output
 */
export async function ensureBuilt() {
  const inputs = hashBuildInputs(ROOT);
  if (isBuiltFrom(inputs)) return;
  console.log('Building (the sources changed) ...');
  rmSync(STAMP, { force: true });
  const exitCode = await runInFront(
    process.execPath,
    [binOf('vite'), 'build', '--app', '--logLevel', 'warn'],
    {
      cwd: ROOT,
      // A test that wants a build is no test of it.
      env: { ...process.env, NODE_ENV: 'production', VITEST: undefined },
    },
  );
  if (exitCode !== 0) throw new ToolError('The build failed (its reason is above).');
  await writeSbom(inRepo('dist', 'sbom.cdx.json'));
  writeFileSync(STAMP, `${inputs}\n`);
}

/** @param {string} inputs */
function isBuiltFrom(inputs) {
  return (
    OUTPUTS.every((output) => existsSync(inRepo('dist', output))) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8').trim() === inputs
  );
}
