import { afterEach, describe, expect, it } from 'vitest';
import type { Series } from '../../../../shared/protocol/messages.ts';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { chartsContext, START_MS } from '../../../testing/charts-context.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import './filesystem-bars.ts';
import type { FilesystemBars } from './filesystem-bars.ts';

const GIB = 1024 ** 3;
type Values = readonly (number | null)[];

function seriesOf(part: string, mountPoint: string): Series[] {
  return ['used', 'usedBytes', 'availableBytes', 'totalBytes', 'inodes'].map((metric) => ({
    name: `filesystem.${part}.${metric}`,
    label: metric,
    unit: metric.endsWith('Bytes') ? 'bytes' : 'percent',
    group: 'Filesystems',
    instance: mountPoint,
  }));
}

async function show(
  mounts: Readonly<Record<string, readonly Values[]>>,
  width = '60rem',
): Promise<FilesystemBars> {
  const series = Object.keys(mounts).flatMap((mountPoint, index) => seriesOf(String(index), mountPoint));
  const count = Object.values(mounts)[0]?.length ?? 0;
  const rows = Array.from({ length: count }, (_, row) =>
    Object.values(mounts).flatMap((values) => values[row] ?? []),
  );
  const { context, members } = chartsContext(series, rows);
  return mount('filesystem-bars', (bars) => {
    bars.style.width = width;
    Object.assign(bars, { context, members });
  });
}

const rowsOf = (bars: FilesystemBars): string[] =>
  [...(bars.shadowRoot?.querySelectorAll('li') ?? [])].map(({ innerText }) =>
    innerText.replaceAll(/\s+/g, ' ').trim(),
  );

afterEach(unmountAll);

describe('filesystem-bars', () => {
  it('renders nothing by default', async () => {
    const bars = await mount('filesystem-bars');
    expect(rowsOf(bars)).toEqual([]);
    await expectAccessible(bars);
  });

  it('has a row per mount point whose values add up: the share is of used plus available space, the rest is reserved', async () => {
    const bars = await show({
      '/': [[28.2, 28.6 * GIB, 72.8 * GIB, 252 * GIB, 2.7]],
      '/home': [[50, GIB, GIB, 2 * GIB, null]],
    });
    expect(rowsOf(bars)).toEqual([
      '/ 28.2 % 28.6 GiB of 101 GiB used 72.8 GiB available 151 GiB of 252 GiB in reserve',
      '/home 50.0 % 1.00 GiB of 2.00 GiB used 1.00 GiB available',
    ]);
    const meters = [...(bars.shadowRoot?.querySelectorAll('[role=meter]') ?? [])];
    expect(meters.map(({ ariaLabel, ariaValueText }) => [ariaLabel, ariaValueText])).toEqual([
      ['/', '28.2 %'],
      ['/home', '50.0 %'],
    ]);
    const reserves = [...(bars.shadowRoot?.querySelectorAll<HTMLElement>('.reserve') ?? [])];
    expect(reserves.map(({ title }) => title)).toEqual([expect.stringContaining('administrator')]);
    const [, half] = meters;
    const fill = Number.parseFloat(getComputedStyle(half ?? bars, '::before').width);
    expect(fill / (half?.clientWidth ?? 0)).toBeCloseTo(0.5, 2);
    await expectAccessible(bars);
  });

  it('warns in text and by shape when space or inodes are nearly used up', async () => {
    const bars = await show({
      '/': [[95, 95, 5, 100, 10]],
      '/tmp': [[10, 10, 90, 100, 99]],
      '/home': [[89.9, 90, 10, 100, 10]],
    });
    const [full, out, fine] = rowsOf(bars);
    expect(full).toContain('Nearly full');
    expect(out).toContain('99.0 % of its inodes used');
    expect(out).not.toContain('Nearly full');
    expect(fine).not.toMatch(/Nearly|inodes/);
    const bar = bars.shadowRoot?.querySelector('[role=meter]') ?? bars;
    expect(getComputedStyle(bar, '::before').backgroundImage).toContain('repeating-linear-gradient');
    expect(bars.shadowRoot?.querySelectorAll('.warning svg')).toHaveLength(2);
    await expectAccessible(bars);
  });

  it.each(['17rem', '46rem', '60rem', '90rem'])(
    'leaves room for the bars at a width of %s',
    async (width) => {
      const bars = await show({ '/': [[25, 25, 75, 100, 10]] }, width);
      const widthOf = (selector: string): number =>
        bars.shadowRoot?.querySelector(selector)?.getBoundingClientRect().width ?? 0;
      expect(widthOf('.bar') / widthOf('li')).toBeGreaterThan(0.2);
    },
  );

  it('shows unknown values as unknown', async () => {
    const bars = await show({ '/': [[null, null, null, null, null]] });
    expect(rowsOf(bars)).toEqual(['/ not known – of – used – available']);
    await expectAccessible(bars);
  });

  it('follows the crosshair, and fits a narrow column despite a hostile mount point', async () => {
    const hostile = `/<img src=x onerror=alert(1)>${'x'.repeat(300)}`;
    const bars = await show(
      {
        [hostile]: [
          [10, 1, 9, 10, 1],
          [20, 2, 8, 10, 1],
        ],
      },
      '17rem',
    );
    bars.context?.crosshair?.moveTo(START_MS);
    await expect.poll(() => rowsOf(bars)[0]).toContain('10.0 %');
    expect(bars.shadowRoot?.querySelector<HTMLElement>('.as-of')?.innerText).toMatch(
      /^at Jan 1, .*14:03:00$/,
    );
    expect(bars.scrollWidth).toBeLessThanOrEqual(bars.clientWidth);
    expect(bars.shadowRoot?.querySelector('img')).toBeNull();
    await expectAccessible(bars);
  });
});
