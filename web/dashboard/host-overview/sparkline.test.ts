import { render } from 'lit';
import { expect, it } from 'vitest';
import { POINTS } from './host-readings.ts';
import { sparkline, topOf } from './sparkline.ts';

function pathOf(values: Float32Array | undefined, isDown = false): string {
  const root = document.createElement('div');
  render(sparkline(values, 'cpu', { max: 100, isDown }), root);
  return root.querySelector('path:last-of-type')?.getAttribute('d') ?? '';
}
const lineOf = (...last: number[]): Float32Array => {
  const values = new Float32Array(POINTS).fill(Number.NaN);
  values.set(last, POINTS - last.length);
  return values;
};

it('draws a line up to the right edge, interrupted where nothing is known', () => {
  expect(pathOf(lineOf(0, 50, Number.NaN, 100))).toBe('M56 99L57 51M59 3');
  expect(pathOf(undefined)).toBe('');
});

it('leaves room after the last picture of a host that is down', () => {
  expect(pathOf(lineOf(0, 0), true)).toBe('M41.8 99L42.5 99');
});

it('keeps its scale while values stay near', () => {
  expect(topOf([lineOf(3)], 20)).toBe(20);
  expect(topOf([lineOf(21, 48)], 20)).toBe(50);
  expect(topOf([lineOf(51), undefined], 20)).toBe(100);
});
