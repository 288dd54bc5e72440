import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { TimeWindow } from '../../../shared/time-window.ts';
import { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import type { RollingLine } from '../../charts/rolling-line.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import type { ChartAlerts } from './chart-alerts.ts';
import type { ChartSeries } from './chart-series.ts';
import { Crosshair } from './crosshair.ts';
import './metric-chart.ts';
import type { MetricChart } from './metric-chart.ts';

const START_MS = Date.UTC(2026, 0, 1, 12);
const SERIES: readonly ChartSeries[] = [
  { name: 'cpu.user', label: 'user', column: 0, hue: 'cpu', shade: 'first' },
  { name: 'cpu.system', label: 'system', column: 1, hue: 'cpu', shade: 'second' },
  { name: 'cpu.iowait', label: 'iowait', column: 2, hue: 'disk', shade: 'first' },
];
type Row = readonly (number | null)[];

/** User, system, iowait, and the whole. */
const rowOf = (second: number): Row => [second, 2 * second, 3 * second, 6 * second];
const ROWS: readonly Row[] = Array.from({ length: 10 }, (_, second) => rowOf(second));

function samplesOf(rows: readonly Row[]): TimeWindow {
  const samples = new TimeWindow(20, rows[0]?.length ?? 0);
  for (const [second, row] of rows.entries()) samples.push(START_MS + second * 1000, row);
  return samples;
}

async function show(attributes: Partial<MetricChart> = {}, rows = ROWS): Promise<MetricChart> {
  return mount('metric-chart', (chart) => {
    Object.assign(chart, {
      label: 'CPU',
      unit: 'percent',
      samples: samplesOf(rows),
      series: SERIES,
      arrangement: 'stacked',
      column: 3,
      points: 10,
      crosshair: new Crosshair(),
      ...attributes,
    });
    chart.style.width = '420px';
  });
}

/** The lines that are drawn while `act` runs, and until there is one. */
async function drawn(act: () => Promise<unknown>): Promise<RollingLine> {
  const draw = vi.spyOn(RollingLineChart.prototype, 'draw');
  await act();
  await expect.poll(() => draw.mock.calls.length).toBeGreaterThan(0);
  const [line] = draw.mock.calls.at(-1) ?? [];
  draw.mockRestore();
  if (line === undefined) throw new Error('nothing was drawn');
  return line;
}

async function shownAndDrawn(attributes: Partial<MetricChart> = {}, rows = ROWS): Promise<MetricChart> {
  let chart = document.createElement('metric-chart');
  await drawn(async () => {
    chart = await show(attributes, rows);
  });
  return chart;
}

async function push(chart: MetricChart, row: Row): Promise<void> {
  const { samples } = chart;
  samples?.push(samples.timestampAt(samples.length - 1) + 1000, row);
  chart.revision += 1;
  await chart.updateComplete;
}

const all = (chart: MetricChart, selector: string): HTMLElement[] => [
  ...(chart.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? []),
];
function one(chart: MetricChart, selector: string): HTMLElement {
  const [found] = all(chart, selector);
  if (found === undefined) throw new Error(`no ${selector}`);
  return found;
}
const textOf = (chart: MetricChart, selector: string): string =>
  one(chart, selector).textContent.replaceAll(/\s+/g, ' ').trim();
const legendOf = (chart: MetricChart): string[] =>
  all(chart, '.legend button').map(({ textContent }) => textContent.replaceAll(/\s+/g, ' ').trim());
const summaryOf = (chart: MetricChart): string => one(chart, 'canvas').ariaLabel ?? '';
const pressed = (chart: MetricChart): (string | null)[] =>
  all(chart, '.legend button').map(({ ariaPressed }) => ariaPressed);

afterEach(unmountAll);

describe('the legend', () => {
  it('reads the newest values, those of the crosshair while the reader points, and the newest again', async () => {
    const chart = await shownAndDrawn();
    expect(legendOf(chart)).toEqual(['user 9.0', 'system 18.0', 'iowait 27.0']);
    chart.crosshair?.moveTo(START_MS + 2000);
    await expect.poll(() => legendOf(chart)).toEqual(['user 2.0', 'system 4.0', 'iowait 6.0']);
    expect(textOf(chart, '.value')).toBe('12.0%');
    await push(chart, rowOf(11));
    expect(legendOf(chart)).toEqual(['user 2.0', 'system 4.0', 'iowait 6.0']);
    chart.crosshair?.moveTo(null);
    await expect.poll(() => legendOf(chart)).toEqual(['user 11.0', 'system 22.0', 'iowait 33.0']);
    await expectAccessible(chart);
  });

  it('isolates a series with a click or the Enter key, and shows all of them with another', async () => {
    const chart = await shownAndDrawn();
    const [user, system] = all(chart, '.legend button');
    expect((await drawn(async () => system?.click())).isolated).toBe(1);
    expect(pressed(chart)).toEqual(['false', 'true', 'false']);
    await expectAccessible(chart);
    user?.focus();
    expect((await drawn(() => userEvent.keyboard('{Enter}'))).isolated).toBe(0);
    expect(pressed(chart)).toEqual(['true', 'false', 'false']);
    expect((await drawn(() => userEvent.keyboard('{Enter}'))).isolated).toBeNull();
    expect(pressed(chart)).toEqual(['false', 'false', 'false']);
  });

  it('is reached from the chart with the Tab key, after its buttons', async () => {
    const chart = await show();
    chart.focus();
    const stops: string[] = [];
    for (let stop = 0; stop < 5; stop += 1) {
      stops.push(chart.shadowRoot?.activeElement?.closest('.legend, .tools, figure')?.className ?? '');
      await userEvent.tab();
    }
    expect(stops).toEqual(['stacked several', 'tools', 'legend', 'legend', 'legend']);
  });

  it('is not shown for a single series, whose title has its colour', async () => {
    const chart = await shownAndDrawn({ series: SERIES.slice(0, 1) });
    expect(all(chart, '.legend')).toEqual([]);
    expect(getComputedStyle(one(chart, '.label'), '::before').width).toBe('8px');
    chart.series = SERIES;
    await chart.updateComplete;
    expect(getComputedStyle(one(chart, '.label'), '::before').content).toBe('none');
  });

  it('has the colours of the lines, and in a chart of lines the shapes at their ends', async () => {
    const chart = await shownAndDrawn({ arrangement: 'lines' });
    const colours = (selector: string): string[] =>
      all(chart, selector).map((i) => getComputedStyle(i).color);
    expect(new Set(colours('canvas i')).size).toBe(3);
    expect(colours('.legend .swatch')).toEqual(colours('canvas i'));
    expect(all(chart, '.legend .swatch').map(({ classList }) => classList[1])).toEqual([
      'circle',
      'square',
      'triangle',
    ]);
    chart.arrangement = 'stacked';
    await chart.updateComplete;
    expect(all(chart, '.legend .swatch').map(({ classList }) => classList.length)).toEqual([1, 1, 1]);
  });

  it('points up and down where lines are mirrored', async () => {
    const [received, sent] = SERIES.map((series, index) => ({ ...series, isBelow: index === 1 }));
    const chart = await show({
      series: [received, sent].filter((series) => series !== undefined),
      arrangement: 'mirrored',
    });
    expect(legendOf(chart)).toEqual(['user ↑ 9.0', 'system ↓ 18.0']);
  });

  it('has units where they differ from value to value, or from that of the number', async () => {
    const chart = await show({ unit: 'bytes', headUnit: 'percent' }, [[2 ** 30, 3 * 2 ** 20, null, 40]]);
    expect(legendOf(chart)).toEqual(['user 1.00 GiB', 'system 3.00 MiB']);
    expect(textOf(chart, '.value')).toBe('40.0%');
  });

  it('is part of the picture of a chart', async () => {
    const chart = await shownAndDrawn();
    expect(chart.image()?.legend.map(({ text }) => text)).toEqual(legendOf(chart));
    expect(chart.image()?.legend.map(({ colour }) => colour)).toEqual(
      all(chart, 'canvas i').map((i) => getComputedStyle(i).color),
    );
  });
});

describe('nothing moves', () => {
  const boxes = (chart: MetricChart, selector: string): number[][] =>
    all(chart, selector).map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return [left, top, right, bottom];
    });
  const PLACES = '.label, .caption, .legend button, .legend b, .plot';

  it.each([
    ['percent', [0.1, 9.9, 99.96]],
    ['bytes', [1, 1023, 99.9 * 2 ** 30]],
    ['bytes/s', [1, 1023 * 2 ** 20, 9.99 * 2 ** 30]],
    ['count', [0, 0.99, 9999]],
  ] as const)('when values in %s change', async (unit, values) => {
    const chart = await shownAndDrawn({ unit, headUnit: 'percent', caption: '8 cores' });
    const [first, ...others] = values.map((value) => [value, value, value, 50]);
    await push(chart, first ?? []);
    const before = boxes(chart, PLACES);
    let reading = legendOf(chart)[0];
    for (const row of others) {
      await push(chart, row);
      expect(legendOf(chart)[0]).not.toBe(reading);
      reading = legendOf(chart)[0];
      expect(boxes(chart, PLACES), JSON.stringify(row)).toEqual(before);
    }
  });

  it('when the reader points, the values are old, the chart is hovered, or a series is looked at alone', async () => {
    const chart = await shownAndDrawn({ caption: '8 cores' });
    const places = '.label, .legend button, .plot';
    const before = boxes(chart, places);
    chart.crosshair?.moveTo(START_MS + 2000);
    await expect.poll(() => textOf(chart, '.caption')).toMatch(/^at /);
    expect(boxes(chart, places)).toEqual(before);
    chart.stale = true;
    await userEvent.hover(one(chart, 'figcaption'));
    all(chart, '.legend button')[0]?.click();
    await chart.updateComplete;
    expect(boxes(chart, places)).toEqual(before);
  });

  it('also with its nodes: each number is one text node, which stays', async () => {
    const chart = await shownAndDrawn();
    const nodes = (): Node[] => {
      const walker = document.createTreeWalker(one(chart, 'figure'), NodeFilter.SHOW_ALL);
      const found: Node[] = [];
      while (walker.nextNode()) found.push(walker.currentNode);
      return found;
    };
    const before = nodes();
    await push(chart, rowOf(11));
    expect(textOf(chart, '.number')).toBe('66.0');
    expect(nodes()).toEqual(before);
    expect(nodes().every((node, index) => node === before[index])).toBe(true);
  });
});

