import { html } from 'lit';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { mount, unmountAll } from '../../testing/mount.ts';
import '../metric-chart/metric-chart.ts';
import type { MetricChart } from '../metric-chart/metric-chart.ts';
import type { ChartsContext } from './charts-view.ts';
import './metrics-panel.ts';
import type { MetricsPanel } from './metrics-panel.ts';
import type { PanelAdditions } from './panel-additions.ts';
import type { PanelLayout } from './panel-layout.ts';
import { sectionsPart } from './parts/panel-parts.ts';

/** Stands in for the dashboard's board: a chart of all headlines, in a shadow tree of its own. */
class TestBoard extends HTMLElement {
  readonly chart: MetricChart = document.createElement('metric-chart');

  constructor() {
    super();
    this.attachShadow({ mode: 'open' }).append(this.chart);
  }

  set shown({ layout, context }: { layout: PanelLayout; context: ChartsContext }) {
    const { buffer, revision, crosshair, selectedMs, isSelectable: selectable } = context;
    const { samples, announcement } = buffer;
    const [first] = layout.headlines;
    Object.assign(this.chart, {
      label: first?.series.label,
      unit: first?.series.unit,
      column: first?.column,
      points: samples.capacity,
      intervalMs: announcement.intervalMs,
      samples,
      revision,
      crosshair,
      selectedMs,
      selectable,
    });
  }
}
customElements.define('test-board', TestBoard);

const ADDITIONS: PanelAdditions = {
  first: [],
  titleOfFirst: () => '',
  tool: () => html`<span slot="tools"></span>`,
  detail: () => html`<span></span>`,
  board: (layout, context) => ({
    view: html`<test-board .shown=${{ layout, context }}></test-board>`,
    rest: { ...layout, headlines: [] },
  }),
};

async function show(properties: Partial<MetricsPanel> = {}): Promise<MetricsPanel> {
  return mount('metrics-panel', (panel) => {
    panel.src = inject('agentUrl');
    panel.sections = true;
    panel.metrics = 'cpu,memory,*';
    panel.tables = 'processes';
    panel.additions = ADDITIONS;
    Object.assign(panel, properties);
  });
}

function boardOf(panel: MetricsPanel): TestBoard | null {
  return panel.shadowRoot?.querySelector<TestBoard>('test-board') ?? null;
}

async function untilDrawn(panel: MetricsPanel): Promise<TestBoard> {
  await expect.poll(() => boardOf(panel)?.chart.image() ?? null).not.toBeNull();
  await expect.poll(() => boardOf(panel)?.chart.selectable).toBe(true);
  const board = boardOf(panel);
  if (board === null) throw new Error('no board');
  return board;
}

function pointAt(chart: MetricChart, type: string): void {
  const canvas = chart.shadowRoot?.querySelector('canvas');
  const { left, top, width, height } = canvas?.getBoundingClientRect() ?? new DOMRect();
  canvas?.dispatchEvent(
    new MouseEvent(type, {
      bubbles: true,
      composed: true,
      clientX: left + width * 0.9,
      clientY: top + height / 2,
    }),
  );
}

afterEach(() => {
  vi.restoreAllMocks();
  unmountAll();
});

describe('a board', () => {
  it('is there before the code of the sections, and stays when it has come', async () => {
    const late = vi.spyOn(sectionsPart, 'module', 'get').mockReturnValue(null);
    const panel = await show();
    const board = await untilDrawn(panel);
    expect(panel.shadowRoot?.querySelector('details')).toBeNull();
    expect(panel.shadowRoot?.querySelector('.grid')).toBeNull();
    late.mockRestore();
    panel.requestUpdate();
    await expect.poll(() => panel.shadowRoot?.querySelector('details') ?? null).not.toBeNull();
    expect(boardOf(panel)).toBe(board);
  });

  it('gives way to the results of a search', async () => {
    const panel = await show();
    await untilDrawn(panel);
    panel.search = 'memory';
    await expect.poll(() => boardOf(panel)).toBeNull();
    expect(panel.shadowRoot?.querySelector('[data-metric="memory"]')).not.toBeNull();
  });

  it('selects times of the panel, and tells nobody outside of it', async () => {
    const panel = await show();
    const told: string[] = [];
    for (const type of ['timeselect', 'timeread'])
      document.addEventListener(type, () => told.push(type), { once: true });
    const { chart } = await untilDrawn(panel);
    pointAt(chart, 'click');
    await expect.poll(() => panel.moment).not.toBeNull();
    await expect.poll(() => panel.shadowRoot?.querySelector('aside')?.textContent).toContain('CPU at');
    expect(chart.selectedMs).toBe(panel.moment);
    expect(told).toEqual([]);
  });

  it('shows a moment that the page asks for', async () => {
    const panel = await show({ openSections: [] });
    const { chart } = await untilDrawn(panel);
    await expect.poll(() => chart.samples?.length ?? 0).toBeGreaterThan(2);
    panel.moment = chart.samples?.timestampAt(1) ?? 0;
    await expect.poll(() => chart.selectedMs).toBe(panel.moment);
  });

  it('is in the picture', async () => {
    const panel = await show({ openSections: [] });
    const board = await untilDrawn(panel);
    expect(panel.shadowRoot?.querySelector('metric-chart')).toBeNull();
    const picture = await createImageBitmap(await panel.exportPng());
    expect(picture.width).toBeGreaterThanOrEqual(board.chart.image()?.box.width ?? Number.POSITIVE_INFINITY);
  });
});
