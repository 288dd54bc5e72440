import { afterEach, describe, expect, it, vi } from 'vitest';
import { valueAxis } from './axes.ts';
import { RollingLineChart } from './rolling-line-chart.ts';
import type { RollingLine } from './rolling-line.ts';
import type { Hue } from './series.ts';
import { drawnSeries, oneLine } from './testing/one-line.ts';
import { plainLabels } from './testing/plain-labels.ts';

const COLOURS = ['#ff0000', '#00ff00', '#0000ff'];

interface Drawn {
  /** Names of the colours at a time (s) and a value, in a square of `reach` pixels around it. */
  readonly at: (second: number, value: number, reach?: number) => readonly string[];
  readonly alphaAt: (second: number, value: number) => number;
  readonly chart: RollingLineChart;
}

/** Series of constant values over 0 to 10 s, or with a value for each second. */
function draw(
  values: readonly (number | readonly number[])[],
  changes: Partial<RollingLine> = {},
  hue: Hue = 'cpu',
): Drawn {
  const box = document.createElement('div');
  box.style.cssText = 'position: relative; width: 400px; height: 200px';
  const canvas = document.createElement('canvas');
  canvas.style.cssText =
    'border: 0 solid #888888; text-decoration-color: #666666; caret-color: #ffffff; outline-color: #ff00ff; column-rule-color: #ffff00';
  for (const [index] of values.entries()) {
    const child = document.createElement('i');
    child.style.color = COLOURS[index] ?? '';
    canvas.append(child);
  }
  box.append(canvas);
  document.body.append(box);
  const series = values.map((value) =>
    drawnSeries(
      Array.from({ length: 11 }, (_, second) => ({
        x: second * 1000,
        y: typeof value === 'number' ? value : (value[second] ?? Number.NaN),
      })),
      { hue },
    ),
  );
  const line = oneLine([], { series, fromMs: 0, toMs: 10_000, ...changes });
  const chart = new RollingLineChart(canvas, plainLabels);
  chart.draw(line);
  const ratio = canvas.width / 400;
  const pixels = (second: number, value: number, reach: number): Uint8ClampedArray => {
    const place = chart.placeOf(second * 1000);
    if (place === null) throw new Error('off the plot');
    const { min, max } = line.axis;
    const y = place.bottom - ((value - min) / (max - min)) * (place.bottom - place.top);
    const ctx = canvas.getContext('2d');
    if (ctx === null) throw new Error('no context');
    const size = Math.max(1, Math.round(2 * reach * ratio));
    return ctx.getImageData(
      Math.round((place.x - reach) * ratio),
      Math.round((y - reach) * ratio),
      size,
      size,
    ).data;
  };
  const at = (second: number, value: number, reach = 2): readonly string[] => {
    const found = new Set<string>();
    const data = pixels(second, value, reach);
    for (let index = 0; index < data.length; index += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(index, index + 4);
      if (alpha < 150) continue;
      const name = {
        '255,0,0': 'red',
        '0,255,0': 'green',
        '0,0,255': 'blue',
        '255,255,0': 'yellow',
        '255,0,255': 'pink',
        '255,255,255': 'white',
      }[[red, green, blue].join(',')];
      if (name !== undefined) found.add(name);
    }
    return [...found];
  };
  return { at, alphaAt: (second, value) => pixels(second, value, 0.5)[3] ?? 0, chart };
}

afterEach(() => document.body.replaceChildren());

it('draws each series in the colour of the child of the canvas at its place', () => {
  const { at } = draw([20, 40, 60]);
  expect([at(5, 20), at(5, 40), at(5, 60)]).toEqual([['red'], ['green'], ['blue']]);
});

