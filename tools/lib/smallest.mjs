import { minify } from 'terser';

/**
 * Minifies again, with terser: together with Rolldown's minifier 2 % smaller after compression than either alone (docs/decisions/0021).
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
          // As Rolldown is told: reading a property has no side effect.
          const compress = { passes: 2, pure_getters: true };
          const { code } = await minify(output.code, { module: true, ecma: 2022, compress });
          if (code === undefined) throw new Error(`terser made nothing of ${output.fileName}`);
          output.code = code;
        }
      },
    },
  };
}
