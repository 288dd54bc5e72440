import { describe, expect, it } from 'vitest';
import { AlertOverlay, type AlertDrawing } from './alert-overlay.ts';
import type { Plot } from './overlay.ts';

const RED = [255, 0, 0];
const YELLOW = [255, 255, 0];
const LIMIT = { value: 90, isAbove: true, isTrouble: true, label: '' };

/** 100 × 100 pixels: a millisecond to a pixel, and a pixel for each of `max` / 100. */
function draw(
  drawing: Partial<AlertDrawing>,
  max = 100,
  values: readonly number[] = [80],
): (x: number, y: number) => number[] {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 100, height: 110 });
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('no canvas');
  const plot: Plot = {
    ctx,
    left: 0,
    right: 100,
    top: 0,
    bottom: 100,
    min: 0,
    max,
    isBare: false,
    fontSize: 11,
    xOf: (timestampMs) => timestampMs,
    yOf: (value) => 100 - (100 * value) / max,
    colours: { label: '#000000', warning: '#ffff00', trouble: '#ff0000' },
  };
  const overlay = new AlertOverlay({ limits: [], stretches: [], events: [], ...drawing });
  overlay.axisValues(values);
  overlay.drawBelow(plot);
  overlay.drawAbove(plot);
  return (x, y) => [...ctx.getImageData(x, y, 1, 1).data];
}
const colour = (pixel: readonly number[]): readonly number[] => pixel.slice(0, 3);
const alpha = (pixel: readonly number[]): number => pixel[3] ?? 0;

describe('the time in which an alert fired', () => {
  it('is tinted, below a tab and behind an edge that do not need the colour', () => {
    const pixel = draw({ stretches: [{ fromMs: 20, toMs: 60, isTrouble: true }] });
    expect(alpha(pixel(10, 50))).toBe(0);
    expect(alpha(pixel(40, 50))).toBeGreaterThan(20);
    expect(alpha(pixel(40, 50))).toBeLessThan(60);
    for (const shape of [pixel(40, 1), pixel(21, 50)]) {
      expect(colour(shape)).toEqual(RED);
      expect(alpha(shape)).toBe(255);
    }
    expect(alpha(pixel(70, 1))).toBe(0);
  });

  it('reaches the end of the chart while it goes on, and has no edge where it began before', () => {
    const pixel = draw({ stretches: [{ fromMs: -50, toMs: null, isTrouble: false }] });
    expect(colour(pixel(99, 1))).toEqual(YELLOW);
    expect(alpha(pixel(1, 50))).toBeLessThan(60);
  });

  it('shows however short it was, and nothing beyond the chart', () => {
    expect(alpha(draw({ stretches: [{ fromMs: 50, toMs: 50, isTrouble: true }] })(51, 50))).toBeGreaterThan(
      200,
    );
    const beyond = draw({ stretches: [{ fromMs: 150, toMs: null, isTrouble: true }] });
    expect(alpha(beyond(99, 1))).toBe(0);
  });
});

describe('a threshold', () => {
  it('is a dashed line where the axis has it', () => {
    const pixel = draw({ limits: [LIMIT] });
    const row = Array.from({ length: 100 }, (_, x) => alpha(pixel(x, 10)));
    expect(row.some((one) => one > 100)).toBe(true);
    expect(row.some((one) => one === 0)).toBe(true);
  });

  it('is not drawn off the axis', () => {
    const pixel = draw({ limits: [LIMIT] }, 50);
    for (let y = 0; y < 100; y += 1) expect(alpha(pixel(2, y))).toBe(0);
  });

  it.each([
    ['above', LIMIT, [10, 44]],
    ['below', { ...LIMIT, value: 10, isAbove: false }, [21, 80]],
  ])('%s is not drawn while the values are far from it', (_side, limit, values) => {
    const pixel = draw({ limits: [limit] }, 100, values);
    for (let y = 0; y < 100; y += 1) expect(alpha(pixel(2, y))).toBe(0);
  });

  it('stretches the axis once values reach half of it, and no sooner', () => {
    const overlay = new AlertOverlay({ limits: [LIMIT], stretches: [], events: [] });
    expect(overlay.axisValues([10, 44, null])).toEqual([]);
    expect(overlay.axisValues([10, 45])).toEqual([90]);
    expect(overlay.axisValues([95])).toEqual([]);
    expect(overlay.axisValues([])).toEqual([]);
  });
});

it('marks an event on the time axis', () => {
  const pixel = draw({ events: [{ atMs: 50, isTrouble: false }] });
  expect(colour(pixel(50, 102))).toEqual(YELLOW);
  expect(alpha(pixel(58, 102))).toBe(0);
});