describe('the number', () => {
  it.each([
    [{ headValue: 'column' }, '54.0%', '12.0%'],
    [{ headValue: 'sum', column: -1 }, '54.0%', '12.0%'],
    [{ headValue: 'highest', column: -1 }, '27.0%', '6.0%'],
  ] as const)('is of %j, now and at the crosshair', async (attributes, now, then) => {
    const chart = await shownAndDrawn(attributes);
    expect(textOf(chart, '.value')).toBe(now);
    chart.crosshair?.moveTo(START_MS + 2000);
    await expect.poll(() => textOf(chart, '.value')).toBe(then);
  });

  it('is not known if a part of the sum is not, and is the highest of what is known', async () => {
    const rows = [
      [1, 2, 3, 6],
      [1, null, 3, null],
    ];
    const chart = await shownAndDrawn({ headValue: 'sum' }, rows);
    expect(textOf(chart, '.value')).toBe('–');
    expect(legendOf(chart)).toEqual(['user 1.0', 'system –', 'iowait 3.0']);
    chart.headValue = 'highest';
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('3.0%');
  });

  it('is the present one where the points are of steps, as are the values of the legend', async () => {
    const chart = await shownAndDrawn({ headValue: 'sum', currents: [1, 1, 1] });
    expect([textOf(chart, '.value'), ...legendOf(chart)]).toEqual([
      '3.0%',
      'user 1.0',
      'system 1.0',
      'iowait 1.0',
    ]);
    const draw = vi.spyOn(RollingLineChart.prototype, 'draw');
    chart.currents = [2, 1, null];
    await chart.updateComplete;
    expect([textOf(chart, '.value'), ...legendOf(chart)]).toEqual([
      '–',
      'user 2.0',
      'system 1.0',
      'iowait –',
    ]);
    Object.assign(chart, { headValue: 'column', column: SERIES[0]?.column });
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('2.0%');
    Object.assign(chart, { headValue: 'column', current: 42 });
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('42.0%');
    chart.crosshair?.moveTo(START_MS + 1000);
    await expect.poll(() => legendOf(chart)[0]).toBe('user 1.0');
    draw.mockRestore();
  });
});

