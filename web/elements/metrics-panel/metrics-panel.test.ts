import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import type { ConnectionBadge } from '../connection-badge/connection-badge.ts';
import type { MetricChart } from '../metric-chart/metric-chart.ts';
import './metrics-panel.ts';
import type { MetricsPanel } from './metrics-panel.ts';

// Nothing listens on port 9 (discard).
const NOBODY = 'http://127.0.0.1:9';

async function show(attributes: Record<string, string>, token?: string): Promise<MetricsPanel> {
  return mount('metrics-panel', (panel) => {
    panel.src = inject('agentUrl');
    if (token !== undefined) panel.token = token;
    for (const [name, value] of Object.entries(attributes)) panel.setAttribute(name, value);
  });
}

function chartsOf(panel: MetricsPanel): MetricChart[] {
  return [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])];
}

function badgeOf(panel: MetricsPanel): ConnectionBadge {
  const badge = panel.shadowRoot?.querySelector('connection-badge');
  if (!badge) throw new Error('no badge');
  return badge;
}

function noticeOf(panel: MetricsPanel): string | undefined {
  return panel.shadowRoot?.querySelector<HTMLElement>('.notice')?.innerText;
}

async function untilSamples(panel: MetricsPanel, count: number): Promise<void> {
  await expect.poll(() => chartsOf(panel)[0]?.samples?.length ?? 0).toBeGreaterThanOrEqual(count);
}

afterEach(unmountAll);

