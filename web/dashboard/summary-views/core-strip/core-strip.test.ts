import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Series } from '../../../../shared/protocol/messages.ts';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { chartsContext, START_MS } from '../../../testing/charts-context.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import './core-strip.ts';
import type { CoreStrip } from './core-strip.ts';

const cores = (count: number): Series[] =>
  Array.from({ length: count }, (_, core) => ({
    name: `cpu.core.${core}`,
    label: `Core ${core}`,
    unit: 'percent',
    group: 'CPU',
    instance: `Core ${core}`,
  }));

async function show(rows: readonly (readonly (number | null)[])[], lang = 'en'): Promise<CoreStrip> {
  const { context, members } = chartsContext(cores(rows[0]?.length ?? 0), rows);
  return mount('core-strip', (strip) => {
    strip.lang = lang;
    Object.assign(strip, { context, members });
  });
}

const summaryOf = (strip: CoreStrip): string | undefined =>
  strip.shadowRoot?.querySelector<HTMLElement>('.summary')?.innerText.replaceAll(/\s+/g, ' ');
const cellsOf = (strip: CoreStrip): HTMLElement[] => [
  ...(strip.shadowRoot?.querySelectorAll<HTMLElement>('.cell') ?? []),
];
const heatOf = (cell: HTMLElement | undefined): number =>
  Number(cell && getComputedStyle(cell.querySelector('.heat') ?? cell, '::before').opacity);

afterEach(unmountAll);

describe('core-strip', () => {
  it('renders nothing by default', async () => {
    const strip = await mount('core-strip');
    expect(cellsOf(strip)).toEqual([]);
    await expectAccessible(strip);
  });

  it('has a named cell for each core, stronger for a higher load', async () => {
    const strip = await show([[0, 40, 100]]);
    expect(cellsOf(strip).map(heatOf)).toEqual([0, 0.4, 1]);
    expect(cellsOf(strip).map(({ innerText }) => innerText.replaceAll(/\s+/g, ' '))).toEqual([
      'Core 0 0.0 %',
      'Core 1 40.0 %',
      'Core 2 100.0 %',
    ]);
    expect(summaryOf(strip)).toMatch(/^3 cores: 46\.7 % on average, Core 2 busiest with 100\.0 %/);
    await expectAccessible(strip);
  });

  it('shows an unknown load as unknown, not as zero', async () => {
    const strip = await show([[null, 30]]);
    const [unknown] = cellsOf(strip);
    expect(unknown?.getAttribute('aria-label')).toBe('Core 0: not known');
    expect(unknown?.innerText).toContain('–');
    expect(getComputedStyle(unknown?.querySelector('.heat') ?? strip).borderTopStyle).toBe('dashed');
    expect(summaryOf(strip)).toMatch(/^2 cores: 30\.0 % on average/);
    await expectAccessible(strip);
  });

  it('fits 128 cores into 17 rem, and reads each on hover', async () => {
    const strip = await show([Array.from({ length: 128 }, (_, core) => core / 2)]);
    strip.style.width = '17rem';
    const cells = cellsOf(strip);
    expect(cells).toHaveLength(128);
    expect(strip.scrollWidth).toBeLessThanOrEqual(strip.clientWidth);
    const last = cells[127];
    if (last === undefined) throw new Error('no cell');
    await userEvent.hover(last);
    await strip.updateComplete;
    expect(strip.shadowRoot?.querySelector<HTMLElement>('.reading')?.innerText).toBe('Core 127: 63.5 %');
    await expectAccessible(strip);
  });

  it('is read with the arrow keys, core by core', async () => {
    const strip = await show([[10, 20, 30]]);
    const list = strip.shadowRoot?.querySelector<HTMLElement>('[role=listbox]');
    const read = (): string | null | undefined =>
      strip.shadowRoot?.getElementById(list?.getAttribute('aria-activedescendant') ?? '')?.ariaLabel;
    list?.focus();
    await expect.poll(read).toBe('Core 0: 10.0 %');
    const readings: unknown[] = [];
    for (const key of ['{ArrowRight}', '{End}', '{ArrowRight}', '{ArrowLeft}', '{Home}']) {
      await userEvent.keyboard(key);
      await strip.updateComplete;
      readings.push(read());
    }
    expect(readings).toEqual([
      'Core 1: 20.0 %',
      'Core 2: 30.0 %',
      'Core 2: 30.0 %',
      'Core 1: 20.0 %',
      'Core 0: 10.0 %',
    ]);
    await expectAccessible(strip);
    list?.blur();
    await strip.updateComplete;
    expect(list?.hasAttribute('aria-activedescendant')).toBe(false);
  });

  it('shows and names the time at the crosshair, and returns to the present', async () => {
    const strip = await show([
      [10, 20],
      [30, 40],
      [50, 60],
    ]);
    expect(summaryOf(strip)).not.toContain('at');
    strip.context?.crosshair?.moveTo(START_MS + 1000);
    await expect.poll(() => summaryOf(strip)).toMatch(/at Jan 1, .*14:03:01/);
    expect(cellsOf(strip).map(heatOf)).toEqual([0.3, 0.4]);
    strip.context?.crosshair?.moveTo(null);
    await expect.poll(() => cellsOf(strip).map(heatOf)).toEqual([0.5, 0.6]);
    expect(summaryOf(strip)).not.toContain('at Jan');
  });

  it('shows the selected time, and the end of a zoomed range', async () => {
    const strip = await show([[10], [30], [50]]);
    const { context } = strip;
    if (context === null) throw new Error('no context');
    strip.context = { ...context, selectedMs: START_MS };
    await expect.poll(() => cellsOf(strip).map(heatOf)).toEqual([0.1]);
    strip.context = { ...context, span: { fromMs: START_MS, toMs: START_MS + 1500 } };
    await expect.poll(() => cellsOf(strip).map(heatOf)).toEqual([0.3]);
  });

  it('speaks Chinese', async () => {
    const strip = await show([[10, 20]], 'zh-CN');
    await expect.poll(() => summaryOf(strip)).toMatch(/^2 个核心：平均 15\.0 %/);
    await expectAccessible(strip);
  });
});
