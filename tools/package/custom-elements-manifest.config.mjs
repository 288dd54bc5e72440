/**
 * @typedef {{ name?: string, privacy?: string }} Member
 * @typedef {{ name: string, members: Member[], events: Member[] }} Declaration
 * @typedef {{ modules: { declarations: Declaration[] }[] }} Manifest
 */

/**
 * How the analyzer describes the npm package: by the docstrings of `<metrics-panel>`.
 * https://github.com/webcomponents/custom-elements-manifest
 */
export default {
  globs: ['web/elements/metrics-panel/metrics-panel.ts'],
  outdir: 'dist/package',
  litelement: true,
  packagejson: false,
  quiet: true,
  plugins: [{ name: 'package', packageLinkPhase: describePackage }],
};

/** @param {{ customElementsManifest: Manifest }} context describes the sources, and afterwards the package */
function describePackage({ customElementsManifest: manifest }) {
  const panel = manifest.modules
    .flatMap(({ declarations }) => declarations)
    .find(({ name }) => name === 'MetricsPanel');
  if (panel === undefined) throw new Error('There is no class MetricsPanel.');
  const reference = { name: panel.name, module: 'index.js' };
  const description = {
    ...panel,
    // The class in between, which the analyzer does not recognise as an element, is not meant to be extended.
    superclass: { name: 'LitElement', package: 'lit' },
    customElement: true,
    tagName: 'metrics-panel',
    members: panel.members.filter(({ privacy }) => privacy === undefined || privacy === 'public'),
    // The analyzer takes a variable in a call for the name of an event.
    events: panel.events.filter(({ name }) => name !== 'type'),
  };
  Object.assign(manifest, {
    modules: [
      {
        kind: 'javascript-module',
        path: 'index.js',
        declarations: [description],
        exports: [{ kind: 'js', name: panel.name, declaration: reference }],
      },
      {
        kind: 'javascript-module',
        path: 'define.js',
        declarations: [],
        exports: [{ kind: 'custom-element-definition', name: 'metrics-panel', declaration: reference }],
      },
    ],
  });
}
