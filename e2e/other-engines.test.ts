import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';
import { ENGINES, type EnginePage } from './other-engine.ts';
import { freeOrigin, servePage } from './web-server.ts';

const PANEL = `document.querySelector('metrics-panel').shadowRoot`;
/** Of the panel, or of the dashboard's bar. */
const BADGE = `(${PANEL}.querySelector('connection-badge') ?? document.querySelector('.bar connection-badge')).shadowRoot`;
const CPU = `${PANEL}.querySelector('metric-chart[data-metric="cpu"]').shadowRoot`;
/** Colour of a line: of a card's first, or of a single one. */
const LINE = `getComputedStyle(${CPU}.querySelector('canvas i') ?? ${CPU}.querySelector('canvas')).color`;

/** Shorter than a restart of the agent. */
const args = (origin: string): string[] => ['--interval', '100', '--allow-origin', origin];

for (const [name, { programs, start }] of Object.entries(ENGINES)) {
  describe.skipIf(programs.some((program) => installedProgram(program) === undefined))(
    `in ${name}${whetherInstalled(...programs)}`,
    () => {
      let page: EnginePage;
      let agent: AgentProcess;
      /** Origin of the embedding pages. */
      let origin: string;

      beforeAll(async () => {
        origin = await freeOrigin();
        agent = await startAgent({ args: args(origin) });
        page = await start();
      });
      afterAll(() => Promise.all([page.close(), agent.kill()]));

      const label = (): Promise<string> => page.evaluate(`${CPU}.querySelector('canvas').ariaLabel`);
      /** Number of pixels in the chart with the colour of its line. */
      const linePixels = (): Promise<number> =>
        page.evaluate(`(() => {
          const canvas = ${CPU}.querySelector('canvas');
          const [r, g, b] = ${LINE}.match(/\\d+/g).map(Number);
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let at = 0; at < data.length; at += 4)
            if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) count += 1;
          return count;
        })()`);

      async function expectLive(transport: string | RegExp): Promise<void> {
        await expect
          .poll(() => page.evaluate(`${BADGE}.querySelector('.detail').textContent`))
          .toMatch(transport);
        await expect.poll(label).toMatch(/^CPU: [\d.]+ %/);
        await expect.poll(linePixels).toBeGreaterThan(10);
      }

      it('the dashboard is live, changes its theme and fills a longer time span', async () => {
        await page.open(agent.url);
        await expectLive('WebSocket');
        const colours = (): Promise<string[]> =>
          page.evaluate(`[getComputedStyle(document.documentElement).backgroundColor, ${LINE}]`);
        const [pageBefore, chartBefore] = await colours();
        await page.evaluate(
          `document.querySelector('theme-switch').shadowRoot.querySelectorAll('input')[2].click()`,
        );
        await expect.poll(async () => (await colours())[0]).not.toBe(pageBefore);
        await expect.poll(async () => (await colours())[1]).not.toBe(chartBefore);
        await expect.poll(linePixels).toBeGreaterThan(10);
        await page.evaluate(
          `document.querySelector('window-switch').shadowRoot.querySelectorAll('input')[1].click()`,
        );
        await expect.poll(() => page.evaluate('location.search')).toBe('?window=1m&theme=dark');
        await expectLive('WebSocket');
      });

      it.each([
        ['WebSocket', ({ origin: http, host }: URL) => `${http} ws://${host}`],
        ['SSE', ({ origin: http }: URL) => http],
      ])(
        'a panel in a page of another origin is live over %s, under the strictest policy',
        async (transport, connect) => {
          const from = new URL(agent.url);
          const server = await servePage(
            `<!doctype html><html lang="en"><title>Snippet</title>
          <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
          <metrics-panel metrics="cpu,memory"></metrics-panel>`,
            {
              'Content-Security-Policy': `default-src 'none'; script-src ${from.origin}; connect-src ${connect(from)}`,
            },
            origin,
          );
          try {
            await page.open(server.url);
            await expectLive(transport);
            expect(await page.evaluate(`getComputedStyle(${CPU}.querySelector('figure')).display`)).toBe(
              'flex',
            );
          } finally {
            await server.stop();
          }
        },
      );

      it('a panel outlives its agent: missing samples are a gap', async () => {
        const server = await servePage(
          `<!doctype html><html lang="en"><title>Snippet</title>
          <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
          <metrics-panel metrics="cpu" points="600"></metrics-panel>`,
          {},
          origin,
        );
        try {
          await page.open(server.url);
          await expectLive('WebSocket');
          await agent.kill('SIGKILL');
          await expect.poll(() => page.evaluate(`${BADGE}.textContent`)).toContain('Reconnecting');
          const { port } = agent;
          agent = await startAgent({ port, args: args(origin) });
          // Server-sent events if the agent returned during that attempt.
          await expectLive(/^Live over/);
          await expect.poll(label).toContain('Agent restarted');
        } finally {
          await server.stop();
        }
      });
    },
  );
}
