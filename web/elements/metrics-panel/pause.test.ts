import { afterEach, describe, expect, inject, it } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import type { MetricChart } from '../metric-chart/metric-chart.ts';
import './metrics-panel.ts';
import type { MetricsPanel } from './metrics-panel.ts';

async function show(prepare: (panel: MetricsPanel) => void = () => {}): Promise<MetricsPanel> {
  const panel = await mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
    element.tables = 'processes';
    prepare(element);
  });
  await expect.poll(() => times(panel).length).toBe(20);
  return panel;
}

function charts(panel: MetricsPanel): MetricChart[] {
  return [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])];
}

function times(panel: MetricsPanel): number[] {
  const { samples } = charts(panel)[0] ?? {};
  return Array.from({ length: samples?.length ?? 0 }, (_, row) => samples?.timestampAt(row) ?? 0);
}

function wordsOf(panel: MetricsPanel): string {
  return charts(panel)[0]?.shadowRoot?.querySelector('canvas')?.getAttribute('aria-label') ?? '';
}

async function nextSamples(panel: MetricsPanel, count: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = count;
    panel.addEventListener('sample', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
  // Samples would be drawn in this frame.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

afterEach(unmountAll);

describe('a paused metrics-panel', () => {
  it('is frozen while samples keep arriving, says so, and then has them all', async () => {
    const panel = await show();
    panel.pause();
    await panel.updateComplete;
    const before = times(panel);
    await nextSamples(panel, 4);
    expect(times(panel)).toEqual(before);
    expect(wordsOf(panel)).toContain(', paused');
    expect(panel.hasAttribute('paused')).toBe(true);
    await expectAccessible(panel);
    panel.resume();
    await panel.updateComplete;
    expect(times(panel).indexOf(before.at(-1) ?? 0)).toBeLessThanOrEqual(15);
    expect(times(panel)).toHaveLength(20);
    await expect.poll(() => wordsOf(panel)).not.toContain('paused');
  });

  it('freezes its tables, too', async () => {
    const panel = await show((element) => {
      element.metrics = 'cpu,memory,*';
      element.sections = true;
    });
    const seq = (): number | undefined =>
      panel.shadowRoot?.querySelector<HTMLElementTagNameMap['process-table']>('.live')?.table?.seq;
    await expect.poll(seq).toBeGreaterThan(0);
    panel.pause();
    await panel.updateComplete;
    const held = seq();
    await nextSamples(panel, 8);
    expect(seq()).toBe(held);
    panel.resume();
    await expect.poll(seq).toBeGreaterThan(held ?? 0);
  });

  it('freezes with the first sample if it is paused from the start', async () => {
    const panel = await mount('metrics-panel', (element) => {
      element.src = inject('agentUrl');
      element.paused = true;
    });
    await expect.poll(() => times(panel).length).toBeGreaterThan(0);
    const before = times(panel);
    await nextSamples(panel, 3);
    expect(times(panel)).toEqual(before);
  });

  it('shows a stretch of time on all charts until it resumes', async () => {
    const panel = await show();
    panel.pause();
    await panel.updateComplete;
    const held = times(panel);
    panel.span = { fromMs: (held[5] ?? 0) - 10, toMs: (held[9] ?? 0) + 10 };
    await panel.updateComplete;
    await expect.poll(() => wordsOf(panel)).toMatch(/in 5 samples/);
    expect(charts(panel).every(({ span }) => span === panel.span)).toBe(true);
    panel.resume();
    await panel.updateComplete;
    expect(panel.span).toBeNull();
    await expect.poll(() => wordsOf(panel)).toMatch(/in 20 samples/);
  });
});

describe('a search in metrics-panel', () => {
  async function sectioned(): Promise<MetricsPanel> {
    return show((element) => {
      element.metrics = 'cpu,memory,*';
      element.sections = true;
      element.openSections = ['Memory'];
    });
  }
  const openOnes = (panel: MetricsPanel): (string | undefined)[] =>
    [...(panel.shadowRoot?.querySelectorAll<HTMLElement>('details[open]') ?? [])].map(
      ({ dataset }) => dataset['section'],
    );

  it('shows what contains all its words, in open sections, and everything as before once it is empty', async () => {
    const panel = await sectioned();
    expect(openOnes(panel)).toEqual(['Memory']);
    const before = charts(panel).length;
    panel.search = 'core 0';
    await panel.updateComplete;
    expect(openOnes(panel)).toEqual(['CPU']);
    expect(charts(panel).length).toBeGreaterThan(0);
    for (const { label } of charts(panel)) expect(label.toLowerCase()).toContain('core 0');
    await expectAccessible(panel);
    panel.search = '';
    await panel.updateComplete;
    expect(openOnes(panel)).toEqual(['Memory']);
    expect(charts(panel)).toHaveLength(before);
  });

  it('says when nothing was found', async () => {
    const panel = await sectioned();
    panel.search = 'martians';
    await panel.updateComplete;
    expect(panel.shadowRoot?.querySelector<HTMLElement>('.notice')?.innerText).toContain('“martians”');
    await expectAccessible(panel);
  });

  it('dispatches the open sections when the reader opens or folds one', async () => {
    const panel = await sectioned();
    const told: (readonly string[])[] = [];
    panel.addEventListener('sectionschange', ({ detail }) => told.push(detail));
    panel.shadowRoot?.querySelector<HTMLElement>('details[data-section="CPU"] > summary')?.click();
    await expect.poll(() => told).toEqual([['CPU', 'Memory']]);
    localStorage.removeItem('metrics-panel.sections');
  });
});