describe('the caption', () => {
  const NOTICE = { level: 'trouble', text: 'over 10 % for 2 min' } as const;
  const LINE = { value: 10, level: 'trouble', label: '10' } as const;

  it('says facts, and what needs attention instead, with a shape, a word and a tint', async () => {
    const chart = await shownAndDrawn({ caption: '8 cores' });
    expect(textOf(chart, '.caption')).toBe('8 cores');
    expect(one(chart, 'figure').dataset['level']).toBeUndefined();
    for (const level of ['warning', 'trouble'] as const) {
      chart.notice = { ...NOTICE, level };
      await chart.updateComplete;
      expect(textOf(chart, '.caption')).toBe('over 10 % for 2 min');
      expect(one(chart, '.caption [role=img]').ariaLabel).toBe(level);
      expect(one(chart, 'figure').dataset['level']).toBe(level);
      expect(getComputedStyle(one(chart, 'figure'), '::before').width).toBe('3px');
      await expectAccessible(chart);
    }
    chart.notice = null;
    await chart.updateComplete;
    expect(textOf(chart, '.caption')).toBe('8 cores');
    expect(all(chart, '.caption svg')).toEqual([]);
  });

  it.each(['light', 'dark'])('tints the number that crossed the line, and no other: %s', async (scheme) => {
    document.body.style.colorScheme = scheme;
    const chart = await shownAndDrawn({ notice: NOTICE, thresholds: [LINE] });
    const isTinted = (): boolean => all(chart, '.number.over').length > 0;
    expect(isTinted()).toBe(true);
    await expectAccessible(chart);
    for (const other of [
      { notice: null },
      { thresholds: [{ ...LINE, value: 55 }] },
      { thresholds: [{ ...LINE, level: 'warning' as const }] },
      { headUnit: 'bytes' },
      { stale: true },
    ]) {
      Object.assign(chart, { notice: NOTICE, thresholds: [LINE], headUnit: null, stale: false, ...other });
      await chart.updateComplete;
      expect(isTinted(), JSON.stringify(other)).toBe(false);
    }
    Object.assign(chart, {
      stale: false,
      headUnit: null,
      headValue: 'highest',
      thresholds: [{ ...LINE, of: 0 }],
    });
    await chart.updateComplete;
    expect(isTinted(), 'another series crossed the line').toBe(false);
    chart.thresholds = [{ ...LINE, of: 2 }];
    await chart.updateComplete;
    expect(isTinted()).toBe(true);
    chart.crosshair?.moveTo(START_MS + 9000);
    await expect.poll(isTinted).toBe(false);
    document.body.style.colorScheme = '';
  });

  it('moves neither title nor number when it is tinted', async () => {
    const chart = await shownAndDrawn({ notice: null, thresholds: [LINE] });
    for (const size of ['1.25rem', '3rem']) {
      chart.style.setProperty('--mp-value-size', size);
      const places = (): number[] => [
        one(chart, '.label').getBoundingClientRect().top,
        one(chart, '.number').getBoundingClientRect().bottom -
          parseFloat(getComputedStyle(one(chart, '.number')).paddingBottom),
      ];
      chart.notice = null;
      await chart.updateComplete;
      const before = places();
      chart.notice = NOTICE;
      await chart.updateComplete;
      expect(all(chart, '.number.over')).toHaveLength(1);
      for (const [index, place] of places().entries())
        expect(Math.abs(place - (before[index] ?? 0)), `${size}, ${index}`).toBeLessThan(0.6);
    }
  });

  it('gives way to the time of what is read, or of the last value when that is old', async () => {
    const chart = await shownAndDrawn({ notice: NOTICE });
    chart.crosshair?.moveTo(START_MS + 2000);
    await expect.poll(() => textOf(chart, '.caption')).toMatch(/^at \d+:00:02$/);
    chart.crosshair?.moveTo(null);
    await expect.poll(() => textOf(chart, '.caption')).toBe('over 10 % for 2 min');
    chart.frozen = true;
    await chart.updateComplete;
    expect(textOf(chart, '.caption')).toMatch(/^at \d+:00:09$/);
    // What was the matter in a stretch of the past.
    chart.span = { fromMs: START_MS, toMs: START_MS + 5000 };
    await chart.updateComplete;
    expect(textOf(chart, '.caption')).toBe('over 10 % for 2 min');
    Object.assign(chart, { frozen: false, span: null, stale: true });
    await chart.updateComplete;
    expect(textOf(chart, '.caption')).toMatch(/^at \d+:00:09$/);
    expect(one(chart, 'figure').dataset['level']).toBeUndefined();
    await expectAccessible(chart);
  });
});

