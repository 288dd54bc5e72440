import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { binOf } from './bin.mjs';
import { ensureBuilt } from './build.mjs';
import { runBehind, runInFront } from './child.mjs';
import { copyDeclarations } from './declarations.mjs';
import { npmCommand } from './install.mjs';
import { elementsManifest } from './manifest.mjs';
import { inRepo, ROOT } from './paths.mjs';
import { PAGE_PACKAGES, writePackageSbom } from './sbom.mjs';
import { ToolError } from './verb.mjs';

const FOLDER = inRepo('dist', 'package');
/** What a consumer installs beside it. */
const DEPENDENCIES = ['lit', 'valibot'];
/** What is copied into the scripts, and asks for its licence to be named. */
const INCLUDED = ['@kurkle/color/LICENSE.md', 'chart.js/LICENSE.md', 'lit/LICENSE', 'valibot/LICENSE.md'];
/** Of whose JSX there are types. */
const FRAMEWORKS = ['react', 'preact', 'solid'];
const ENTRIES = ['web/index', 'web/define', ...FRAMEWORKS.map((framework) => `web/${framework}`)];

/** What the slow steps are made by, beside the build's inputs. */
const TOOLS = ['lib/manifest.mjs', 'lib/declarations.mjs', 'package/custom-elements-manifest.config.mjs'];

/**
 * Makes the npm package of the elements from what was built.
 *
 * @returns {Promise<string>} its folder
 * @throws {ToolError} after what the failed step had to say
 */
export async function ensurePackage() {
  await ensureBuilt();
  await ensureDescribed();
  writeJson('package.json', describePackage(JSON.parse(readFileSync(inRepo('package.json'), 'utf8'))));
  copyFileSync(inRepo('tools', 'package', 'README.md'), `${FOLDER}/README.md`);
  copyFileSync(inRepo('LICENSE'), `${FOLDER}/LICENSE`);
  await writePackageSbom(`${FOLDER}/sbom.cdx.json`, [...new Set([...PAGE_PACKAGES, ...DEPENDENCIES])]);
  writeFileSync(`${FOLDER}/THIRD-PARTY-LICENSES`, INCLUDED.map(licenceOf).join('\n\n'));
  return FOLDER;
}

/** Types and manifest, unless they are there for exactly these sources: they take seconds. */
async function ensureDescribed() {
  const hash = createHash('sha256').update(readFileSync(inRepo('dist', '.inputs')));
  for (const tool of TOOLS) hash.update(readFileSync(inRepo('tools', tool)));
  const inputs = hash.digest('hex');
  const stamp = `${FOLDER}/types/.inputs`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return;
  const [manifest] = await Promise.all([elementsManifest(), writeTypes()]);
  writeJson('custom-elements.json', manifest);
  writeFileSync(stamp, inputs);
}

/**
 * @param {string} destination folder
 * @returns {Promise<string>} absolute path of the tarball
 * @throws {ToolError} after npm's own output
 */
export async function packInto(destination) {
  const folder = await ensurePackage();
  const [command, ...args] = npmCommand();
  const exitCode = await runInFront(
    command,
    [...args, 'pack', folder, '--silent', '--ignore-scripts', '--pack-destination', destination],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: command === 'npm' && process.platform === 'win32',
    },
  );
  if (exitCode !== 0) throw new ToolError('npm could not pack the package (its reason is above).');
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${destination}/${name}-${version}.tgz`;
}

async function writeTypes() {
  const { exitCode, output } = await runBehind(process.execPath, [binOf('typescript', 'tsc'), '-b', 'web'], {
    cwd: ROOT,
  });
  if (exitCode !== 0) throw new ToolError(`The types could not be written:\n${output}`);
  copyDeclarations(inRepo('.cache', 'types'), `${FOLDER}/types`, ENTRIES);
  // The one file exports nothing; the element is known all the same.
  writeFileSync(`${FOLDER}/types/metrics-panel.d.ts`, "import './web/index.js';\nexport {};\n");
}

/**
 * @param {{ name: string, version: string, description: string, license: string, devDependencies: Record<string, string>,
 *   dependencies: Record<string, string> }} own the package.json of this repository
 */
function describePackage({ name, version, license, dependencies, devDependencies }) {
  const versions = { ...devDependencies, ...dependencies };
  return {
    name,
    version,
    description: 'Live host metrics in any page: the custom element <metrics-panel>.',
    keywords: ['custom-element', 'web-component', 'metrics', 'monitoring', 'chart', 'live'],
    license,
    type: 'module',
    types: './types/web/index.d.ts',
    exports: {
      '.': { types: './types/web/index.d.ts', default: './index.js' },
      './define': { types: './types/web/define.d.ts', default: './define.js' },
      // Types alone, beside the same empty module.
      ...Object.fromEntries(
        FRAMEWORKS.map((framework) => [
          `./${framework}`,
          { types: `./types/web/${framework}.d.ts`, default: './react.js' },
        ]),
      ),
      // There is nothing to define where there is no page.
      './metrics-panel.js': {
        types: './types/metrics-panel.d.ts',
        node: './react.js',
        default: './metrics-panel.js',
      },
      './custom-elements.json': './custom-elements.json',
      './package.json': './package.json',
    },
    files: ['*', 'types/**/*.d.ts', '!types/.inputs'],
    customElements: './custom-elements.json',
    sideEffects: ['./define.js', './metrics-panel.js'],
    dependencies: Object.fromEntries(DEPENDENCIES.map((dependency) => [dependency, versions[dependency]])),
  };
}

/** @param {string} path */
function licenceOf(path) {
  return `${path.slice(0, path.lastIndexOf('/'))}\n\n${readFileSync(inRepo('node_modules', path), 'utf8').trim()}\n`;
}

/**
 * @param {string} name
 * @param {object} content
 */
function writeJson(name, content) {
  writeFileSync(`${FOLDER}/${name}`, `${JSON.stringify(content, null, 2)}\n`);
}
