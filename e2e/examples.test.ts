import type { SpawnOptions } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { packInto } from '../tools/lib/package.mjs';
import { inRepo } from '../tools/lib/paths.mjs';
import { binOf, npm, runBehind } from '../tools/lib/programs.mjs';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { FaultProxy } from './faults/fault-proxy.ts';
import { freeOrigin, serveFolder } from './web-server.ts';

const FRAMEWORKS = ['react', 'vue', 'svelte'];
const TOKEN = 'correct-horse-battery-staple';

/** The examples and the tarball, placed as in the repository, without the rest of it. */
let project: string;
let browser: Browser;
let agent: AgentProcess;
/** Origin of the examples; the agent admits it. */
let origin: string;
/** A proxy in front of the agent that counts connections: only the panel's. */
let door: FaultProxy;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'examples-'));
  await mkdir(join(project, 'dist'));
  await packInto(join(project, 'dist'));
  origin = await freeOrigin();
  [browser, agent] = await Promise.all([
    launchBrowser(),
    startAgent({
      args: ['--interval', '250', '--allow-origin', origin],
      env: { METRICS_PANEL_TOKEN: TOKEN },
    }),
    install(),
  ]);
}, 180_000);
afterAll(() => Promise.all([browser.close(), agent.kill(), rm(project, { recursive: true, maxRetries: 3 })]));
beforeEach(async () => {
  door = await FaultProxy.start(agent.url);
});
afterEach(() => door.stop());

/** Installs the dependencies of all examples at once. */
async function install(): Promise<void> {
  for (const framework of FRAMEWORKS) {
    await cp(inRepo('examples', framework), join(project, 'examples', framework), {
      recursive: true,
      filter: (source) => !/[\\/](?:node_modules|dist|package-lock\.json)$/.test(source),
    });
  }
  await writeFile(join(project, 'package.json'), '{ "private": true, "workspaces": ["examples/*"] }');
  // `--prefix`: an enclosing `npm run` sets its own in the environment.
  const [command, args, options] = npm(
    'install',
    '--include=dev',
    '--prefer-offline',
    '--no-audit',
    '--prefix',
    project,
  );
  await succeed(command, args, { ...options, cwd: project });
}

/** @throws Error with the command's output when it fails */
async function succeed(command: string, args: string[], options: SpawnOptions): Promise<void> {
  const { exitCode, output } = await runBehind(command, args, options);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')}: ${output}`);
}

/** Opens the example, built by its own tools, and collects errors and warnings. */
async function open(framework: string, mode: string) {
  const folder = join(project, 'examples', framework);
  const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js');
  // Frameworks warn in development only.
  const env = { ...process.env, NODE_ENV: mode, VITE_AGENT: door.url };
  await succeed(process.execPath, [vite, 'build', '--mode', mode], { cwd: folder, env });
  const server = await serveFolder(join(folder, 'dist'), origin);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${server.url}#token=${TOKEN}`);
  return { page, complaints, close: () => Promise.all([page.close(), server.stop()]) };
}

const chartsOf = (page: Page) =>
  page.locator('metric-chart').evaluateAll((charts) => charts.map((chart) => chart.dataset['metric']));
const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

it.each(
  FRAMEWORKS.flatMap((framework) => [
    [framework, 'production', []],
    // Lit's own warning.
    [framework, 'development', [expect.stringContaining('Lit is in dev mode')]],
  ]),
)(
  'in %s, built for %s: takes properties, fires events, leaves with its component, and causes no warning',
  async (framework, mode, expected) => {
    const { page, complaints, close } = await open(framework, mode);
    const line = page.locator('main > p');
    const panel = page.locator('metrics-panel');
    try {
      await expect.poll(() => line.innerText()).toMatch(/^connected, cpu: [\d.]+$/);
      await expect.poll(() => page.locator('metric-chart .value').innerText()).toMatch(/^[\d.]+\s*%$/);
      expect(await chartsOf(page)).toEqual(['cpu']);
      // The value may stay the same: 100 % on a busy machine.
      await panel.evaluate(
        (element) =>
          new Promise((resolve) => element.addEventListener('sample', () => resolve(null), { once: true })),
      );
      await expect.poll(() => line.innerText()).toMatch(/^connected, cpu: [\d.]+$/);

      await click(page, 'Other metric');
      await expect.poll(() => chartsOf(page)).toEqual(['memory']);
      await expect.poll(() => line.innerText()).toMatch(/^connected, memory: [\d.]+$/);
      expect(await panel.evaluate((element) => element.getAttributeNames())).toEqual(['theme']);

      expect(door.openCount).toBe(1);
      await click(page, 'Hide');
      await expect.poll(() => door.openCount).toBe(0);
      expect(await panel.count()).toBe(0);

      await click(page, 'Show');
      await expect.poll(() => line.innerText()).toMatch(/^connected, cpu: [\d.]+$/);
      expect(complaints).toEqual(expected);
    } finally {
      await close();
    }
  },
);

it('has types that work in React', async () => {
  const cwd = join(project, 'examples', 'react');
  expect(await runBehind(process.execPath, [binOf('typescript', 'tsc')], { cwd })).toEqual({
    exitCode: 0,
    output: '',
  });
});
