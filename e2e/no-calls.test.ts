import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeClock } from '../examples/node-clock.ts';
import { WsTransport } from '../examples/ws-transport.ts';
import type { Transport } from '../shared/client/transport.ts';
import { LongPollTransport } from '../shared/transports/long-poll.ts';
import { SseTransport } from '../shared/transports/sse.ts';
import { startAgent } from './agent-process.ts';
import { launchBrowser, openEmbedDialog } from './browser.ts';
import { Follower } from './faults/follower.ts';
import { childrenOf, socketsOf } from './process-watch.ts';
import { canTrace, isComplete, readSystemCalls, tracing } from './system-calls.ts';
import { freeOrigin, servePage } from './web-server.ts';

/** `METRICS_PANEL_WATCH_SECONDS=3600 npm test -- --project e2e e2e/no-calls.test.ts` traces for an hour. */
const WATCH_SECONDS = Number(process.env['METRICS_PANEL_WATCH_SECONDS'] ?? 6);
const LOOK_EVERY_MS = 10;
const isLinux = process.platform === 'linux';
const isTraced = isLinux && canTrace();

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Uses an agent over all transports, and in a browser that loads every part of the page. */
async function use(agentUrl: string): Promise<{ stop: () => Promise<void> }> {
  const transports: Transport[] = [
    new WsTransport(agentUrl),
    new SseTransport(agentUrl),
    new LongPollTransport(agentUrl),
  ];
  const followers = transports.map((transport) => new Follower(agentUrl, { transport }));
  const page = await browser.newPage();
  await page.goto(agentUrl);
  await Promise.all(followers.map((follower) => follower.more(3)));
  return {
    stop: async () => {
      for (const { client } of followers) client.stop();
      await page.close();
    },
  };
}

describe.skipIf(!isLinux)('an agent in use', () => {
  it(
    `connects to nothing and starts no program, traced for ${WATCH_SECONDS} s${
      isTraced ? ' with all its system calls' : ' by its sockets alone: strace does not work here'
    }`,
    { timeout: (WATCH_SECONDS + 60) * 1000 },
    async () => {
      const calls = join(folder, 'calls');
      const agent = await startAgent({
        env: { METRICS_PANEL_STATE: join(folder, 'state') },
        behind: isTraced ? tracing(calls) : [],
      });
      const { pid } = agent;
      const strangers: unknown[] = [];
      const started = new Set<string>();
      const accepted = new Set<number>();
      const look = (): void => {
        for (const command of childrenOf(pid)) started.add(command);
        for (const socket of socketsOf(pid)) {
          const isOurs = socket.protocol.startsWith('tcp') && socket.localPort === agent.port;
          if (!isOurs) strangers.push(socket);
          else if (!socket.isListening) accepted.add(socket.remotePort);
        }
      };
      const watch = setInterval(look, LOOK_EVERY_MS);
      try {
        const { stop } = await use(agent.url);
        await new Promise<void>((resolve) => {
          nodeClock.schedule(resolve, WATCH_SECONDS * 1000);
        });
        await stop();
      } finally {
        clearInterval(watch);
        await agent.kill();
      }
      expect(strangers).toEqual([]);
      // Proves that the trace works: it contains three transports and a page.
      expect(accepted.size).toBeGreaterThanOrEqual(4);
      expect([...started]).toEqual([]);
      if (!isTraced) return;
      await expect.poll(() => isComplete(calls, pid)).toBe(true);
      const traced = readSystemCalls(calls);
      expect(traced.started).toEqual([]);
      expect(traced.reached).toEqual([]);
    },
  );
});

it('the dashboard and the panel send requests to their own agent only', async () => {
  const origin = await freeOrigin();
  const agent = await startAgent({
    args: ['--allow-origin', origin],
    env: { METRICS_PANEL_STATE: join(folder, 'state') },
  });
  const elsewhere = await servePage(
    `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Elsewhere</title>
    <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
    <metrics-panel metrics="*" sections tables="processes"></metrics-panel>`,
    {},
    origin,
  );
  const context = await browser.newContext();
  try {
    const asked = new Set<string>();
    context.on('request', (request) => {
      if (!request.url().startsWith('data:')) asked.add(new URL(request.url()).origin);
    });
    const page = await context.newPage();
    page.on('websocket', (socket) => asked.add(new URL(socket.url()).origin));
    await page.goto(agent.url);
    await page.locator('metric-chart[data-metric="cpu"] canvas[role="img"]').waitFor();
    await page.locator('main summary').evaluateAll((titles) => {
      for (const title of titles) if (title instanceof HTMLElement) title.click();
    });
    await openEmbedDialog(page);
    await page.locator('embed-dialog metric-chart').first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.goto(elsewhere.url);
    await page.locator('metric-chart[data-metric="cpu"] canvas[role="img"]').waitFor();
    const agentOrigin = new URL(agent.url).origin;
    expect([...asked].toSorted()).toEqual(
      [agentOrigin, origin, agentOrigin.replace('http', 'ws')].toSorted(),
    );
  } finally {
    await Promise.all([context.close(), elsewhere.stop(), agent.kill()]);
  }
});