describe('the plot', () => {
  it('is drawn of all series, with thresholds and, over a stack of steps, its peaks', async () => {
    const samples = new TimeWindow(20, 12);
    for (const [minute, row] of ROWS.entries()) {
      const values = row.map(Number);
      samples.push(START_MS + minute * 60_000, [
        ...values,
        ...values.map((value) => value / 2),
        ...values.map((value) => value * 2),
      ]);
    }
    const asked: Partial<MetricChart> = {
      samples,
      spread: 4,
      intervalMs: 60_000,
      thresholds: [{ value: 20, level: 'warning', label: '20', of: 1 }],
    };
    const line = await drawn(() => show(asked));
    expect(line).toMatchObject({
      arrangement: 'stacked',
      isolated: null,
      thresholds: asked.thresholds,
    });
    expect(line.series.map(({ hue, shade }) => `${hue} ${shade}`)).toEqual([
      'cpu first',
      'cpu second',
      'disk first',
    ]);
    expect(line.series.map(({ points }) => points.at(-1)?.y)).toEqual([9, 18, 27]);
    expect(line.peaks?.at(-1)).toMatchObject({ y: 54, high: 108 });
    unmountAll();
    // The highest of the number are not those of the stack, if it is in another unit.
    expect((await drawn(() => show({ ...asked, headUnit: 'bytes' }))).peaks).toBeNull();
  });

  it('has alerts of the number only if its axis is of their unit', async () => {
    const alerts: ChartAlerts = {
      overlay: { axisValues: () => [], drawBelow: () => {}, drawAbove: () => {} },
      textOf: () => 'over 90 %',
      summaryOf: (summary) => summary,
    };
    expect((await drawn(() => show({ alerts }))).overlay).toBe(alerts.overlay);
    unmountAll();
    expect((await drawn(() => show({ alerts, unit: 'bytes', headUnit: 'percent' }))).overlay).toBeNull();
  });

  it('leaves out series of which nothing is known, and their thresholds', async () => {
    const rows = ROWS.map(([user, , iowait, whole]) => [user ?? null, null, iowait ?? null, whole ?? null]);
    const thresholds = [0, 1, 2].map((of) => ({ value: 1, level: 'warning', label: `${of}`, of }) as const);
    const line = await drawn(() => show({ thresholds }, rows));
    expect(line.series.map(({ points }) => points.at(-1)?.y)).toEqual([9, 27]);
    expect(line.thresholds.map(({ label, of }) => [label, of])).toEqual([
      ['0', 0],
      ['2', 1],
    ]);
    unmountAll();
    const chart = await show({
      series: SERIES.map((series, at) => (at === 1 ? { ...series, column: -1 } : series)),
    });
    expect(legendOf(chart)).toEqual(['user 9.0', 'iowait 27.0']);
  });

  it('has a dot of the crosshair on every line, as they are arranged, and is not drawn again', async () => {
    const chart = await shownAndDrawn();
    const draw = vi.spyOn(RollingLineChart.prototype, 'draw');
    const tops = (): number[] =>
      all(chart, '.dot:not([hidden])').map(({ style }) => Number.parseFloat(style.top));
    chart.crosshair?.moveTo(START_MS + 5000);
    await expect.poll(() => tops().length).toBe(3);
    const [first = 0, second = 0, third = 0] = tops();
    // 5, 15 and 30.
    expect((first - third) / (first - second)).toBeCloseTo(2.5, 1);
    expect(draw).not.toHaveBeenCalled();
    draw.mockRestore();
    all(chart, '.legend button')[2]?.click();
    await expect.poll(() => tops()).toEqual([third]);
    chart.crosshair?.moveTo(null);
    await expect.poll(tops).toEqual([]);
  });

  it('has gaps where nothing is known, and says why', async () => {
    const rows = ROWS.map((row, second) =>
      second === 4 ? [null, null, null, null] : second === 6 ? [1, null, 1, 2] : row,
    );
    const line = await drawn(() => show({}, rows));
    expect(line.gaps.map(({ fromMs, toMs }) => [fromMs - START_MS, toMs - START_MS])).toEqual([[3000, 5000]]);
  });
});

