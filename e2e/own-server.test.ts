import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest';
import { inRepo } from '../tools/lib/paths.mjs';
import { launchBrowser } from './browser.ts';
import { FaultProxy } from './faults/fault-proxy.ts';
import { lastingPort } from './lasting-port.ts';
import { freeOrigin, serveFolder } from './web-server.ts';

/** The distribution's own, which has the libraries of its packages. */
const PYTHON = '/usr/bin/python3';
const isMissing = spawnSync(PYTHON, ['-c', 'import websockets']).status !== 0;
const because = isMissing ? ' (skipped: there is no python3-websockets here)' : '';

interface Told {
  /** `seq` of the samples, and reasons of gaps, in the order told. */
  readonly told: (number | string)[];
}

let browser: Browser;

/** Somebody's server, and a page with a panel of it; both end with the test. */
class World {
  readonly #port: number;
  readonly #origin: string;
  #server: ChildProcess | undefined;
  /** Between the page and the server. */
  readonly door: FaultProxy;
  readonly page: Page;

  /** Settles when the page has a few samples. */
  static async make({ onTestFinished }: TestContext): Promise<World> {
    const port = await lastingPort('agent');
    const origin = await freeOrigin();
    const door = await FaultProxy.start(`http://127.0.0.1:${port}/`);
    const page = await browser.newPage();
    const world = new World(port, origin, door, page);
    const pages = await serveFolder(inRepo('dist', 'package'), origin, { '/': pageWith(door.url) });
    onTestFinished(async () => {
      await page.close();
      await Promise.all([pages.stop(), door.stop()]);
      await world.kill();
    });
    await world.startServer();
    await page.goto(pages.url);
    await page.waitForFunction(() => (globalThis as unknown as Told).told.includes(3));
    return world;
  }

  private constructor(port: number, origin: string, door: FaultProxy, page: Page) {
    this.#port = port;
    this.#origin = origin;
    this.door = door;
    this.page = page;
  }

  async startServer(): Promise<void> {
    const args = [inRepo('examples', 'own-server', 'server.py'), String(this.#port), this.#origin];
    this.#server = spawn(PYTHON, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    await once(this.#server, 'spawn');
  }

  signal(signal: NodeJS.Signals): void {
    this.#server?.kill(signal);
  }

  async kill(): Promise<void> {
    const server = this.#server;
    server?.kill('SIGKILL');
    if (server?.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }

  readonly badge = (): Promise<string> => this.page.locator('connection-badge .word').innerText();
  readonly told = (): Promise<Told['told']> => this.page.evaluate(() => (globalThis as unknown as Told).told);

  readonly label = async (): Promise<string> =>
    (await this.page.locator('metric-chart canvas').first().getAttribute('aria-label')) ?? '';

  /** What was told between the last sample before a time and the first after it. */
  async around(reason: string): Promise<(number | string | undefined)[]> {
    const all = await this.told();
    const at = all.indexOf(reason);
    return at < 0 ? [] : [all[at - 1], reason, all[at + 1]];
  }
}

const pageWith = (url: string): string => `<!doctype html><html lang="en"><title>Shop</title>
  <script type="module" src="metrics-panel.js"></script>
  <metrics-panel src="${url.replace('http', 'ws')}metrics" metrics="orders,jobs.*" points="60"></metrics-panel>
  <script>
    const told = (globalThis.told = []);
    const panel = document.querySelector('metrics-panel');
    panel.addEventListener('sample', ({ detail }) => told.push(detail.seq));
    panel.addEventListener('gap', ({ detail }) => told.push(detail.reason));
  </script>`;

describe.skipIf(isMissing).concurrent(`a panel of a server of somebody else${because}`, () => {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('shows its metrics with their names and units', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const charts = world.page.locator('metric-chart');
    expect(await charts.evaluateAll((all) => all.map(({ dataset }) => dataset['metric']))).toEqual([
      'orders',
      'jobs.waiting',
    ]);
    await expect.poll(world.label).toMatch(/^Orders: [\d.]+ \/s\. /);
    expect(await world.page.locator('metric-chart .label').allInnerTexts()).toEqual([
      'Orders',
      'Waiting jobs',
    ]);
    expect(await world.page.locator('metric-chart .value').first().innerText()).toMatch(/^[\d.]+\s*\/s$/);
  });

  it('draws the hole and its cause where the server took no samples, and greys its charts meanwhile', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    world.signal('SIGSTOP');
    await expect.poll(world.badge).toBe('No samples');
    world.signal('SIGCONT');
    await expect.poll(world.badge).toBe('Connected');
    await expect.poll(world.label).toContain('Missing in between: Agent stalled');
    const [before, , after] = await world.around('stall');
    expect(after).toBe(Number(before) + 1);
  });

  it('reconnects to a server that was killed, and draws what is missing', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const killedAtMs = Date.now();
    await world.kill();
    await expect.poll(world.badge).toBe('Reconnecting');
    // Less than that may be one late sample, and is not drawn.
    await expect.poll(() => Date.now() - killedAtMs).toBeGreaterThan(4000);
    await world.startServer();
    await expect.poll(world.badge).toBe('Connected');
    await expect.poll(world.label).toContain('Missing in between: Agent restarted');
    expect((await world.around('agent_restart'))[2]).toBe(1);
  });

  it('gets what the server sampled while the page was out of reach, without a gap', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    world.door.cut();
    await expect.poll(world.badge).toBe('Reconnecting');
    const [last = 0] = (await world.told()).slice(-1);
    world.door.restore();
    await expect.poll(world.badge).toBe('Connected');
    await expect.poll(async () => (await world.told()).length).toBeGreaterThan(Number(last) + 2);
    const all = await world.told();
    expect(all).toEqual(all.map((_, i) => Number(all[0]) + i));
  });
});

it.skipIf(isMissing)(
  `the example server says how it is used, and which port it cannot have${because}`,
  async ({ expect, onTestFinished }) => {
    const run = (...args: readonly string[]): { status: number | null; said: string } => {
      const file = inRepo('examples', 'own-server', 'server.py');
      const { status, stderr } = spawnSync(PYTHON, [file, ...args], { encoding: 'utf8' });
      return { status, said: stderr };
    };
    expect(run()).toEqual({
      status: 2,
      said: 'usage: python3 server.py 8090 http://localhost:5173\n',
    });
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void other.close());
    const { port: taken } = other.address() as AddressInfo;
    const { status, said } = run(String(taken));
    expect(status).toBe(1);
    expect(said).toMatch(new RegExp(`^Port ${taken} cannot be used: .*address already in use.*\\n$`));
  },
);
