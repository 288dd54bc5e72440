import { pathToFileURL } from 'node:url';
import { ensureBrowser } from './browser/ensure.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { reportChecks, runChecks } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { ensurePackage, packInto } from './lib/package.mjs';
import { inRepo, ROOT } from './lib/paths.mjs';
import { binOf, npm, runInFront } from './lib/programs.mjs';

/** @typedef {(args: string[]) => Promise<number | void>} Script takes what follows `--`; returns the exit code, nothing for success */

/** @param {Script} script */
const withDependencies = (script) => async (/** @type {string[]} */ args) => {
  await ensureInstalled(
    ROOT,
    'Installing the dependencies (package-lock.json changed, or this is the first run) ...',
  );
  return script(args);
};

/**
 * The npm scripts. Each installs and builds what is missing first.
 *
 * @type {Record<string, Script>}
 */
export const SCRIPTS = Object.fromEntries(
  Object.entries({
    start,
    dev,
    build: ensureBuilt,
    package: async () => console.log(await packInto(inRepo('dist'))),
    test,
    'test:faults': testFaults,
    'test:fuzz': testFuzz,
    'test:nodes': testNodes,
    check,
    format,
    screenshots: async () => (await import('./screenshots.mjs')).takeScreenshots(),
  }).map(([name, script]) => [name, withDependencies(script)]),
);

/**
 * `npm start [-- flags of the agent]`: becomes the agent. In this very process, so that signals and the exit code are the agent's own.
 *
 * @type {Script}
 */
async function start(args) {
  await ensureBuilt();
  const agent = inRepo('dist', 'agent', 'main.js');
  process.argv = [process.execPath, agent, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(agent).href);
}

/**
 * `npm run dev [-- flags of the agent]`: the agent restarts and the page reloads on every change. `METRICS_PANEL_PORT` (8080) is where the
 * agent listens and where the page finds it. Ends with the agent's watcher.
 *
 * @type {Script}
 */
async function dev(args) {
  const { createServer } = await import('vite');
  const page = await createServer({ configFile: inRepo('vite.config.ts') });
  await page.listen();
  console.log(`Open ${page.resolvedUrls?.local[0]}`);
  const watch = ['watch', '--clear-screen=false', inRepo('agent', 'main.ts'), ...args];
  await runInFront(process.execPath, [binOf('tsx'), ...watch]);
  await page.close();
}

/**
 * `npm test`: all tests, and meanwhile the checks, reported as soon as they are done, so that the output ends with vitest's summary.
 * `npm test -- <vitest arguments>`: a part of the tests, without the checks.
 *
 * @type {Script}
 */
async function test(args) {
  const isWhole = args.length === 0;
  // Several test files need the package: make it once.
  await (isWhole ? ensurePackage() : ensureBuilt());
  const env = { ...process.env, CHROME_PATH: await ensureBrowser() };
  const vitest = runInFront(process.execPath, [binOf('vitest'), 'run', ...args], { env });
  if (!isWhole) return vitest;
  const checks = runChecks().then(reportChecks);
  const [exitCode] = await Promise.allSettled([vitest, checks]).then(() => Promise.all([vitest, checks]));
  return exitCode;
}

/**
 * `npm run test:faults`: the fault tests in full, with real minutes, 10,000 random cases and 1,000 random weeks; most of an hour. `npm test` runs the same
 * files in their short form.
 *
 * @type {Script}
 */
async function testFaults(args) {
  await ensureBuilt();
  const more = { METRICS_PANEL_CASES: '10000', METRICS_PANEL_WEEKS: '1000' };
  const env = { ...more, ...process.env, METRICS_PANEL_FAULTS: 'full' };
  const tests = [
    '--project',
    'e2e',
    'e2e/faults',
    'e2e/fleet',
    '--project',
    'unit',
    'agent/store/history/random-weeks',
  ];
  const vitest = [binOf('vitest'), 'run', ...tests, ...args];
  return runInFront(process.execPath, vitest, { env });
}

/**
 * `npm run test:fuzz`: a million hostile inputs; about a quarter of an hour. `npm test` sends some thousands.
 *
 * @type {Script}
 */
async function testFuzz(args) {
  await ensureBuilt();
  return runInFront(process.execPath, ['--import', 'tsx', 'e2e/fuzz/million.ts', ...args]);
}

/**
 * `npm run test:nodes`: the tests on the oldest and the newest Node that the project supports, which npm brings.
 *
 * @type {Script}
 */
async function testNodes(args) {
  await ensurePackage();
  const env = { ...process.env, CHROME_PATH: await ensureBrowser() };
  for (const version of ['22.13', '26']) {
    const [command, options, settings] = npm('exec', '--yes', `--package=node@${version}`, '--', 'node');
    const vitest = [...options, binOf('vitest'), 'run', ...args];
    const exitCode = await runInFront(command, vitest, { ...settings, env });
    if (exitCode !== 0) return exitCode;
  }
}

/** @type {Script} `npm run check`: everything that can be said without running a test. */
async function check() {
  await ensureBuilt();
  reportChecks(await runChecks());
}

/** @type {Script} `npm run format`: fixes what can be fixed automatically, first lint findings, then the layout. */
async function format() {
  const lint = await runInFront(process.execPath, [binOf('oxlint'), '--fix']);
  const layout = await runInFront(process.execPath, [binOf('oxfmt')]);
  return lint || layout;
}
