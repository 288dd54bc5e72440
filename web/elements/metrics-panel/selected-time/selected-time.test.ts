import { afterEach, describe, expect, inject, it } from 'vitest';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { preferredLanguage } from '../../../locales/languages.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import type { MetricChart } from '../../metric-chart/metric-chart.ts';
import '../metrics-panel.ts';
import type { MetricsPanel } from '../metrics-panel.ts';
import { selectedTimeSummary } from './selected-time-view.ts';

async function show(tables = 'processes', metrics = 'cpu,memory'): Promise<MetricsPanel> {
  const panel = await mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
    element.metrics = metrics;
    element.tables = tables;
  });
  await expect.poll(() => chart(panel).samples?.length ?? 0).toBe(20);
  // Clicks need a drawn chart.
  const charts = [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])];
  await expect.poll(() => charts.every((one) => one.image() !== null)).toBe(true);
  return panel;
}

function chart(panel: MetricsPanel, metric = 'cpu'): MetricChart {
  const found = panel.shadowRoot?.querySelector<MetricChart>(`metric-chart[data-metric="${metric}"]`);
  if (!found) throw new Error(`no chart of ${metric}`);
  return found;
}

function sheet(panel: MetricsPanel): HTMLElement | null {
  return panel.shadowRoot?.querySelector('aside') ?? null;
}

function rowsOf(panel: MetricsPanel): string[] {
  const table = sheet(panel)?.querySelector('process-table')?.shadowRoot;
  return [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
    row.textContent.replaceAll(/\s+/g, ' ').trim(),
  );
}

async function clickOn(panel: MetricsPanel, metric: string, fraction: number): Promise<void> {
  // Clicks select only once the tables' part is loaded.
  await expect.poll(() => chart(panel, metric).selectable).toBe(true);
  const canvas = chart(panel, metric).shadowRoot?.querySelector('canvas');
  const { left = 0, top = 0, width = 0, height = 0 } = canvas?.getBoundingClientRect() ?? {};
  canvas?.dispatchEvent(
    new MouseEvent('click', {
      clientX: left + width * fraction,
      clientY: top + height / 2,
      bubbles: true,
      composed: true,
    }),
  );
  await panel.updateComplete;
}

async function press(
  target: EventTarget | null | undefined,
  key: string,
  panel: MetricsPanel,
): Promise<void> {
  target?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
  );
  await panel.updateComplete;
}

function said(panel: MetricsPanel): string {
  return panel.shadowRoot?.querySelector<HTMLElement>('[aria-live]')?.innerText ?? '';
}

afterEach(unmountAll);

