import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { inRepo } from './paths.mjs';
import { binOf, npm, runBehind, ToolError } from './programs.mjs';
import { writeSbom } from './sbom.mjs';

const FOLDER = inRepo('dist', 'package');
/** What a consumer installs beside it. */
const DEPENDENCIES = ['lit', 'valibot'];
/** Copied into the scripts; their licences require a notice. */
const LICENCES = ['@kurkle/color/LICENSE.md', 'chart.js/LICENSE.md', 'lit/LICENSE', 'valibot/LICENSE.md'];
/** Frameworks whose JSX gets types. */
const FRAMEWORKS = ['react', 'preact', 'solid'];
const ENTRIES = ['web/index', 'web/define', ...FRAMEWORKS.map((framework) => `web/${framework}`)];
const README = 'tools/package/README.md';
const MANIFEST_CONFIG = 'tools/package/custom-elements-manifest.config.mjs';

/**
 * Makes the npm package of the elements, unless it was made from exactly these sources.
 *
 * @returns {Promise<string>} its folder
 * @throws {ToolError} with the output of the failed step
 */
export async function ensurePackage() {
  await ensureBuilt();
  const stamp = `${FOLDER}/types/.inputs`;
  const inputs = hashInputs();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return FOLDER;
  await describeElements();
  writeJson('package.json', describePackage(JSON.parse(readFileSync(inRepo('package.json'), 'utf8'))));
  copyFileSync(inRepo(README), `${FOLDER}/README.md`);
  copyFileSync(inRepo('LICENSE'), `${FOLDER}/LICENSE`);
  await writeSbom(`${FOLDER}/sbom.cdx.json`, LICENCES.map(dirname));
  writeFileSync(`${FOLDER}/THIRD-PARTY-LICENSES`, LICENCES.map(licenceOf).join('\n\n'));
  writeFileSync(stamp, inputs);
  return FOLDER;
}

/** Of everything that the package is made from. */
function hashInputs() {
  const hash = createHash('sha256');
  // The first stands for the sources and for this file.
  for (const input of ['dist/.inputs', MANIFEST_CONFIG, README, 'LICENSE'])
    hash.update(readFileSync(inRepo(input)));
  return hash.digest('hex');
}

/** Writes types and manifest. */
async function describeElements() {
  await Promise.all([
    succeed(binOf('@custom-elements-manifest/analyzer', 'cem'), 'analyze', '--config', MANIFEST_CONFIG),
    succeed(binOf('typescript', 'tsc'), '-b', 'web'),
  ]);
  copyDeclarations(inRepo('.cache', 'types'), `${FOLDER}/types`, ENTRIES);
  // The single file exports nothing; its types make the element known.
  writeFileSync(`${FOLDER}/types/metrics-panel.d.ts`, "import './web/index.js';\nexport {};\n");
}

/** @param {string[]} args of Node */
async function succeed(...args) {
  const { exitCode, output } = await runBehind(process.execPath, args);
  if (exitCode !== 0) throw new ToolError(`The package could not be described:\n${output}`);
}

/** `from './a.ts'`, `import './a.ts'`, `import('./a.ts')` */
const RELATIVE_IMPORT = /((?:\bfrom|\bimport)\s*\(?\s*['"])(\.[^'"]+)\.ts(?=['"])/g;

/**
 * Copies declaration files and all that they import by relative paths. In the copies the imports end with `.js`, which every module
 * resolution of TypeScript understands.
 *
 * @param {string} from folder of the declarations that `tsc -b` wrote
 * @param {string} to
 * @param {string[]} entries files of `from`, without `.d.ts`
 */
function copyDeclarations(from, to, entries) {
  const paths = new Set(entries.map((entry) => join(from, entry)));
  // A set goes on with what is added while it is walked.
  for (const path of paths) {
    const text = readFileSync(`${path}.d.ts`, 'utf8');
    for (const [, , imported = ''] of text.matchAll(RELATIVE_IMPORT))
      paths.add(join(dirname(path), imported));
    const target = join(to, relative(from, `${path}.d.ts`));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text.replace(RELATIVE_IMPORT, '$1$2.js'));
  }
}

/**
 * @param {string} destination folder
 * @returns {Promise<string>} absolute path of the tarball
 * @throws {ToolError} with npm's own output
 */
export async function packInto(destination) {
  const folder = await ensurePackage();
  const { exitCode, output } = await runBehind(
    ...npm('pack', folder, '--silent', '--ignore-scripts', '--pack-destination', destination),
  );
  if (exitCode !== 0) throw new ToolError(`npm could not pack the package:\n${output}`);
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${destination}/${name}-${version}.tgz`;
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
  return `${dirname(path)}\n\n${readFileSync(inRepo('node_modules', path), 'utf8').trim()}\n`;
}

/**
 * @param {string} name
 * @param {object} content
 */
function writeJson(name, content) {
  writeFileSync(`${FOLDER}/${name}`, `${JSON.stringify(content, null, 2)}\n`);
}