it('the text alternative speaks of what needs attention, and of all series', async () => {
  const chart = await shownAndDrawn({ notice: { level: 'warning', text: 'busy for 3 min' } });
  expect(summaryOf(chart)).toBe(
    'CPU: 54.0 %, warning: busy for 3 min. Lowest 0.0 %, highest 54.0 % in 10 samples. ' +
      'user 9.0 % (0.0–9.0 %), system 18.0 % (0.0–18.0 %), iowait 27.0 % (0.0–27.0 %)',
  );
  Object.assign(chart, { headValue: 'highest', notice: null });
  await chart.updateComplete;
  expect(summaryOf(chart)).toMatch(/^CPU: 27\.0 %\. Lowest 0\.0 %, highest 27\.0 % in 10 samples\. user/);
});

it('a notice that only gets older does not rewrite the text alternative, and another level does', async () => {
  const chart = await shownAndDrawn({ notice: { level: 'warning', text: 'for 1 s' } });
  chart.notice = { level: 'warning', text: 'for 2 s' };
  await chart.updateComplete;
  expect(summaryOf(chart)).toContain('for 1 s');
  expect(textOf(chart, '.caption')).toBe('for 2 s');
  chart.notice = { level: 'trouble', text: 'for 3 s' };
  await chart.updateComplete;
  expect(summaryOf(chart)).toContain('trouble: for 3 s');
});

