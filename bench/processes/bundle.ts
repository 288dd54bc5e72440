import { basename } from 'node:path';
import { build } from 'vite';
import { ROOT } from './pinned.ts';

/**
 * Builds a program of this folder as the agent is built, so that it costs what the agent costs: `tsx` wraps each function that
 * is made. Returns the path of the file, which is beside the agent's in `dist/`.
 * @param entry below `bench/`
 */
export async function bundle(entry: string): Promise<string> {
  const name = basename(entry, '.ts');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { __VERSION__: JSON.stringify('0.0.0-bench') },
    build: {
      ssr: `bench/${entry}`,
      outDir: `dist/bench-${name}`,
      target: 'node20.19',
      minify: false,
      rolldownOptions: { output: { entryFileNames: `${name}.js` } },
    },
  });
  return `${ROOT}dist/bench-${name}/${name}.js`;
}

/**
 * Builds a script for a page of this folder as the product's own are built. Returns the path of the file.
 * @param entry below `bench/`
 * @param withColours whether Chart.js gets the package that it calculates colours with, which the product does without
 */
export async function bundlePage(entry: string, { withColours = false } = {}): Promise<string> {
  const name = basename(entry, '.ts');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: {
      __VERSION__: JSON.stringify('0.0.0-bench'),
      __IN_PACKAGE__: 'false',
      __IS_SINGLE_FILE__: 'false',
    },
    resolve: { alias: withColours ? {} : { '@kurkle/color': `${ROOT}web/charts/no-colours.ts` } },
    build: {
      lib: { entry: `${ROOT}bench/${entry}`, formats: ['es'], fileName: () => `${name}.js` },
      outDir: `${ROOT}dist/bench-${name}`,
      minify: false,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  return `${ROOT}dist/bench-${name}/${name}.js`;
}
