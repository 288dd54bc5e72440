import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { FaultProxy } from './faults/fault-proxy.ts';

const INTERVAL_MS = 250;
/** Too short to make a chart stale: the page must not report anything. */
const STALLS_MS = [400, 900, 1300];

let browser: Browser;
let agent: AgentProcess;
let proxy: FaultProxy;
let page: Page;

beforeAll(async () => {
  [browser, agent] = await Promise.all([
    launchBrowser(),
    startAgent({ args: ['--interval', String(INTERVAL_MS), '--log-level', 'trace'] }),
  ]);
  proxy = await FaultProxy.start(agent.url);
  page = await browser.newPage();
});
afterAll(async () => {
  await Promise.all([browser.close(), agent.kill()]);
  await proxy.stop();
});

interface Frame {
  readonly edgeMs: number;
  readonly heldMs: readonly number[];
  readonly label: string;
  readonly isStale: boolean;
}

/** Records each change of the CPU chart until the returned function is called. */
async function record(): Promise<() => Promise<Frame[]>> {
  const frames = await page.evaluateHandle(() => {
    const seen: Frame[] = [];
    const chart = document
      .querySelector('metrics-panel')
      ?.shadowRoot?.querySelector<HTMLElementTagNameMap['metric-chart']>('metric-chart[data-metric="cpu"]');
    const look = (): void => {
      const edgeMs = chart?.timeAt(Number.MAX_SAFE_INTEGER) ?? 0;
      if (edgeMs !== seen.at(-1)?.edgeMs) {
        const { samples } = chart ?? {};
        seen.push({
          edgeMs,
          heldMs: Array.from({ length: samples?.length ?? 0 }, (_, row) => samples?.timestampAt(row) ?? 0),
          label: chart?.shadowRoot?.querySelector('canvas')?.ariaLabel ?? '',
          isStale: chart?.stale ?? false,
        });
      }
      requestAnimationFrame(look);
    };
    look();
    return seen;
  });
  return () => frames.jsonValue();
}

/** Times of the samples in this range by the agent's log; on a busy machine some may be missing. */
function takenBetween(fromMs: number, toMs: number): number[] {
  return agent.log
    .flatMap((entry) => (entry as { ts?: number }).ts ?? [])
    .filter((ts) => ts >= fromMs && ts <= toMs);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

describe('samples that arrive late, in bursts', () => {
  it("advance the chart in one step by the agent's time, never back and without a gap", async () => {
    await page.goto(proxy.url);
    const shownLabel = () =>
      page.locator('metric-chart[data-metric="cpu"] canvas[role="img"]').getAttribute('aria-label');
    await expect.poll(shownLabel).toContain('in 20 samples');
    const stop = await record();
    for (const stallMs of STALLS_MS) {
      proxy.stall(['down']);
      await pause(stallMs);
      proxy.restore();
      await pause(3 * INTERVAL_MS);
    }
    proxy.delay(300);
    await pause(4 * INTERVAL_MS);
    const frames = await stop();
    const [first = [], last = []] = [frames[0]?.heldMs, frames.at(-1)?.heldMs];
    const [fromMs = 0, toMs = 0] = [first[0], last.at(-1)];
    const taken = takenBetween(fromMs, toMs);
    const isSteady = taken.length === Math.round((toMs - fromMs) / INTERVAL_MS) + 1;
    const edges = frames.map(({ edgeMs }) => edgeMs);
    expect(edges).toEqual(edges.toSorted((one, other) => one - other));
    for (const { edgeMs, heldMs, label, isStale } of frames) {
      expect(heldMs).toContain(edgeMs);
      if (isSteady) expect([label.includes('Missing'), isStale]).toEqual([false, false]);
    }
    // Each burst moved the chart once: no part of it was drawn alone.
    const moves = edges
      .slice(1)
      .map((edgeMs, index) => Math.round((edgeMs - (edges[index] ?? 0)) / INTERVAL_MS));
    expect(Math.max(...moves)).toBeGreaterThanOrEqual(4);
    const all = [...new Set(frames.flatMap(({ heldMs }) => heldMs))].toSorted((one, other) => one - other);
    expect(all).toEqual(taken);
  });
});
