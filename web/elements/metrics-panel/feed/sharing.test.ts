import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { Sample } from '../../../../shared/client/client-subscription.ts';
import { unmountAll } from '../../../testing/mount.ts';
import type { MetricChart } from '../../metric-chart/metric-chart.ts';
import '../metrics-panel.ts';
import type { MetricsPanel } from '../metrics-panel.ts';

/** Every socket of this page since the test began. */
let sockets: WebSocket[] = [];
/** Messages sent to the agent. */
let sent: string[] = [];
let tests = 0;

class CountedWebSocket extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    sockets.push(this);
  }

  override send(text: string): void {
    sent.push(text);
    super.send(text);
  }
}

interface Watched {
  readonly panel: MetricsPanel;
  readonly states: string[];
  readonly samples: Sample[];
}

/** A panel that is not in the page yet, and its events. */
function panelFor(metrics = 'cpu', token = `of test ${tests}`): Watched {
  const panel = document.createElement('metrics-panel');
  panel.src = inject('agentUrl');
  panel.metrics = metrics;
  // An agent without tokens accepts any: a new one for each test keeps it from reusing a connection.
  panel.token = token;
  const states: string[] = [];
  const samples: Sample[] = [];
  panel.addEventListener('statuschange', ({ detail }) => states.push(detail.state));
  panel.addEventListener('sample', ({ detail }) => samples.push(detail));
  return { panel, states, samples };
}

function add(...args: Parameters<typeof panelFor>): Watched {
  const watched = panelFor(...args);
  document.body.append(watched.panel);
  return watched;
}

async function untilSamples({ samples }: Watched, count = 3): Promise<void> {
  const before = samples.length;
  await expect.poll(() => samples.length - before).toBeGreaterThanOrEqual(count);
}

function firstChart({ panel }: Watched): MetricChart | null | undefined {
  return panel.shadowRoot?.querySelector('metric-chart');
}

function noticeOf({ panel }: Watched): string | undefined {
  return panel.shadowRoot?.querySelector<HTMLElement>('.notice')?.innerText;
}

function openSockets(): number {
  return sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN).length;
}

beforeEach(() => {
  sockets = [];
  sent = [];
  tests += 1;
  vi.stubGlobal('WebSocket', CountedWebSocket);
});
afterEach(() => {
  unmountAll();
  vi.unstubAllGlobals();
});

