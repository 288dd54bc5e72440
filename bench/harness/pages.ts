import { basename, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { build, type Alias } from 'vite';
import { ensureBrowser } from '../../tools/browser/ensure.mjs';
import { BROWSER_FLAGS } from '../../tools/browser/flags.mjs';
import { ROOT } from './processes.ts';

/** As with a GPU, a process of its own rasterises canvases (in software), not the main thread. */
const GPU = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];

/** A headless Chromium. */
export async function openBrowser({ hasGpu = false } = {}): Promise<Browser> {
  const flags = hasGpu
    ? [...BROWSER_FLAGS.filter((flag) => flag !== '--disable-gpu'), ...GPU]
    : BROWSER_FLAGS;
  const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: flags });
  console.log(`Chromium ${browser.version()}, headless, ${hasGpu ? 'GPU in software' : 'no GPU'}`);
  return browser;
}

/**
 * Opens a page of the agent's origin, which runs a script of `bench/pages/` with `query` as its address's.
 * @param script bundled by `bundlePage`
 */
export async function openPage(
  browser: Browser,
  { url, script, query }: { url: string; script: string; query: Readonly<Record<string, string>> },
): Promise<Page> {
  // The agent's content security policy would not let the script pass.
  const page = await browser.newPage({ bypassCSP: true, viewport: { width: 1900, height: 1200 } });
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(`${url}healthz?${new URLSearchParams(query).toString()}`);
  await page.evaluate(() => document.body.replaceChildren());
  await page.addScriptTag({ path: script, type: 'module' });
  return page;
}

/**
 * Bundles a script for a page.
 * @param entry below `bench/`
 * @param folder checkout whose `web/` and `shared/` it imports; default: this one
 */
export async function bundlePage(entry: string, folder = ''): Promise<string> {
  const name = folder === '' ? basename(entry, '.ts') : `${basename(entry, '.ts')}-before`;
  return bundle(
    name,
    {
      lib: { entry: `${ROOT}bench/${entry}`, formats: ['es' as const], fileName: () => `${name}.js` },
      rolldownOptions: { output: { codeSplitting: false } },
    },
    folder === '' ? [] : [{ find: /^\.\.\/\.\.\/(web|shared)\//, replacement: `${resolve(folder)}/$1/` }],
  );
}

/**
 * Bundles a program as the agent is bundled, so that it costs what the agent costs: `tsx` wraps each function that is made.
 * @param entry below `bench/`
 * @param folder checkout whose `agent/` it imports; default: this one
 */
export async function bundleProgram(entry: string, folder = ''): Promise<string> {
  const name = basename(entry, '.ts');
  return bundle(
    folder === '' ? name : `${name}-before`,
    {
      ssr: `bench/${entry}`,
      target: 'node22.13',
      rolldownOptions: { output: { entryFileNames: folder === '' ? `${name}.js` : `${name}-before.js` } },
    },
    folder === '' ? [] : [{ find: /^(?:\.\.\/)+agent\//, replacement: `${resolve(folder)}/agent/` }],
  );
}

/** Returns the path of the file, beside the agent's in `dist/`. */
async function bundle(name: string, options: object, alias: Alias[] = []): Promise<string> {
  const outDir = `${ROOT}dist/bench-${name}`;
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { alias },
    define: {
      __VERSION__: JSON.stringify('0.0.0-bench'),
      __IN_PACKAGE__: 'false',
      __IS_SINGLE_FILE__: 'false',
    },
    build: { outDir, minify: false, ...options },
  });
  return `${outDir}/${name}.js`;
}