it('puts each series of a stack on those below, over areas of one alpha from top to bottom', () => {
  const { at, alphaAt } = draw([20, 40], { arrangement: 'stacked' });
  expect([at(5, 20), at(5, 40), at(5, 60)]).toEqual([['red'], [], ['green']]);
  expect(alphaAt(5, 2)).toBe(alphaAt(5, 17));
  expect([alphaAt(5, 10), alphaAt(5, 40)]).toEqual([51, 51]);
  expect(alphaAt(5, 80)).toBe(0);
});

it('fills memory less, since it is the largest area at rest', () => {
  expect(draw([20, 40], { arrangement: 'stacked' }, 'memory').alphaAt(5, 10)).toBe(33);
});

it('gives no outline to a layer of a stack that is thin, and one where it is not', () => {
  const { at } = draw([30, [1, 1, 1, 1, 1, 1, 20, 20, 20, 20, 20]], { arrangement: 'stacked' });
  expect(at(2, 31, 4)).toEqual(['red']);
  expect(at(8, 50)).toEqual(['green']);
});

it('draws what is below the zero line below it, in the same scale', () => {
  const upper = drawnSeries([0, 1, 2].map((second) => ({ x: second * 5000, y: 40 })));
  const { at, chart } = draw([40, 40], {
    series: [upper, { ...upper, isBelow: true }],
    gapMs: 6000,
    arrangement: 'mirrored',
    axis: { min: -50, max: 50, ticks: [-50, 0, 50] },
  });
  expect([at(5, 40), at(5, -40)]).toEqual([['red'], ['green']]);
  const { top = 0, bottom = 0, ys: [above = 0, below = 0] = [] } = chart.placeOf(5000) ?? {};
  expect((above ?? 0) - top).toBeCloseTo(bottom - (below ?? 0));
});

it('makes the series beside an isolated one faint', () => {
  const { at } = draw([20, 60], { isolated: 1 });
  expect([at(5, 20), at(5, 60)]).toEqual([[], ['green']]);
});

it('marks the ends of several lines by shape, with an edge in the colour of the card', () => {
  const { at } = draw([20, 60]);
  // 2.5 pixels to the left and up: a square has ink in its corner, a circle has not.
  const [left, up] = [0.063, 1.5];
  expect(at(10 - left, 60 + up, 0.5)).toEqual(['green']);
  expect(at(10 - left, 20 + up, 0.5)).not.toContain('red');
  expect(at(10, 20, 6)).toEqual(expect.arrayContaining(['red', 'white']));
});

describe('a curve over a threshold', () => {
  const trouble = { value: 50, level: 'trouble', label: '' } as const;
  const values = [20, 20, 20, 20, 80, 80, 80, 20, 20, 20, 20];

  it('takes its colour if it is alone', () => {
    const { at } = draw([values], { thresholds: [trouble] });
    expect([at(5, 80), at(1, 20)]).toEqual([['pink'], ['red']]);
  });

  it('keeps its own beside others, and gets an edge', () => {
    const { at, alphaAt } = draw([values, 80], { thresholds: [{ ...trouble, of: 0 }] });
    const edge = 1;
    expect(at(5, 80)).toContain('red');
    expect(alphaAt(5, 80 + edge)).toBeGreaterThan(60);
    expect(alphaAt(1, 80 + edge)).toBe(0);
    expect(alphaAt(1, 20 + edge)).toBe(0);
  });

  it('shows its line once the window reaches half of it', () => {
    const row = (value: number): boolean =>
      Array.from({ length: 40 }, (_, step) =>
        draw([value], { thresholds: [trouble] }).at(3 + step / 40, 50, 1),
      ).some((found) => found.includes('pink'));
    expect([row(24), row(26)]).toEqual([false, true]);
  });
});

it('dots the peaks over a stack of the past', () => {
  const peaks = Array.from({ length: 11 }, (_, second) => ({ x: second * 1000, y: 30, high: 70 }));
  const inks = (shown: Partial<RollingLine>): boolean => {
    const { alphaAt } = draw([30], { arrangement: 'stacked', peaks, ...shown });
    return Array.from({ length: 60 }, (_, step) => alphaAt(4 + step / 60, 70)).some((alpha) => alpha > 0);
  };
  expect([inks({ hasBand: true }), inks({ hasBand: false })]).toEqual([true, false]);
});

