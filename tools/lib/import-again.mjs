/** Of a chunk that a script loads later. */
const LATER_CHUNK = /\bimport\((["'`])(\.\/[^"'`]+\.js)\1\)/g;

/** Goes in front of a script. Minified names are never that long, so it clashes with none. */
const HELPER = `let failuresOfChunks = 0;
const importChunkAgain = (url) =>
  import(failuresOfChunks === 0 ? url : url + '?again=' + failuresOfChunks).catch((error) => {
    failuresOfChunks += 1;
    throw error;
  });
`;

/**
 * Lets a script load a chunk that could not be loaded before. Many browsers keep a failed import for as long as the page is there, so
 * that one lost answer would mean a panel without charts until somebody loads the page anew: another attempt has another
 * address. What a chunk itself imports would keep its own: that may be the script alone, which is there.
 *
 * @returns {import('vite').Plugin}
 */
export function importAgain() {
  return {
    name: 'import-again',
    apply: 'build',
    applyToEnvironment: ({ name }) => ['client', 'element'].includes(name),
    // Names are made before the code is: another helper is another file.
    augmentChunkHash: () => HELPER,
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type !== 'chunk') continue;
          const other = output.isEntry ? undefined : output.imports.find((name) => !isEntry(bundle[name]));
          if (other !== undefined) this.error(`${output.fileName} may not import ${other}`);
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
 * @returns {string} the same where no chunk is loaded later
 */
export function withImportsAgain(code) {
  const again = code.replaceAll(LATER_CHUNK, 'importChunkAgain("$2")');
  return again === code ? code : HELPER + again;
}
