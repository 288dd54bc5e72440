import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import type { MetricChart } from '../../metric-chart/metric-chart.ts';
import '../metrics-panel.ts';
import type { MetricsPanel } from '../metrics-panel.ts';

const CPU = 'cpu.user+cpu.system+cpu.iowait';

async function show(attributes: Record<string, string>): Promise<MetricsPanel> {
  return mount('metrics-panel', (panel) => {
    panel.src = inject('agentUrl');
    for (const [name, value] of Object.entries(attributes)) panel.setAttribute(name, value);
  });
}

const chartsOf = (panel: MetricsPanel): MetricChart[] => [
  ...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? []),
];
const namesOf = (panel: MetricsPanel): (string | undefined)[] =>
  chartsOf(panel).map(({ dataset }) => dataset['metric']);
const textOf = (panel: MetricsPanel): string =>
  panel.shadowRoot?.querySelector('[part=charts]')?.textContent?.replaceAll(/\s+/g, ' ') ?? '';

async function untilDrawn(panel: MetricsPanel): Promise<void> {
  await expect.poll(() => chartsOf(panel)[0]?.image() ?? null).not.toBeNull();
}

afterEach(unmountAll);

describe('a chart of several series', () => {
  it.each(['grid', 'row', 'compact', 'sparkline'])(
    'stands beside those of one series in layout %s, accessibly',
    async (layout) => {
      const panel = await show({ metrics: `${CPU},memory,cpu.user`, stacked: '', layout });
      await untilDrawn(panel);
      expect(namesOf(panel)).toEqual([CPU, 'memory', 'cpu.user']);
      const [first, second] = chartsOf(panel);
      expect(first?.label).toBe('CPU');
      expect(first?.arrangement).toBe('stacked');
      expect(first?.series?.map(({ name, label }) => `${name}: ${label}`)).toEqual([
        'cpu.user: user',
        'cpu.system: system',
        'cpu.iowait: I/O wait',
      ]);
      expect(second?.series).toBeNull();
      await expectAccessible(panel);
    },
  );

  it('shows the series that there are, and names the missing one', async () => {
    const told: (readonly string[])[] = [];
    const panel = await show({ metrics: 'cpu.user+cpu.nonsense' });
    panel.addEventListener('missing', ({ detail }) => told.push(detail));
    await untilDrawn(panel);
    expect(chartsOf(panel)[0]?.series?.map(({ name }) => name)).toEqual(['cpu.user']);
    await expect.poll(() => textOf(panel)).toContain('Not shown here: cpu.nonsense');
    expect(told.at(-1)).toEqual(['cpu.nonsense']);
  });

  it('follows other attributes', async () => {
    const panel = await show({ metrics: 'network.all.receive+network.all.transmit' });
    await untilDrawn(panel);
    const [chart] = chartsOf(panel);
    expect(chart?.arrangement).toBe('lines');
    panel.mirrored = true;
    await expect.poll(() => chart?.arrangement).toBe('mirrored');
    expect(chart?.series?.map(({ isBelow }) => isBelow)).toEqual([false, true]);
    panel.metrics = 'network.all.receive';
    await expect.poll(() => namesOf(panel)).toEqual(['network.all.receive']);
    expect(chartsOf(panel)[0]?.series).toBeNull();
  });

  it('takes the place of its series in sections, and is found by their names', async () => {
    const panel = await show({ metrics: `${CPU},memory.*`, sections: '' });
    await expect.poll(() => panel.shadowRoot?.querySelectorAll('details').length).toBe(1);
    expect(namesOf(panel)[0]).toBe(CPU);
    panel.search = 'iowait';
    await expect.poll(() => namesOf(panel)).toEqual([CPU]);
    panel.search = 'I/O wait';
    await expect.poll(() => namesOf(panel)).toEqual([CPU]);
    panel.search = 'user memory';
    await expect.poll(() => textOf(panel)).toContain('Nothing found');
  });

  it('exports each of its series once, and goes on where the panel is paused', async () => {
    const panel = await show({ metrics: `${CPU},cpu.user+memory` });
    await untilDrawn(panel);
    const [head = ''] = panel.exportCsv().split('\r\n');
    expect(head).toBe('time,cpu.user (percent),cpu.system (percent),cpu.iowait (percent),memory (percent)');
    const names = namesOf(panel);
    panel.pause();
    await panel.updateComplete;
    panel.resume();
    await panel.updateComplete;
    expect(namesOf(panel)).toEqual(names);
  });

  it('has its legend in the picture', async () => {
    const panel = await show({ metrics: `${CPU},memory`, stacked: '' });
    await untilDrawn(panel);
    const written = vi.spyOn(CanvasRenderingContext2D.prototype, 'fillText');
    await panel.exportPng();
    const texts = written.mock.calls.map(([text]) => text);
    expect(texts).toEqual(expect.arrayContaining(['CPU', 'Memory']));
    expect(texts.join(' ')).toMatch(/user [\d.]+ system [\d.]+ I\/O wait [\d.]+/);
    vi.restoreAllMocks();
  });

  it('is read out with all of its values at a selected time', async () => {
    const panel = await show({ metrics: CPU, stacked: '', tables: 'processes' });
    await untilDrawn(panel);
    const [chart] = chartsOf(panel);
    await expect.poll(() => chart?.selectable).toBe(true);
    await expect.poll(() => chart?.samples?.length ?? 0).toBeGreaterThan(2);
    panel.moment = chart?.samples?.timestampAt(1) ?? 0;
    await expect
      .poll(() => panel.shadowRoot?.querySelector('aside')?.textContent)
      .toMatch(/CPU at \d\d:\d\d:\d\d: user [\d.]+ %, system [\d.]+ %, I\/O wait [\d.]+ %/);
  });

  it('cannot be drawn in different units, or of a glob: a notice says so beside the other charts', async () => {
    const panel = await show({ metrics: 'memory+memory.used,cpu.core.*+cpu,memory' });
    await expect.poll(() => textOf(panel)).toContain('These metrics do not fit in one chart');
    expect(textOf(panel)).toContain('cpu.core.* is no part of a chart of several series');
    await untilDrawn(panel);
    expect(namesOf(panel)).toEqual(['memory']);
    await expectAccessible(panel);
  });

  it('is a chart for each of its metrics where hosts are compared, which says so', async () => {
    const panel = await show({ metrics: 'cpu.user+cpu.system', hosts: '*' });
    const compared = (): unknown =>
      [...(panel.shadowRoot?.querySelectorAll('comparison-chart') ?? [])].map(
        ({ dataset }) => dataset['metric'],
      );
    await expect.poll(compared).toEqual(['cpu.user', 'cpu.system']);
    expect(textOf(panel)).toContain('the metrics of cpu.user+cpu.system have charts of their own');
  });
});

describe('thresholds of a page', () => {
  it('are lines across its charts, and a notice while the newest value is over one', async () => {
    const panel = await show({ metrics: 'memory,memory.used', thresholds: '0.1,0.2' });
    await untilDrawn(panel);
    const [share, bytes] = chartsOf(panel);
    expect(share?.thresholds.map(({ value, level }) => [value, level])).toEqual([
      [0.1, 'warning'],
      [0.2, 'trouble'],
    ]);
    await expect.poll(() => share?.notice).toEqual({ level: 'trouble', text: 'over 0.2 %' });
    expect(bytes?.thresholds).toEqual([]);
    panel.thresholds = '101';
    await expect.poll(() => share?.notice).toBeNull();
    panel.thresholds = null;
    await expect.poll(() => share?.thresholds).toEqual([]);
  });

  it.each(['high', '1,2,3', '10,'])(
    'that are “%s” are explained in place of the charts',
    async (thresholds) => {
      const panel = await show({ metrics: 'cpu', thresholds });
      await expect.poll(() => textOf(panel)).toContain('Expected one or two numbers');
      panel.thresholds = '50';
      await untilDrawn(panel);
    },
  );
});