it('what its owner makes anew without a change makes no update, and what changes does', async () => {
  const made = (): Partial<MetricChart> => ({
    series: SERIES.map((series) => ({ ...series })),
    thresholds: [{ value: 10, level: 'warning', label: '10' }],
    notice: { level: 'warning', text: 'busy' },
    currents: [1, 2, null],
  });
  const chart = await shownAndDrawn(made());
  Object.assign(chart, made());
  expect(chart.isUpdatePending).toBe(false);
  const others = { series: null, thresholds: [], notice: null, currents: undefined };
  for (const [name, value] of Object.entries(others)) {
    Object.assign(chart, { [name]: value });
    expect(chart.isUpdatePending, name).toBe(true);
    await chart.updateComplete;
  }
});

it('the table of a chart has a column for each series', async () => {
  const rows = ROWS.map((row, second) => (second === 8 ? [1, null, 1, 2] : row));
  const chart = await show({}, rows);
  one(chart, '.tools button').click();
  const cells = (selector: string): string[] =>
    [...(one(chart, 'chart-table').shadowRoot?.querySelectorAll(selector) ?? [])].map(({ textContent }) =>
      textContent.trim(),
    );
  await expect.poll(() => all(chart, 'chart-table').length).toBe(1);
  await expect.poll(() => cells('thead th')).toEqual(['Time', 'user', 'system', 'iowait']);
  expect(cells('tbody td').slice(0, 6)).toEqual(['9.0 %', '18.0 %', '27.0 %', '1.0 %', 'not known', '1.0 %']);
  await expectAccessible(chart);
});

