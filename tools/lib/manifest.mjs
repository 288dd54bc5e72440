import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { binOf } from './bin.mjs';
import { runBehind } from './child.mjs';
import { ROOT } from './paths.mjs';
import { ToolError } from './verb.mjs';

/**
 * @typedef {{ name?: string, privacy?: string }} Member
 * @typedef {{ kind: string, name: string, members: Member[], events: Member[], customElement?: boolean }} Declaration
 */

/**
 * The custom elements manifest of the npm package: what the docstrings of `<metrics-panel>` say, without what is private.
 * https://github.com/webcomponents/custom-elements-manifest
 *
 * @returns {Promise<object>}
 * @throws {ToolError} after the analyser's own output
 */
export async function elementsManifest() {
  const folder = mkdtempSync(join(tmpdir(), 'custom-elements-'));
  try {
    const analyse = ['analyze', '--quiet', '--config', 'tools/package/custom-elements-manifest.config.mjs'];
    // The analyser takes paths from where it runs.
    const { exitCode, output } = await runBehind(
      process.execPath,
      [binOf('@custom-elements-manifest/analyzer', 'cem'), ...analyse, '--outdir', relative(ROOT, folder)],
      { cwd: ROOT },
    );
    if (exitCode !== 0) throw new ToolError(`The elements could not be described:\n${output}`);
    return forPackage(JSON.parse(readFileSync(join(folder, 'custom-elements.json'), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {{ schemaVersion: string, modules: { declarations: Declaration[] }[] }} manifest of the sources */
function forPackage({ schemaVersion, modules }) {
  const panel = modules
    .flatMap(({ declarations }) => declarations)
    .find(({ name }) => name === 'MetricsPanel');
  if (panel === undefined) throw new ToolError('There is no class MetricsPanel.');
  const reference = { name: panel.name, module: 'index.js' };
  return {
    schemaVersion,
    modules: [
      {
        kind: 'javascript-module',
        path: 'index.js',
        declarations: [
          {
            ...panel,
            // The class between, which the analyser does not see as an element, is nobody's to extend.
            superclass: { name: 'LitElement', package: 'lit' },
            customElement: true,
            tagName: 'metrics-panel',
            members: panel.members.filter(({ privacy }) => privacy === undefined || privacy === 'public'),
            // The analyser takes a variable in a call for an event's name.
            events: panel.events.filter(({ name }) => name !== 'type'),
          },
        ],
        exports: [{ kind: 'js', name: panel.name, declaration: reference }],
      },
      {
        kind: 'javascript-module',
        path: 'define.js',
        declarations: [],
        exports: [{ kind: 'custom-element-definition', name: 'metrics-panel', declaration: reference }],
      },
    ],
  };
}
