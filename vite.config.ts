import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin, ViteBuilder } from 'vite';
import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };
import { BROWSER_FLAGS } from './tools/browser/flags.mjs';
import { locateBrowser } from './tools/browser/locate.mjs';
import { asyncApi } from './tools/lib/asyncapi/plugin.ts';
import { atOnce } from './tools/lib/at-once.mjs';
import { importAgain } from './tools/lib/import-again.mjs';
import { minifyLiterals } from './tools/lib/minify-literals.mjs';
import { precompress } from './tools/lib/precompress.mjs';
import { smallest } from './tools/lib/smallest.mjs';

const inRepo = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const agentPort = process.env['METRICS_PANEL_PORT'] ?? '8080';
const chromePath = process.env['VITEST'] ? locateBrowser() : undefined;

/**
 * Marks the page's script as render-blocking, so that its first picture already has the theme that the reader chose.
 * Vite keeps no attribute of the tag in index.html.
 */
function renderBlockingEntry(): Plugin {
  return {
    name: 'render-blocking-entry',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  };
}

/** In the packages of the page, reading a property has no side effect. Otherwise one line in each of Chart.js's scales keeps all of them. */
const treeshake = { propertyReadSideEffects: false } as const;
/** Minifying twice is slow, and known to be. */
const checks = { pluginTimings: false } as const;

/** Only a test that hangs reaches these limits, even on a busy machine. */
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } } as const;

const codeSplitting = { groups: [{ name: atOnce }] };

/**
 * The outputs of one `vite build`: `client` is the dashboard, `element` the script that an agent serves for other people's pages,
 * `package` and `single` the scripts of the npm package (docs/decisions/0019), `agent` the program.
 */
export default defineConfig({
  root: process.env['VITEST'] ? '.' : 'web',
  // Relative, so that the dashboard also works below a prefix of a reverse proxy.
  base: './',
  plugins: [
    renderBlockingEntry(),
    minifyLiterals(),
    importAgain(),
    smallest(),
    asyncApi(packageJson.version),
  ],
  define: {
    __VERSION__: JSON.stringify(packageJson.version),
    __IN_PACKAGE__: 'false',
    __IS_SINGLE_FILE__: 'false',
  },

  environments: {
    client: {
      build: {
        outDir: inRepo('dist/site'),
        emptyOutDir: true,
        // No data: addresses, so that the page can forbid them.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { treeshake, checks, output: { codeSplitting } },
      },
    },
    element: {
      consumer: 'client',
      build: {
        outDir: inRepo('dist/embed'),
        emptyOutDir: true,
        copyPublicDir: false,
        lib: { entry: inRepo('web/embed.ts'), formats: ['es'], fileName: () => 'metrics-panel.js' },
        // Vite leaves ES libraries unminified unless told so here.
        rolldownOptions: {
          treeshake,
          checks,
          // What the parts share may stand in it, beside the names that pages import.
          preserveEntrySignatures: 'allow-extension',
          output: { minify: true, chunkFileNames: '[name]-[hash].js', codeSplitting },
        },
      },
    },
    package: {
      consumer: 'client',
      define: { __IN_PACKAGE__: 'true' },
      build: {
        outDir: inRepo('dist/package'),
        emptyOutDir: true,
        copyPublicDir: false,
        lib: {
          entry: {
            index: inRepo('web/index.ts'),
            define: inRepo('web/define.ts'),
            react: inRepo('web/react.ts'),
          },
          formats: ['es'],
        },
        rolldownOptions: {
          treeshake,
          external: /^(?:lit|valibot)(?:\/|$)/,
          output: {
            minify: false,
            chunkFileNames: '[name].js',
            // In one module with what defines them: of a module without effects nothing is kept that nobody names, elements included.
            codeSplitting: {
              groups: [
                { name: 'web', tags: ['$initial'], test: /\/(?:web\/(?!(?:index|define|react)\.)|shared\/)/ },
              ],
            },
          },
        },
      },
    },
    single: {
      consumer: 'client',
      define: { __IS_SINGLE_FILE__: 'true' },
      build: {
        outDir: inRepo('dist/package'),
        emptyOutDir: false,
        copyPublicDir: false,
        lib: { entry: inRepo('web/single.ts'), formats: ['es'], fileName: () => 'metrics-panel.js' },
        rolldownOptions: {
          treeshake,
          checks: { ...checks, ineffectiveDynamicImport: false },
          preserveEntrySignatures: 'allow-extension',
          output: { minify: true, chunkFileNames: 'metrics-panel-[name].js', codeSplitting },
        },
      },
    },
    agent: {
      consumer: 'server',
      // One file starts sooner and takes less memory than hundreds. What is seldom needed is loaded when it is.
      resolve: { noExternal: true, external: ['systeminformation', 'pino-pretty', 'mqtt'] },
      build: {
        outDir: inRepo('dist/agent'),
        emptyOutDir: true,
        copyPublicDir: false,
        ssr: true,
        target: 'node22.13',
        sourcemap: true,
        minify: true,
        rolldownOptions: {
          input: {
            main: inRepo('agent/main.ts'),
            // Started by the agent as a process and a thread of their own.
            'details-process': inRepo('agent/sampling/host-details/details-process.ts'),
            'maintenance-worker': inRepo('agent/store/history/maintenance-worker.ts'),
          },
          output: { entryFileNames: '[name].js', sourcemapExcludeSources: true },
        },
      },
    },
  },
  builder: {
    async buildApp(builder: ViteBuilder) {
      for (const environment of Object.values(builder.environments)) {
        if (environment.name !== 'ssr') await builder.build(environment);
      }
      await precompress([inRepo('dist/site'), inRepo('dist/embed')]);
    },
  },

  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/metrics': { target: `http://127.0.0.1:${agentPort}`, ws: true },
      '/history': { target: `http://127.0.0.1:${agentPort}` },
      '/alerts': { target: `http://127.0.0.1:${agentPort}` },
      '/tokens': { target: `http://127.0.0.1:${agentPort}` },
      '/healthz': { target: `http://127.0.0.1:${agentPort}` },
    },
  },

  test: {
    // Lit's notice is meant for pages.
    onConsoleLog: (text) => !text.startsWith('Lit is in dev mode'),
    // Most tests wait more than they work.
    maxWorkers: 4,
    // Of one file, at once: these wait still more.
    maxConcurrency: 10,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{agent,shared,tools}/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          ...PATIENCE,
        },
      },
      {
        extends: true,
        // Without discovery: a dependency that is found late would reload the page in the middle of a test.
        // Bundled beforehand is only what is not an ES module, or has hundreds of files.
        optimizeDeps: { noDiscovery: true, include: ['axe-core', 'fast-check'] },
        test: {
          name: 'elements',
          include: ['web/**/*.test.ts'],
          globalSetup: [inRepo('e2e/agents-for-elements.ts')],
          ...PATIENCE,
          // e2e/agents-for-elements.ts starts agents that allow pages from there.
          api: { host: '127.0.0.1', port: 63_315 },
          browser: {
            enabled: true,
            headless: true,
            viewport: { width: 1024, height: 768 },
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                // Playwright quotes a missing path in its error.
                executablePath: chromePath ?? '(no browser found: run `npm test` once or set CHROME_PATH)',
                args: BROWSER_FLAGS,
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          setupFiles: [inRepo('e2e/contract-tap.ts')],
          env: chromePath === undefined ? {} : { CHROME_PATH: chromePath },
          ...PATIENCE,
          // After the other projects, whose load would slow these down.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