it('the strip is below the plot, as wide as it, and always as high', async () => {
  const chart = await shownAndDrawn();
  const strip = document.createElement('div');
  strip.slot = 'strip';
  chart.append(strip);
  const [above, below] = [one(chart, '.plot').getBoundingClientRect(), strip.getBoundingClientRect()];
  expect([below.left, below.right, below.height]).toEqual([above.left, above.right, 40]);
  expect(below.top).toBeGreaterThanOrEqual(above.bottom);
  chart.compact = true;
  await chart.updateComplete;
  expect(strip.getBoundingClientRect().height).toBe(0);
});

it('a plot that fills its card takes what is left of it, and in a row of cards all begin at one height', async () => {
  const chart = await shownAndDrawn();
  const plot = (): DOMRect => one(chart, '.plot').getBoundingClientRect();
  const before = plot();
  chart.style.height = '500px';
  expect([plot().top, plot().height]).toEqual([before.top, before.height]);
  chart.toggleAttribute('fill', true);
  expect(plot().top).toBe(before.top);
  expect(500 - plot().bottom + chart.getBoundingClientRect().top).toBeLessThan(20);
});

describe('a row', () => {
  const heightOf = (chart: MetricChart): number => chart.getBoundingClientRect().height;

  it('is what a narrow chart becomes if that is wanted: name, bare line and number in 60 px', async () => {
    let chart = document.createElement('metric-chart');
    const line = await drawn(async () => {
      chart = await show({ caption: '8 cores', row: true });
      chart.style.width = '340px';
      await expect.poll(() => heightOf(chart)).toBe(60);
    });
    expect(line.isBare).toBe(true);
    const [label, caption, plot, value] = ['.label', '.caption', '.plot', '.value'].map((selector) =>
      one(chart, selector).getBoundingClientRect(),
    );
    expect(label?.bottom).toBeLessThanOrEqual((caption?.top ?? 0) + 1);
    expect(caption?.right).toBeLessThanOrEqual(plot?.left ?? 0);
    expect(plot?.right).toBeLessThanOrEqual(value?.left ?? 0);
    expect(one(chart, '.legend').getBoundingClientRect().height).toBe(0);
    await expectAccessible(chart);
  });

  it('is a card where there is room, and where it is not wanted', async () => {
    const chart = await shownAndDrawn({ row: true });
    chart.style.width = '340px';
    await expect.poll(() => heightOf(chart)).toBe(60);
    chart.style.width = '700px';
    await expect.poll(() => heightOf(chart)).toBeGreaterThan(150);
    chart.style.width = '340px';
    chart.row = false;
    await expect.poll(() => heightOf(chart)).toBeGreaterThan(150);
  });
});

it.each([320, 390, 420, 640])('has no text outside of its card at %i px', async (width) => {
  await page.viewport(1000, 800);
  const chart = await show({ notice: { level: 'trouble', text: 'memory over 10 % for 2 min 41 s' } });
  chart.style.width = `${width}px`;
  const card = one(chart, 'figure').getBoundingClientRect();
  for (const { right, left } of all(chart, 'figcaption > *, .legend b, .plot').map((part) =>
    part.getBoundingClientRect(),
  )) {
    expect(right).toBeLessThanOrEqual(card.right);
    expect(left).toBeGreaterThanOrEqual(card.left);
  }
});
