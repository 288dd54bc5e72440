import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { TimeWindow } from '../../../shared/time-window.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './metric-chart.ts';
import type { MetricChart } from './metric-chart.ts';

const START_MS = new Date(2026, 0, 1, 14, 3, 0).getTime();

async function show(
  values: readonly (number | null | undefined)[],
  attributes: Partial<MetricChart> = {},
): Promise<MetricChart> {
  const samples = new TimeWindow(20, 1);
  for (const [second, value] of values.entries()) {
    if (value !== undefined) samples.push(START_MS + second * 1000, [value]);
  }
  return mount('metric-chart', (chart) => {
    Object.assign(chart, { label: 'CPU', unit: 'percent', selectable: true, samples, ...attributes });
    chart.style.width = '20rem';
  });
}

function button(chart: MetricChart): HTMLButtonElement {
  const found = chart.shadowRoot?.querySelector<HTMLButtonElement>('.tools button');
  if (!found) throw new Error('no button');
  return found;
}

const rowsOf = (chart: MetricChart): string[] => {
  const table = chart.shadowRoot?.querySelector('chart-table')?.shadowRoot;
  return [...(table?.querySelectorAll('tbody tr') ?? [])].map(({ textContent }) =>
    textContent.replaceAll(/\s+/g, ' ').trim(),
  );
};

afterEach(unmountAll);

describe('the table of a chart', () => {
  it('lists times and values, newest first, and follows the samples', async () => {
    const chart = await show([10, 20.04, 30]);
    expect(button(chart).ariaLabel).toBe('CPU as a table');
    expect(button(chart).ariaPressed).toBe('false');
    button(chart).click();
    await expect.poll(() => rowsOf(chart)).toEqual(['14:03:02 30.0 %', '14:03:01 20.0 %', '14:03:00 10.0 %']);
    expect(button(chart).ariaPressed).toBe('true');
    await expectAccessible(chart);
    chart.samples?.push(START_MS + 3000, [40]);
    chart.revision += 1;
    await expect.poll(() => rowsOf(chart)[0]).toBe('14:03:03 40.0 %');
    button(chart).click();
    await chart.updateComplete;
    expect(rowsOf(chart)).toEqual([]);
    expect(button(chart).ariaPressed).toBe('false');
  });

  it('keeps its number of nodes while samples come and go', async () => {
    const chart = await show(Array.from({ length: 20 }, (_, second) => second));
    button(chart).click();
    await expect.poll(() => rowsOf(chart).length).toBe(20);
    const body = (): Node | null =>
      chart.shadowRoot?.querySelector('chart-table')?.shadowRoot?.querySelector('tbody') ?? null;
    const before = body()?.childNodes.length;
    for (let second = 20; second < 60; second += 1) {
      chart.samples?.push(START_MS + second * 1000, [second]);
      chart.revision += 1;
      await chart.updateComplete;
    }
    await expect.poll(() => rowsOf(chart)[0]).toBe('14:03:59 59.0 %');
    expect(body()?.childNodes.length).toBe(before);
  });

  it('shows gaps in place, each with its reason, and unknown values within their gap', async () => {
    const chart = await show([10, undefined, undefined, 40, null, 60], {
      gaps: [{ from: 2, to: 3, fromMs: START_MS + 500, toMs: START_MS + 2500, reason: 'agent_restart' }],
    });
    button(chart).click();
    await expect
      .poll(() => rowsOf(chart))
      .toEqual([
        '14:03:05 60.0 %',
        'No samples, 14:03:03 to 14:03:05',
        '14:03:03 40.0 %',
        'Agent restarted, 14:03:00 to 14:03:03',
        '14:03:00 10.0 %',
      ]);
    await expectAccessible(chart);
  });

  it('shows a series without any known value as unknown', async () => {
    const chart = await show([null]);
    button(chart).click();
    await expect.poll(() => rowsOf(chart)).toEqual(['14:03:00 not known']);
  });

  it('shows the same stretch of time as the chart', async () => {
    const chart = await show([10, 20, 30, 40], { span: { fromMs: START_MS + 1000, toMs: START_MS + 2000 } });
    button(chart).click();
    // With the date, since it is not of today.
    await expect
      .poll(() => rowsOf(chart).map((row) => row.replace(/^Jan 1, (2026, )?/, '')))
      .toEqual(['14:03:02 30.0 %', '14:03:01 20.0 %']);
  });

  it('is reached, scrolled and left by keyboard, whose arrows select no other time', async () => {
    const chart = await show([10, 20, 30]);
    const chosen: number[] = [];
    chart.addEventListener('timeselect', ({ detail }) => chosen.push(detail));
    chart.focus();
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => rowsOf(chart)).toHaveLength(3);
    await userEvent.tab();
    const table = chart.shadowRoot?.activeElement;
    expect([table?.localName, table?.role, table?.ariaLabel]).toEqual([
      'chart-table',
      'region',
      'CPU as a table',
    ]);
    await userEvent.keyboard('{ArrowDown}{ArrowLeft}');
    expect(chosen).toEqual([]);
    await userEvent.tab({ shift: true });
    await userEvent.keyboard(' ');
    await chart.updateComplete;
    expect(rowsOf(chart)).toEqual([]);
  });

  it('shows its button on hover and focus, and never on a sparkline', async () => {
    const chart = await show([10, 20]);
    await userEvent.unhover(chart);
    expect(getComputedStyle(button(chart)).opacity).toBe('0');
    chart.focus();
    expect(getComputedStyle(button(chart)).opacity).toBe('1');
    chart.sparkline = true;
    await chart.updateComplete;
    expect(button(chart).offsetWidth).toBe(0);
  });

  it('lists mean, lowest and highest of steps, and the causes of gaps across all columns', async () => {
    const samples = new TimeWindow(20, 3);
    for (const minute of [0, 2, 4, 10])
      samples.push(START_MS + minute * 60_000, [20, 10, minute === 4 ? 97 : 30]);
    const gap = {
      from: 0,
      to: 0,
      fromMs: START_MS + 240_000,
      toMs: START_MS + 600_000,
      reason: 'clock_step',
    };
    const chart = await show([], {
      samples,
      spread: 1,
      intervalMs: 120_000,
      gaps: [gap],
      span: { fromMs: START_MS, toMs: START_MS + 600_000 },
    });
    button(chart).click();
    await expect
      .poll(() => rowsOf(chart).map((row) => row.replaceAll(/Jan 1, (2026, )?/g, '')))
      .toEqual([
        '14:13 20.0 %10.0 %30.0 %',
        'Clock was set forward, 14:07 to 14:13',
        '14:07 20.0 %10.0 %97.0 %',
        '14:05 20.0 %10.0 %30.0 %',
        '14:03 20.0 %10.0 %30.0 %',
      ]);
    const root = chart.shadowRoot?.querySelector('chart-table')?.shadowRoot;
    expect([...(root?.querySelectorAll('thead th') ?? [])].map((one) => one.textContent)).toEqual([
      'Time',
      'Mean',
      'Lowest',
      'Highest',
    ]);
    expect(root?.querySelector<HTMLTableCellElement>('td.gap')?.colSpan).toBe(4);
    await expectAccessible(chart);
  });
});
