import { readFileSync, writeFileSync } from 'node:fs';
import { inRepo } from './paths.mjs';
import { npm, runBehind, ToolError } from './programs.mjs';

/**
 * @typedef {{ 'bom-ref': string, name: string, properties?: { name: string, value: string }[] }} Component
 * @typedef {{ ref: string, dependsOn?: string[] }} Edge
 * @typedef {{ serialNumber?: string, metadata: { timestamp?: string, component: Component }, components: Component[], dependencies: Edge[] }} Bom
 */

/**
 * Writes a bill of materials (CycloneDX) of `packages`, names in `dependencies` of package.json, and of what they need at run time. It
 * comes from the lockfile alone, without the network, and is the same for the same lockfile.
 *
 * `npm sbom --omit=dev` cannot be used: it leaves out packages that a development tool needs too, such as `ws`
 * (https://github.com/npm/cli/issues/7909, findings/npm-sbom-leaves-out-what-runs.sh).
 *
 * @param {string} file
 * @param {string[]} packages
 * @throws {ToolError} after npm's own output
 */
export async function writeSbom(file, packages) {
  const { exitCode, output } = await runBehind(
    ...npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--loglevel', 'error'),
  );
  if (exitCode !== 0) throw new ToolError(`npm could not list what is built in:\n${output}`);
  /** @type {Bom} */
  const { serialNumber: _, metadata, components, dependencies, ...rest } = JSON.parse(output);
  const { timestamp: _now, component: own, ...made } = metadata;

  const installed = readInstalledAtRunTime();
  const edges = new Map(
    dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn.filter((other) => installed.has(other))]),
  );
  const roots = (edges.get(own['bom-ref']) ?? []).filter((ref) => packages.includes(nameIn(ref)));
  edges.set(own['bom-ref'], roots);
  const needed = new Set([own['bom-ref']]);
  // A set goes on with what is added while it is walked.
  for (const ref of needed) for (const other of edges.get(ref) ?? []) needed.add(other);

  const bom = {
    ...rest,
    metadata: { ...made, component: { ...own, name: 'metrics-panel' } },
    components: components.filter((component) => needed.has(component['bom-ref'])),
    dependencies: [...needed].map((ref) => ({ ref, dependsOn: edges.get(ref) ?? [] })),
  };
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
}

/** @returns {Set<string>} `name@version` of all that `npm ci --omit=dev --omit=optional` installs */
function readInstalledAtRunTime() {
  const { packages } = JSON.parse(readFileSync(inRepo('package-lock.json'), 'utf8'));
  return new Set(
    Object.entries(packages)
      .filter(([, { dev, devOptional, optional }]) => !dev && !devOptional && !optional)
      .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
  );
}

/** @param {string} ref `@lit/reactive-element@2.1.2` */
function nameIn(ref) {
  return ref.slice(0, ref.lastIndexOf('@'));
}