describe('panels of one page', () => {
  it('share one connection, and every sample reaches all ten', async () => {
    const ten = Array.from({ length: 10 }, (_, n) => add(n % 2 === 0 ? 'cpu' : 'memory,cpu'));
    await Promise.all(ten.map((one) => untilSamples(one, 5)));
    expect(sockets).toHaveLength(1);
    const seqs = ten.map(({ samples }) => samples.map(({ seq }) => seq));
    for (const one of seqs) expect(one).toEqual(one.map((_, index) => (one[0] ?? 0) + index));
    expect(ten.map(({ samples }) => samples[0]?.values.length)).toEqual(ten.map((_, n) => 1 + (n % 2)));
    expect(ten.map(({ states }) => states)).toEqual(ten.map(() => ['connecting', 'connected']));
  });

  it('keep connection, subscription and buffer when they are moved, without events', async () => {
    const one = add();
    await untilSamples(one);
    await expect.poll(() => firstChart(one)?.samples).toBeDefined();
    const samples = firstChart(one)?.samples;
    const before = [sent.length, one.states.length];
    const box = document.createElement('div');
    document.body.append(box);
    for (let move = 0; move < 100; move += 1) (move % 2 === 0 ? box : document.body).append(one.panel);
    await untilSamples(one);
    expect(sockets).toHaveLength(1);
    expect([sent.length, one.states.length]).toEqual(before);
    expect(firstChart(one)?.samples).toBe(samples);
  });

  it('replace others without a new connection', async () => {
    const old = add();
    await untilSamples(old);
    old.panel.remove();
    await expect.poll(() => old.states.at(-1)).toBe('disconnected');
    const { length } = old.samples;
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    const next = add();
    await untilSamples(next);
    expect(sockets).toHaveLength(1);
    expect(old.samples).toHaveLength(length);
    expect(next.panel.status.state).toBe('connected');
  });

  it('follow other metrics over the same connection', async () => {
    const one = add('cpu');
    await untilSamples(one);
    one.panel.metrics = 'cpu,memory';
    await expect.poll(() => one.samples.at(-1)?.values.length).toBe(2);
    expect(sockets).toHaveLength(1);
    expect(one.states).toEqual(['connecting', 'connected']);
  });

  it('each get a welcome event, however late they come, and may be changed in it', async () => {
    await untilSamples(add());
    const late = panelFor('cpu');
    const wereUpdating: boolean[] = [];
    late.panel.addEventListener('welcome', ({ detail }) => {
      wereUpdating.push(late.panel.isUpdatePending);
      late.panel.metrics = detail.catalogue.some(({ name }) => name === 'memory') ? 'memory' : 'nothing';
    });
    document.body.append(late.panel);
    await expect.poll(() => firstChart(late)?.label).toBe('Memory');
    expect(wereUpdating[0]).toBe(false);
    expect(late.states).toEqual(['connected']);
    expect(sockets).toHaveLength(1);
  });

  it('have their backfill however late they come', async () => {
    const first = add();
    await untilSamples(first, 8);
    const newest = first.samples.at(-1)?.seq ?? 0;
    const late = add();
    await untilSamples(late, 8);
    expect(late.samples[0]?.seq).toBeLessThan(newest - 3);
  });

  it('are refused separately: an unknown metric beside a known one', async () => {
    const good = add('cpu');
    const bad = add('nonsense');
    await expect.poll(() => noticeOf(bad)).toContain('Not shown here: nonsense');
    await untilSamples(good);
    const alsoBad = add('rubbish');
    await expect.poll(() => noticeOf(alsoBad)).toContain('Not shown here: rubbish');
    await untilSamples(good);
    expect([good, bad, alsoBad].map((one) => one.panel.status.state)).toEqual([
      'connected',
      'connected',
      'connected',
    ]);
    expect(good.states).toEqual(['connecting', 'connected']);
    expect(noticeOf(good)).toBeUndefined();
    bad.panel.metrics = 'memory';
    await untilSamples(bad);
    expect(noticeOf(bad)).toBeUndefined();
    expect(sockets).toHaveLength(1);
  });

  it('have separate connections and states for different tokens', async () => {
    const guarded = (token: string): Watched => {
      const watched = panelFor('cpu', token);
      watched.panel.src = inject('guardedAgentUrl');
      document.body.append(watched.panel);
      return watched;
    };
    const [good, wrong, alsoGood] = [guarded('secret'), guarded('wrong'), guarded('secret')];
    await Promise.all([untilSamples(good, 1), untilSamples(alsoGood, 1)]);
    await expect
      .poll(() => wrong.panel.status)
      .toEqual({ state: 'error', reason: 'Invalid token', isForToken: true });
    expect([good.panel.status.state, alsoGood.panel.status.state]).toEqual(['connected', 'connected']);
    expect(sockets).toHaveLength(2);
    wrong.panel.token = 'secret';
    await untilSamples(wrong, 1);
    expect(sockets).toHaveLength(2);
  });

  it('close their connection when the last one has left', async () => {
    const [first, second] = [add('cpu'), add('memory')];
    await Promise.all([untilSamples(first), untilSamples(second)]);
    first.panel.remove();
    await untilSamples(second, 12);
    expect(openSockets()).toBe(1);
    second.panel.remove();
    await expect.poll(openSockets).toBe(0);
    expect([first.panel.status, second.panel.status]).toEqual([
      { state: 'disconnected' },
      { state: 'disconnected' },
    ]);
    document.body.append(second.panel);
    await untilSamples(second);
    expect(sockets).toHaveLength(2);
  });

  it('try again for all when another one comes after the agent was given up', async () => {
    const first = panelFor('cpu', 'wrong');
    first.panel.src = inject('guardedAgentUrl');
    document.body.append(first.panel);
    await expect.poll(() => first.states.at(-1)).toBe('error');
    const second = panelFor('cpu', 'wrong');
    second.panel.src = inject('guardedAgentUrl');
    document.body.append(second.panel);
    await expect.poll(() => second.states).toEqual(['connecting', 'error']);
    expect(first.states).toEqual(['connecting', 'error', 'connecting', 'error']);
  });
});
