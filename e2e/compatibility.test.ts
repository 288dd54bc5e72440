import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_PROGRAM, startAgent } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { expectOtherVersions } from './contract-tap.ts';
import { buildEarlierVersion, hasCommit, type EarlierVersion } from './earlier-version.ts';
import { FaultProxy } from './faults/fault-proxy.ts';
import { TomorrowAgent } from './tomorrow-agent.ts';
import { freeOrigin, serveFolder } from './web-server.ts';

/** The last commit before a welcome could describe several hosts. */
const EARLIER = '1fa4576843b92c08f766019b6962732a766f38a8';
const isEarlierMissing = !hasCommit(EARLIER);
const whetherEarlier = isEarlierMissing ? ' (skipped: this checkout does not have the earlier commit)' : '';
const THIS_EMBED = fileURLToPath(new URL('../dist/embed', import.meta.url));

expectOtherVersions();

let browser: Browser;
let earlier: EarlierVersion | undefined;
/** Origin of the pages; the agents admit it. */
let origin: string;

beforeAll(async () => {
  [browser, earlier, origin] = await Promise.all([
    launchBrowser(),
    isEarlierMissing ? undefined : buildEarlierVersion(EARLIER),
    freeOrigin(),
  ]);
});
afterAll(async () => {
  await browser.close();
  earlier?.remove();
});

interface Seen {
  /** `seq` of the samples of each panel. */
  readonly samples: readonly (readonly number[])[];
  /** `reason` of the gaps of each panel. */
  readonly gaps: readonly (readonly string[])[];
}

/** A page with an embed script and panels with these attributes; records what they report and what goes wrong. */
async function openPanels(embed: string, agentUrl: string, panels: readonly string[]) {
  // Really served: Chromium counts a page that a test fulfils as public, which may not reach this machine.
  const html = `<!doctype html><html lang="en"><title>Panels</title><link rel="icon" href="data:,">
        <script>
          const seen = { samples: [], gaps: [] };
          const record = (panel) => {
            const index = seen.samples.push([]) - 1;
            seen.gaps.push([]);
            panel.addEventListener('sample', ({ detail }) => seen.samples[index].push(detail.seq));
            panel.addEventListener('gap', ({ detail: { reason } }) => {
              // A busy machine may add stalls.
              if (reason !== 'stall') seen.gaps[index].push(reason);
            });
          };
        </script>
        ${panels.map((attributes) => `<metrics-panel src="${agentUrl}" ${attributes}></metrics-panel>`).join('')}
        <script>document.querySelectorAll('metrics-panel').forEach(record)</script>
        <script type="module" src="metrics-panel.js"></script>`;
  const server = await serveFolder(embed, origin, { '/panels.html': html });
  const page = await browser.newPage();
  const errors: string[] = [];
  const refusals: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    // The browser itself logs failed requests, and the answers of an agent that is shutting down.
    const isOfNetwork = /WebSocket connection to|net::ERR_|status of 503|blocked by CORS policy/.test(
      message.text(),
    );
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork) errors.push(message.text());
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const text = payload.toString();
      if (/"type":"(?:error|auth_error)"/.test(text)) refusals.push(text);
    }),
  );
  await page.goto(`${server.url}panels.html`);
  const seen = (): Promise<Seen> => page.evaluate('seen');
  return {
    page,
    errors,
    refusals,
    seen,
    /** Waits until every panel has had `count` more samples. */
    untilMore: async (count: number) => {
      const before = (await seen()).samples.map(({ length }) => length);
      await expect
        .poll(async () => (await seen()).samples.map(({ length }, index) => length - (before[index] ?? 0)))
        .toSatisfy((more: readonly number[]) => more.every((samples) => samples >= count));
    },
    close: () => Promise.all([page.close(), server.stop()]),
  };
}

function expectConsecutive(seqs: readonly number[]): void {
  expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
}

