import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hashBuildInputs } from './build-inputs.mjs';
import { inRepo, ROOT } from './paths.mjs';
import { binOf, runInFront, ToolError } from './programs.mjs';
import { writeSbom } from './sbom.mjs';

const STAMP = inRepo('dist', '.inputs');
const OUTPUTS = [
  'agent/main.js',
  'site/index.html',
  'site/asyncapi.json',
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
    // Also when a test needs the build, it must not be built for that test.
    { env: { ...process.env, NODE_ENV: 'production', VITEST: undefined } },
  );
  if (exitCode !== 0) throw new ToolError('The build failed (its reason is above).');
  const { dependencies } = JSON.parse(readFileSync(inRepo('package.json'), 'utf8'));
  await writeSbom(inRepo('dist', 'sbom.cdx.json'), Object.keys(dependencies));
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
