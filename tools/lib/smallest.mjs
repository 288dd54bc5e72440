import { minify } from 'terser';

/**
 * Minifies once more what was minified: terser looks longer for a shorter way to write the same, 3 % less after compression.
 *
 * @returns {import('vite').Plugin}
 */
export function smallest() {
  return {
    name: 'smallest',
    apply: 'build',
    applyToEnvironment: ({ name }) => ['client', 'element', 'single'].includes(name),
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type !== 'chunk') continue;
          const { code } = await minify(output.code, { module: true, ecma: 2022, compress: { passes: 2 } });
          if (code === undefined) throw new Error(`terser made nothing of ${output.fileName}`);
          output.code = code;
        }
      },
    },
  };
}