describe.skipIf(isEarlierMissing)(`with an earlier version${whetherEarlier}`, () => {
  it.each([
    ['an earlier embed script with this agent', () => [earlier?.embed ?? '', AGENT_PROGRAM]],
    ['this embed script with an earlier agent', () => [THIS_EMBED, earlier?.agent ?? '']],
  ] as const)(
    '%s: live, resumed after a broken connection, live again after the agent has restarted, without an error',
    async (_, versions) => {
      const [embed = '', program = ''] = versions();
      const options = { args: ['--interval', '250', '--allow-origin', origin], program: [program] };
      let agent = await startAgent(options);
      const proxy = await FaultProxy.start(agent.url);
      const panel = await openPanels(embed, proxy.url, [
        'metrics="cpu,memory,network.*" tables="processes" sections',
      ]);
      try {
        await panel.untilMore(3);
        await expect
          .poll(() => panel.page.locator('connection-badge button').innerText())
          .toContain('Connected');
        await expect
          .poll(() => panel.page.locator('metric-chart[data-metric="cpu"] canvas').getAttribute('aria-label'))
          .toMatch(/^CPU: [\d.]+ %/);
        await expect.poll(() => panel.page.locator('process-table tbody tr').count()).toBeGreaterThan(0);

        proxy.cut();
        await expect
          .poll(() => panel.page.locator('connection-badge button').innerText())
          .toContain('Reconnecting');
        proxy.restore();
        await panel.untilMore(3);
        const resumed = await panel.seen();
        expectConsecutive(resumed.samples[0] ?? []);
        expect(resumed.gaps).toEqual([[]]);

        await agent.kill();
        agent = await startAgent({ ...options, port: agent.port });
        await expect.poll(async () => (await panel.seen()).gaps).toEqual([['agent_restart']]);
        await panel.untilMore(3);

        await expect
          .poll(() => panel.page.locator('connection-badge button').innerText())
          .toContain('Connected');
        expect(panel.errors).toEqual([]);
        expect(panel.refusals).toEqual([]);
      } finally {
        await Promise.all([panel.close(), proxy.stop(), agent.kill()]);
      }
    },
  );
});

describe('with an agent of a later version, which has two hosts and unknown messages and fields', () => {
  async function expectLiveAndResumed(embed: string, agent: TomorrowAgent) {
    const panels = await openPanels(embed, agent.url, ['metrics="cpu,latency"', 'metrics="cpu" host="far"']);
    try {
      await panels.untilMore(3);
      agent.drop();
      await panels.untilMore(3);
      const seen = await panels.seen();
      for (const seqs of seen.samples) expectConsecutive(seqs);
      expect(seen.gaps).toEqual([[], []]);
      expect(await panels.page.locator('metric-chart').evaluateAll(metricsOf)).toEqual([
        'cpu',
        'latency',
        'cpu',
      ]);
      expect(panels.errors).toEqual([]);
      expect(panels.refusals).toEqual([]);
    } finally {
      await panels.close();
    }
  }
  const metricsOf = (charts: readonly Element[]): (string | null)[] =>
    charts.map((chart) => chart.getAttribute('data-metric'));

  it('this embed script is live and resumes, also with a metric of an unknown kind', async () => {
    const agent = await TomorrowAgent.start('histogram');
    try {
      await expectLiveAndResumed(THIS_EMBED, agent);
    } finally {
      await agent.stop();
    }
  });

  // It refuses a kind of metric that it does not know.
  it.skipIf(isEarlierMissing)(
    `an earlier embed script is live and resumes, if it knows all kinds of metrics${whetherEarlier}`,
    async () => {
      const agent = await TomorrowAgent.start('gauge');
      try {
        await expectLiveAndResumed(earlier?.embed ?? '', agent);
      } finally {
        await agent.stop();
      }
    },
  );

  it('a panel shows the tables of its own host, and a metric as soon as that host has it', async () => {
    const agent = await TomorrowAgent.start('histogram');
    const panels = await openPanels(THIS_EMBED, agent.url, [
      'metrics="cpu,fan" tables="processes" sections',
      'metrics="cpu,fan" tables="processes" sections host="far"',
    ]);
    const shown = (): Promise<(string | null)[]> =>
      panels.page.locator('metric-chart').evaluateAll(metricsOf);
    try {
      await panels.untilMore(3);
      expect(await shown()).toEqual(['cpu', 'cpu']);
      const rows = panels.page.locator('metrics-panel').nth(1).locator('process-table tbody tr');
      await expect.poll(() => rows.allInnerTexts()).toEqual([expect.stringContaining('init')]);
      expect(await panels.page.locator('metrics-panel').first().locator('process-table').count()).toBe(0);
      agent.attachFan();
      await expect.poll(shown).toEqual(['cpu', 'cpu', 'fan']);
      await panels.untilMore(3);
      const seen = await panels.seen();
      for (const seqs of seen.samples) expectConsecutive(seqs);
      expect(seen.gaps).toEqual([[], []]);
      expect(panels.refusals).toHaveLength(2);
      expect(panels.errors).toEqual([]);
    } finally {
      await Promise.all([panels.close(), agent.stop()]);
    }
  });
});