describe('the selected time of metrics-panel', () => {
  it('shows the processes of the time that was clicked on any chart', async () => {
    const panel = await show();
    for (const metric of ['cpu', 'memory']) {
      await clickOn(panel, metric, 0.6);
      await expect
        .poll(() => sheet(panel)?.querySelector('strong')?.innerText ?? '')
        .toMatch(/^(CPU|Memory) at [\d:]+: [\d.]+ %$/);
      const { selectedMs } = chart(panel);
      expect(chart(panel, 'memory').selectedMs).toBe(selectedMs);
      await expect.poll(() => rowsOf(panel).length).toBeGreaterThan(0);
      const { table } = sheet(panel)?.querySelector('process-table') ?? {};
      expect(Math.abs((table?.timestampMs ?? 0) - (selectedMs ?? 0))).toBeLessThanOrEqual(5000);
      expect(rowsOf(panel).join()).toMatch(/\d %/);
      expect(said(panel)).toMatch(/^(CPU|Memory) at /);
    }
    await expectAccessible(panel);
  });

  it('keeps its rows while the charts move on, and leads back to the present', async () => {
    const panel = await show();
    await clickOn(panel, 'cpu', 0.4);
    // Tables have their own subscription.
    await expect.poll(() => rowsOf(panel)).not.toEqual([]);
    const before = rowsOf(panel);
    const { selectedMs } = chart(panel);
    await expect.poll(() => chart(panel).samples?.timestampAt(0) ?? 0).toBeGreaterThan(selectedMs ?? 0);
    expect(rowsOf(panel)).toEqual(before);
    sheet(panel)?.querySelector('button')?.click();
    await panel.updateComplete;
    expect(sheet(panel)).toBeNull();
    expect(chart(panel).selectedMs).toBeNull();
    expect(panel.shadowRoot?.activeElement).toBe(chart(panel));
  });

  it('follows the arrow keys, Escape and a click elsewhere', async () => {
    const panel = await show();
    const focused = (): Element | null | undefined => chart(panel).shadowRoot?.activeElement;
    await expect.poll(() => chart(panel).selectable).toBe(true);
    chart(panel).focus();
    await press(focused(), 'ArrowLeft', panel);
    const newest = chart(panel).selectedMs ?? 0;
    await press(focused(), 'ArrowLeft', panel);
    expect(chart(panel).selectedMs).toBeLessThan(newest);
    expect(said(panel)).toMatch(/^CPU at /);
    await press(focused(), 'Escape', panel);
    expect(sheet(panel)).toBeNull();
    await press(focused(), 'ArrowRight', panel);
    expect(sheet(panel)).not.toBeNull();
    document.body.click();
    await panel.updateComplete;
    expect(sheet(panel)).toBeNull();
  });

  it('returns the focus to its chart on Escape in the sheet, and ignores Escape in a dialog', async () => {
    const panel = await show();
    await clickOn(panel, 'cpu', 0.5);
    const dialog = document.createElement('dialog');
    panel.after(dialog);
    await press(dialog, 'Escape', panel);
    dialog.remove();
    expect(sheet(panel)).not.toBeNull();
    sheet(panel)?.querySelector('button')?.focus();
    await press(sheet(panel)?.querySelector('button'), 'Escape', panel);
    expect(sheet(panel)).toBeNull();
    expect(panel.shadowRoot?.activeElement).toBe(chart(panel));
  });

  it('ends with the stretch of time that it was selected in', async () => {
    const panel = await show();
    const samples = chart(panel).samples;
    panel.paused = true;
    await panel.updateComplete;
    panel.span = { fromMs: samples?.timestampAt(5) ?? 0, toMs: samples?.timestampAt(15) ?? 0 };
    await panel.updateComplete;
    await clickOn(panel, 'cpu', 0.5);
    expect(sheet(panel)).not.toBeNull();
    panel.span = null;
    await panel.updateComplete;
    await panel.updateComplete;
    expect(sheet(panel)).toBeNull();
  });

  it('has tables as far back as the charts go, whatever their interval', async () => {
    const panel = await mount('metrics-panel', (element) => {
      Object.assign(element, { src: inject('agentUrl'), tables: 'processes', interval: 1000 });
    });
    await expect.poll(() => chart(panel).samples?.length ?? 0).toBe(20);
    await expect.poll(() => chart(panel).image() !== null).toBe(true);
    // Near the left end: older than twenty samples of the agent's own interval.
    await clickOn(panel, 'cpu', 0.2);
    await expect.poll(() => rowsOf(panel).length).toBeGreaterThan(0);
    const { table } = sheet(panel)?.querySelector('process-table') ?? {};
    expect(Math.abs((table?.timestampMs ?? 0) - (chart(panel).selectedMs ?? 0))).toBeLessThanOrEqual(5000);
  });

  it('says so if the agent has no such table, and shows the charts', async () => {
    const panel = await show('martians');
    await clickOn(panel, 'cpu', 0.6);
    expect(sheet(panel)?.innerText).toContain('This agent keeps no table of martians.');
    expect(panel.shadowRoot?.querySelector('.notice')).toBeNull();
    await expectAccessible(panel);
  });

  it('opens no sheet while the pointer moves over a chart: all charts mark the time', async () => {
    const panel = await show('', 'cpu,memory');
    const canvas = chart(panel).shadowRoot?.querySelector('canvas');
    const { left = 0, top = 0, width = 0, height = 0 } = canvas?.getBoundingClientRect() ?? {};
    const at = { clientX: left + width * 0.7, clientY: top + height / 2 };
    canvas?.dispatchEvent(new PointerEvent('pointermove', at));
    const marked = (): number =>
      [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])].filter(
        ({ shadowRoot }) => shadowRoot?.querySelector<HTMLElement>('.hair')?.hidden === false,
      ).length;
    await expect.poll(marked).toBe(2);
    expect(sheet(panel)).toBeNull();
    canvas?.dispatchEvent(new PointerEvent('pointerleave'));
    await expect.poll(marked).toBe(0);
    // Without tables no time can be selected: the keys read values.
    chart(panel).focus();
    await press(chart(panel).shadowRoot?.activeElement, 'ArrowLeft', panel);
    await expect.poll(marked).toBe(2);
    expect(said(panel)).toMatch(/^CPU at [\d:]+: [\d.]+ %$/);
  });

  it('shows the newest rows in their section otherwise', async () => {
    const panel = await mount('metrics-panel', (element) => {
      element.src = inject('agentUrl');
      element.sections = true;
      element.tables = 'processes';
    });
    const live = () =>
      panel.shadowRoot?.querySelector<HTMLElementTagNameMap['process-table']>('details process-table');
    await expect.poll(() => live()?.table?.rows.length ?? 0).toBeGreaterThan(0);
    const first = live()?.table?.seq;
    await expect.poll(() => live()?.table?.seq).not.toBe(first);
    await expectAccessible(panel);
  });
});

it('the summary of a selected time tells rows of the same name apart, and says whose second they are if it is another', () => {
  const columns = [
    { name: 'name', label: 'Name', unit: 'text' },
    { name: 'cpu', label: 'CPU', unit: 'percent' },
    { name: 'unit', label: 'Unit', unit: 'text', tellsApart: true },
  ];
  const descriptor = { name: 'p', label: 'Processes', group: '', help: '', source: '', columns };
  const rows = [
    ['node', 9, 'shop.service'],
    ['node', 8, 'mail.service'],
    ['cron', 7, 'cron.service'],
  ];
  const table = { table: 'p', seq: 1, timestampMs: 0, rows };
  const summaryAt = (timestampMs: number): string =>
    selectedTimeSummary(timestampMs, [{ name: 'p', descriptor, table, isComing: false }], {
      language: preferredLanguage(['en']),
      timeOf: (time) => `second ${Math.floor(time / 1000)}`,
    });
  const spoken = 'node shop.service 9.0 %, node mail.service 8.0 %, cron 7.0 %.';
  expect(summaryAt(400)).toBe(`Processes: ${spoken}`);
  expect(summaryAt(3000)).toBe(`Processes at second 0: ${spoken}`);
});
