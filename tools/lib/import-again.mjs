/** A dynamic import of a chunk. */
const LATER_CHUNK = /\bimport\((["'`])(\.\/[^"'`]+\.js)\1\)/g;

/** Goes in front of a script. Minified names are never that long, so it clashes with none. */
const HELPER = `let failuresOfChunks = 0;
const importChunkAgain = (url) =>
  import(failuresOfChunks === 0 ? url : url + '?again=' + failuresOfChunks).catch((error) => {
    failuresOfChunks += 1;
    throw error;
  });
`;

/** Vite wraps each dynamic import of a page in a function of this module, which first loads the chunk's styles and static imports (1.5 kB). */
const PRELOAD_MODULE = /^\0vite\/preload-helper\.js$/;
/** Chunks have no styles of their own and import only the entry. */
const NO_PRELOAD = 'export const __vitePreload = (load) => load();';

/**
 * Lets a script retry a dynamic import that failed. Many browsers remember the failure as long as the page lives, so one lost response would
 * leave a panel without charts until a reload: a retry asks for another address. Static imports of a chunk cannot do that, so a
 * chunk may only import the entry, which is loaded.
 *
 * @returns {import('vite').Plugin}
 */
export function importAgain() {
  return {
    name: 'import-again',
    apply: 'build',
    applyToEnvironment: ({ name }) => ['client', 'element'].includes(name),
    load: { order: 'pre', filter: { id: PRELOAD_MODULE }, handler: () => NO_PRELOAD },
    // File names are hashed before the helper goes in.
    augmentChunkHash: () => HELPER,
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type !== 'chunk') continue;
          const other = output.isEntry ? undefined : output.imports.find((name) => !isEntry(bundle[name]));
          if (other !== undefined) this.error(`${output.fileName} may not import ${other}`);
          if (!output.isEntry && output.viteMetadata?.importedCss.size)
            this.error(`${output.fileName} may not have a style sheet`);
          output.code = withImportsAgain(output.code);
        }
      },
    },
  };
}

/** @param {import('vite').Rolldown.OutputBundle[string] | undefined} output */
function isEntry(output) {
  return output?.type === 'chunk' && output.isEntry;
}

/**
 * @param {string} code JavaScript
 * @returns {string} unchanged if it has no dynamic import of a chunk
 */
export function withImportsAgain(code) {
  const again = code.replaceAll(LATER_CHUNK, 'importChunkAgain("$2")');
  return again === code ? code : HELPER + again;
}
