import { describe, expect, it } from 'vitest';
import { HostLines, type HostLine } from './host-lines.ts';
import { reducePoints } from './reduce.ts';
import type { Plot } from './overlay.ts';

const WIDTH = 200;
const HEIGHT = 100;

function line(part: Partial<HostLine>): HostLine {
  return {
    points: [],
    gapMs: 1500,
    colour: 'rgb(255, 0, 0)',
    shape: 'square',
    isDashed: false,
    isFaint: false,
    ...part,
  };
}

/** Draws over 10 s, values 0 to 100, and returns how red a place is, 0 to 255. */
function drawn(lines: readonly HostLine[]): (timestampMs: number, value: number) => number {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('no canvas');
  const xOf = (timestampMs: number): number => (timestampMs / 10_000) * WIDTH;
  const yOf = (value: number): number => HEIGHT - value;
  const colours = { label: '', warning: '', trouble: '' };
  const edges = { left: 0, right: WIDTH, top: 0, bottom: HEIGHT, min: 0, max: 100 };
  const plot: Plot = { ctx, ...edges, xOf, yOf, isBare: false, colours, fontSize: 11 };
  new HostLines(lines, 0, 10_000, reducePoints).drawAbove(plot);
  return (timestampMs, value) => {
    const { data } = ctx.getImageData(Math.floor(xOf(timestampMs)), Math.floor(yOf(value)), 1, 1);
    return ((data[0] ?? 0) * (data[3] ?? 0)) / 255;
  };
}

describe('lines of several hosts', () => {
  it('are drawn each in its colour, with a mark at its end, and not across gaps or unknown values', () => {
    const flat = (y: number, ...seconds: number[]) => seconds.map((second) => ({ x: second * 1000, y }));
    const at = drawn([
      line({ points: [...flat(50, 0, 1, 2, 3), ...flat(50, 6, 7)] }),
      line({
        points: [...flat(20, 0, 1), { x: 2000, y: Number.NaN }, ...flat(20, 3, 4)],
        colour: 'rgb(0, 0, 255)',
      }),
    ]);
    expect(at(1500, 50)).toBeGreaterThan(100);
    expect(at(4500, 50)).toBe(0);
    expect(at(6500, 50)).toBeGreaterThan(100);
    // The mark is wider than the line.
    expect([at(7000, 53), at(6000, 53)]).toEqual([255, 0]);
    expect(at(500, 20)).toBe(0);
    expect(at(9000, 50)).toBe(0);
  });

  it('have room on the axis for what is shown of them', () => {
    const points = [
      { x: -5000, y: 900 },
      { x: 1000, y: 5 },
      { x: 2000, y: Number.NaN },
    ];
    expect(new HostLines([line({ points })], 0, 10_000, reducePoints).axisValues()).toEqual([5]);
  });
});