describe('metrics-panel', () => {
  it('renders by default: CPU and memory, 20 points, connecting', async () => {
    const panel = await show({});
    expect(panel.metrics).toBe('cpu,memory');
    expect(panel.points).toBe(20);
    expect(panel.status).toEqual({ state: 'connecting' });
  });

  it('shows live charts, one per metric in the order of the attribute, and is accessible', async () => {
    const panel = await show({ metrics: 'memory, cpu' });
    await untilSamples(panel, 2);
    expect(chartsOf(panel).map(({ label }) => label)).toEqual(['Memory', 'CPU']);
    expect(badgeOf(panel).status).toEqual({ state: 'connected', transport: 'WebSocket' });
    await expectAccessible(panel);
  });

  it('draws every metric that matches a glob, with large headlines first', async () => {
    const panel = await show({ metrics: '*' });
    await untilSamples(panel, 1);
    const grids = [...(panel.shadowRoot?.querySelectorAll('.grid') ?? [])];
    expect(grids.map(({ className }) => className)).toEqual(['grid headline', 'grid detail']);
    const namesIn = (grid: Element | undefined): string[] =>
      [...(grid?.querySelectorAll('metric-chart') ?? [])].map(({ dataset }) => dataset['metric'] ?? '');
    expect(namesIn(grids[0])).toEqual(expect.arrayContaining(['cpu', 'memory']));
    const details = namesIn(grids[1]);
    expect(details.length).toBeGreaterThan(0);
    expect(details.filter((name) => !name.includes('.'))).toEqual([]);
  });

  it('holds as many points as its attribute says', async () => {
    const panel = await show({ points: '3' });
    await untilSamples(panel, 3);
    const { samples } = chartsOf(panel)[0] ?? {};
    const newest = samples?.timestampAt(2);
    await expect.poll(() => samples?.timestampAt(2)).not.toBe(newest);
    expect(samples?.length).toBe(3);
  });

  it('fills a longer window from the agent at once, on the same connection', async () => {
    const panel = await show({ points: '2', tables: 'processes' });
    await untilSamples(panel, 2);
    const states: string[] = [];
    panel.addEventListener('statuschange', ({ detail }) => states.push(detail.state));
    const startMs = performance.now();
    panel.points = 12;
    await untilSamples(panel, 12);
    // A sample comes every 250 ms: ten would be 2.5 s.
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect(chartsOf(panel)[0]?.points).toBe(12);
    panel.points = 3;
    await expect.poll(() => chartsOf(panel)[0]?.samples?.capacity).toBe(3);
    await untilSamples(panel, 3);
    expect(states).toEqual([]);
  });

  it('redraws at most once per animation frame', async () => {
    const panel = await show({});
    await untilSamples(panel, 1);
    const frames = vi.spyOn(window, 'requestAnimationFrame');
    const { revision } = chartsOf(panel)[0] ?? {};
    let samples = 0;
    panel.addEventListener('sample', () => (samples += 1));
    await expect.poll(() => samples).toBe(4);
    await panel.updateComplete;
    // The count began while waiting for one.
    expect((chartsOf(panel)[0]?.revision ?? 0) - (revision ?? 0)).toBeLessThanOrEqual(5);
    expect(frames.mock.calls.length).toBeLessThanOrEqual(5);
    frames.mockRestore();
  });

  it('has an intrinsic width in a parent that takes that of its content', async () => {
    const parent = document.createElement('div');
    parent.style.display = 'flex';
    document.body.append(parent);
    const panel = await show({});
    parent.append(panel);
    await untilSamples(panel, 1);
    expect(panel.getBoundingClientRect().width).toBeGreaterThan(160);
  });

  it('shows the defaults when its attributes are removed, and survives absurd ones', async () => {
    const panel = await show({ metrics: 'memory', points: '1e9' });
    await untilSamples(panel, 1);
    expect(chartsOf(panel).map(({ label }) => label)).toEqual(['Memory']);
    panel.removeAttribute('metrics');
    panel.setAttribute('points', 'many');
    await expect.poll(() => chartsOf(panel).map(({ label }) => label)).toEqual(['CPU', 'Memory']);
    expect(chartsOf(panel)[0]?.points).toBe(20);
  });

  it('shows the metrics that exist, names the others, and dispatches them', async () => {
    const told: unknown[] = [];
    const panel = await mount('metrics-panel', (element) => {
      element.src = inject('agentUrl');
      element.metrics = 'cpu,nonsense,x*';
      element.addEventListener('missing', ({ detail }) => told.push(detail));
      element.addEventListener('ready', ({ detail }) => told.push(detail.series.map(({ name }) => name)));
    });
    const missing = (): HTMLElement | null | undefined =>
      panel.shadowRoot?.querySelector<HTMLElement>('[part=missing]');
    await untilSamples(panel, 1);
    expect(chartsOf(panel).map(({ label }) => label)).toEqual(['CPU']);
    expect(missing()?.innerText).toBe('Not shown here: nonsense, x*');
    expect(missing()?.getAttribute('role')).toBe('status');
    await expect.poll(() => told).toEqual([['nonsense', 'x*'], ['cpu']]);
    await expectAccessible(panel);
    panel.metrics = 'cpu';
    await untilSamples(panel, 1);
    expect(missing()).toBeNull();
    expect(told[2]).toEqual([]);
  });

  it('says when none of its metrics exist', async () => {
    const panel = await show({ metrics: 'nonsense' });
    await expect.poll(() => noticeOf(panel)).toContain('Not shown here: nonsense');
    expect(chartsOf(panel)).toEqual([]);
    await expectAccessible(panel);
    panel.metrics = 'nonsense,x*';
    await expect.poll(() => noticeOf(panel)).toContain('Not shown here: nonsense, x*');
    panel.metrics = 'cpu';
    await untilSamples(panel, 1);
    expect(noticeOf(panel)).toBeUndefined();
  });

  it.each([
    ['a mark of text direction in a name', { metrics: 'cpu,\u202Ememory' }, 2],
    ['a name that is longer than any', { metrics: `cpu,${'x'.repeat(300)}` }, 1],
    ['a line break in a table', { metrics: 'cpu', tables: 'pro\ncesses' }, 1],
    ['an interval for ever', { metrics: 'cpu', interval: 'Infinity' }, 1],
    ['an interval of less than a millisecond', { metrics: 'cpu', interval: '0.5' }, 1],
  ])('shows one notice for %s', async (_, attributes, count) => {
    // With its own agent: other tests count samples, and one of these requests more of them.
    const guarded = { src: inject('guardedAgentUrl'), token: 'secret' };
    const other = await show({ ...guarded, metrics: 'memory' });
    const panel = await show({ ...guarded, ...attributes });
    await expect.poll(() => chartsOf(panel).length).toBe(count);
    await expect.poll(() => chartsOf(other).length).toBe(1);
    expect([noticeOf(panel), noticeOf(other)]).toEqual([undefined, undefined]);
  });

  it('says that the agent cannot be reached, and keeps trying', async () => {
    const panel = await show({ src: NOBODY });
    await expect.poll(() => noticeOf(panel)).toContain('The agent cannot be reached');
    expect(badgeOf(panel).status.state).toBe('reconnecting');
    await expectAccessible(panel);
  });

  it('explains an invalid address', async () => {
    const panel = await show({ src: 'ftp://example.org' });
    expect(noticeOf(panel)).toMatch(/Invalid src[^]*ftp:\/\/example\.org/);
    expect(badgeOf(panel).status).toEqual({ state: 'disconnected' });
  });

  it('sends its token to an agent that asks for one, and says so if it has none or a wrong one', async () => {
    const src = inject('guardedAgentUrl');
    const welcome = await show({ src }, 'secret');
    await untilSamples(welcome, 1);
    const wrong = await show({ src }, 'wrong');
    await expect.poll(() => badgeOf(wrong).status.state).toBe('error');
    expect(noticeOf(wrong)).toContain('Invalid token');
    const stranger = await show({ src });
    await expect.poll(() => noticeOf(stranger)).toContain('The agent asks for a token');
  });

  it('disconnects when it leaves the document, and is live again when it comes back', async () => {
    const panel = await show({});
    await untilSamples(panel, 1);
    const states: string[] = [];
    panel.addEventListener('statuschange', ({ detail }) => states.push(detail.state));
    panel.remove();
    await expect.poll(() => states).toEqual(['disconnected']);
    document.body.append(panel);
    await untilSamples(panel, 1);
    expect(panel.status.state).toBe('connected');
  });

  it('dispatches the welcome and each sample', async () => {
    const welcomed = vi.fn<(event: CustomEvent) => void>();
    const sampled = vi.fn<(event: CustomEvent) => void>();
    const panel = await mount('metrics-panel', (element) => {
      element.src = inject('agentUrl');
      element.addEventListener('welcome', welcomed);
      element.addEventListener('sample', sampled);
    });
    await untilSamples(panel, 1);
    expect(welcomed.mock.calls[0]?.[0].detail).toMatchObject({ server: { name: 'metrics-panel' } });
    expect(sampled.mock.calls[0]?.[0].detail).toMatchObject({
      values: [expect.anything(), expect.anything()],
    });
  });
});