it('tells where each series is at the time of a sample', () => {
  const { chart } = draw(
    [
      [0, Number.NaN],
      [100, 100],
    ],
    { arrangement: 'lines' },
  );
  const { top = 0, bottom = 0, ys = [] } = chart.placeOf(0) ?? {};
  expect(ys).toEqual([bottom, top]);
  expect(chart.placeOf(1000)?.ys).toEqual([null, top]);
  expect(chart.placeOf(500)?.ys).toEqual([null, null]);
  expect(chart.placeOf(11_000)).toBeNull();
});

describe('labels', () => {
  /** What is written, and at which height. */
  function labelsOf(
    values: readonly (number | readonly number[])[],
    changes: Partial<RollingLine>,
  ): readonly (readonly [text: string, y: number])[] {
    const written = vi.spyOn(CanvasRenderingContext2D.prototype, 'fillText');
    draw(values, changes);
    const labels = written.mock.calls.map(([text, , y]) => [text, y] as const);
    written.mockRestore();
    return labels.filter(([text]) => !/^\d\d:/.test(text));
  }

  it('name the scale below zero where nothing is above it', () => {
    const series = [0, 40].map((value, index) =>
      drawnSeries(
        [0, 1, 2].map((second) => ({ x: second * 5000, y: value })),
        { isBelow: index === 1 },
      ),
    );
    const axis = valueAxis('percent', [0, -40], undefined, undefined);
    expect(labelsOf([0, 40], { series, arrangement: 'mirrored', axis }).map(([text]) => text)).toEqual([
      '40 percent',
    ]);
  });

  it('never meet: of two limits, the worse keeps its own', () => {
    const thresholds = [
      { value: 50, level: 'fact', label: '2 cores' },
      { value: 52, level: 'trouble', label: '2 per core' },
      { value: 48, level: 'warning', label: 'nearly' },
      { value: 99, level: 'warning', label: 'at the top' },
    ] as const;
    const labels = labelsOf([60], { thresholds });
    expect(labels.map(([text]) => text)).toEqual(expect.arrayContaining(['2 per core', 'at the top']));
    const heights = labels.map(([, y]) => y).toSorted((one, other) => one - other);
    for (const [index, height] of heights.entries())
      if (index > 0) expect(height - (heights[index - 1] ?? 0)).toBeGreaterThan(11);
  });
});

describe('a line with more points than pixels', () => {
  /** Calm: as wide as it is drawn. @param count of points over 10 s */
  function inkOf(count: number): number {
    const { chart } = draw([50]);
    const canvas = document.querySelector('canvas');
    const ctx = canvas?.getContext('2d');
    const points = Array.from({ length: count }, (_, index) => ({
      x: (10_000 * index) / (count - 1),
      y: 50,
    }));
    const axis = { min: 0, max: 100, ticks: [] };
    chart.draw(
      oneLine([], { series: [drawnSeries(points), drawnSeries([])], fromMs: 0, toMs: 10_000, axis }),
    );
    const place = chart.placeOf(points[Math.floor(count / 2)]?.x ?? 0);
    if (canvas === null || ctx === null || ctx === undefined || place === null) throw new Error('not drawn');
    const ratio = canvas.width / 400;
    const { data } = ctx.getImageData(Math.round(place.x * ratio), 0, 1, canvas.height);
    let ink = 0;
    for (let index = 0; index < data.length; index += 4) if (data[index] === 255) ink += data[index + 3] ?? 0;
    return ink / 255 / ratio;
  }

  it('is a pixel wide, others one and a half', () => {
    expect(inkOf(11)).toBeCloseTo(1.5, 1);
    document.body.replaceChildren();
    expect(inkOf(5000)).toBeCloseTo(1, 1);
  });
});
