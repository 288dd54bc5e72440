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
