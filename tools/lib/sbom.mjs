import { readFileSync, writeFileSync } from 'node:fs';
import { runBehind } from './child.mjs';
import { npmCommand } from './install.mjs';
import { inRepo, ROOT } from './paths.mjs';
import { ToolError } from './verb.mjs';

/**
 * @typedef {{ 'bom-ref': string, name: string, scope?: string, properties?: { name: string, value: string }[] }} Component
 * @typedef {{ ref: string, dependsOn?: string[] }} Edge
 * @typedef {{ specVersion: string, serialNumber?: string, metadata: { timestamp?: string, lifecycles?: unknown, component: Component },
 *   components: Component[], dependencies: Edge[] }} Bom
 */

/** What the page is made of. It is built into the page's scripts, so that npm takes it for a tool of development. */
export const PAGE_PACKAGES = ['lit', 'chart.js'];

/**
 * Writes the bill of materials of what is built (CycloneDX): `dependencies` of package.json, the packages of the page, and what those
 * need. By the lockfile alone, without the network, and the same for the same lockfile.
 *
 * @param {string} file
 * @throws {ToolError} after npm's own output
 */
export async function writeSbom(file) {
  const { dependencies } = JSON.parse(readFileSync(inRepo('package.json'), 'utf8'));
  writeJson(file, billOf(await wholeBom(), [...Object.keys(dependencies), ...PAGE_PACKAGES], readPeers()));
}

/**
 * The same of the npm package: what its scripts hold, and what is installed beside them.
 *
 * @param {string} file
 * @param {string[]} packages
 */
export async function writePackageSbom(file, packages) {
  writeJson(file, billOf(await wholeBom(), packages, readPeers()));
}

/**
 * What of a bill is needed for `packages`.
 *
 * @param {Bom} bom
 * @param {string[]} packages names
 * @param {Map<string, string[]>} peers as `readPeers` gives them
 * @returns {Bom}
 */
function billOf(
  { serialNumber: _serialNumber, metadata, components, dependencies, ...rest },
  packages,
  peers,
) {
  const { timestamp: _timestamp, ...told } = metadata;
  const own = { ...metadata.component, name: 'metrics-panel' };
  const isPeer = (/** @type {string} */ from, /** @type {string} */ ref) =>
    peers.get(from)?.includes(nameIn(ref)) ?? false;
  const graph = dependencies.map(({ ref, dependsOn = [] }) => ({
    ref,
    dependsOn: dependsOn.filter((other) => !isPeer(ref, other)),
  }));
  const edges = new Map(graph.map(({ ref, dependsOn }) => [ref, dependsOn]));
  // What the repository itself asks for, not another version of the same name below.
  const direct = (edges.get(own['bom-ref']) ?? []).filter((ref) => packages.includes(nameIn(ref)));
  const needed = new Set();
  const need = (/** @type {string} */ ref) => {
    if (needed.has(ref)) return;
    needed.add(ref);
    edges.get(ref)?.forEach(need);
  };
  direct.forEach(need);
  return {
    ...rest,
    metadata: { ...told, component: own },
    components: components.filter((component) => needed.has(component['bom-ref'])).map(atRunTime),
    dependencies: [{ ref: own['bom-ref'], dependsOn: direct }, ...graph.filter(({ ref }) => needed.has(ref))],
  };
}

/** @returns {Promise<Bom>} of everything that the lockfile names */
async function wholeBom() {
  const [command, ...args] = npmCommand();
  const { exitCode, output } = await runBehind(
    command,
    [...args, 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--loglevel', 'error'],
    { cwd: ROOT, shell: command === 'npm' && process.platform === 'win32' },
  );
  if (exitCode !== 0) throw new ToolError(`npm could not list what is built in:\n${output}`);
  return JSON.parse(output);
}

/**
 * What packages only work together with, such as a compiler that would check their types; by name and version.
 *
 * @returns {Map<string, string[]>}
 */
function readPeers() {
  const { packages } = JSON.parse(readFileSync(inRepo('package-lock.json'), 'utf8'));
  return new Map(
    Object.entries(packages).map(([path, { version, peerDependencies = {} }]) => [
      `${path.split('node_modules/').at(-1)}@${version}`,
      Object.keys(peerDependencies),
    ]),
  );
}

/** @param {Component} component */
function atRunTime({ properties = [], ...component }) {
  return {
    ...component,
    scope: 'required',
    properties: properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
  };
}

/** @param {string} ref `@lit/reactive-element@2.1.2` */
function nameIn(ref) {
  return ref.slice(0, ref.lastIndexOf('@'));
}

/**
 * @param {string} file
 * @param {object} content
 */
function writeJson(file, content) {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
