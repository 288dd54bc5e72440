import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SocketClient } from '../agent/testing/socket-client.ts';
import { formatDuration } from '../web/locales/format.ts';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';

const HOUR_MS = 3_600_000;
const CLOCK_STEPS = fileURLToPath(new URL('faults/programs/clock-steps.mjs', import.meta.url));
const TIMEOUT_MS = 60_000;

/** Makes each SIGUSR2 set the agent's wall clock: back by an hour, then ahead by a day. */
const startSteppingAgent = (): Promise<AgentProcess> =>
  startAgent({ args: ['--interval', '250'], program: ['--import', CLOCK_STEPS, AGENT_PROGRAM] });

const uptimeMs = (): number => Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * 1000;

interface Message {
  readonly type: string;
  readonly ts: number;
  readonly facts: { readonly bootedAtMs?: number };
  readonly hosts: readonly { readonly facts: { readonly bootedAtMs: number } }[];
}

it(
  "when a host's clock is set, viewers get its boot time by the new clock before the first sample timed by it",
  async () => {
    const agent = await startSteppingAgent();
    try {
      const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
      client.send({ action: 'subscribe', metrics: ['cpu'] });
      let bootedAtMs = Number.NaN;
      let firstMs = Number.NaN;
      const upMs: number[] = [];
      // Compare each sample with the boot time known then.
      const follow = async (isFollowed: (ts: number) => boolean): Promise<void> => {
        for (;;) {
          const message = JSON.parse(await client.next()) as Message;
          if (message.type === 'welcome') bootedAtMs = Number(message.hosts[0]?.facts.bootedAtMs);
          if (message.type === 'host') bootedAtMs = message.facts.bootedAtMs ?? Number.NaN;
          if (message.type !== 'metrics') continue;
          firstMs = Number.isNaN(firstMs) ? message.ts : firstMs;
          upMs.push(message.ts - bootedAtMs);
          if (isFollowed(message.ts - firstMs)) return;
        }
      };
      // Host messages are sent at most once per second: wait until the one about disks is past.
      await follow(() => upMs.length > 12);
      process.kill(agent.pid, 'SIGUSR2');
      await follow((sinceMs) => sinceMs < 0);
      await follow(() => upMs.length > 24);
      process.kill(agent.pid, 'SIGUSR2');
      await follow((sinceMs) => sinceMs > 12 * HOUR_MS);
      for (const ms of upMs) expect(Math.abs(ms - uptimeMs())).toBeLessThan(TIMEOUT_MS);
      await client.close();
    } finally {
      await agent.kill('SIGKILL');
    }
  },
  TIMEOUT_MS,
);

it(
  "the dashboard shows a host's uptime, before and after its clock is set, to a viewer whose own clock is wrong",
  async () => {
    const [browser, agent] = await Promise.all([launchBrowser(), startSteppingAgent()]);
    try {
      const page = await browser.newPage();
      await page.addInitScript('{ const { now } = Date; Date.now = () => now() - 5 * 86400000; }');
      await page.goto(agent.url);
      const summary = page.locator('host-summary');
      const up = summary.locator('dl > div', { has: page.getByText('Up', { exact: true }) }).locator('dd');
      const hostTimeMs = (): Promise<number> =>
        summary.evaluate((element) => (element as HTMLElementTagNameMap['host-summary']).hostTimeMs ?? 0);
      // The minute may have passed meanwhile.
      const expectRight = async (): Promise<void> => {
        await expect.poll(async () => (await up.innerText()) === formatDuration(uptimeMs(), 'en')).toBe(true);
      };
      await expect.poll(hostTimeMs).toBeGreaterThan(0);
      await expectRight();
      const beforeMs = await hostTimeMs();
      process.kill(agent.pid, 'SIGUSR2');
      await expect.poll(hostTimeMs).toBeLessThan(beforeMs);
      await expectRight();
      process.kill(agent.pid, 'SIGUSR2');
      await expect.poll(hostTimeMs).toBeGreaterThan(beforeMs + 12 * HOUR_MS);
      await expectRight();
    } finally {
      await browser.close();
      await agent.kill('SIGKILL');
    }
  },
  TIMEOUT_MS,
);
