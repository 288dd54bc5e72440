import { afterEach, expect, it } from 'vitest';
import { followZoomGestures } from './zoom-gesture.ts';

afterEach(() => document.body.replaceChildren());

function follow() {
  const area = document.createElement('div');
  const chart = document.createElement('div');
  // As the gestures see a chart: by its name and its times.
  const plotted = document.createElement('metric-chart');
  Object.assign(plotted, { timeAt: (x: number) => 1_000_000 + x, crosshair: null, intervalMs: 1000 });
  const canvas = document.createElement('canvas');
  plotted.append(canvas);
  chart.append(plotted);
  area.append(chart);
  document.body.append(area);
  const seen: string[] = [];
  canvas.addEventListener('click', () => seen.push('click'));
  followZoomGestures(area, {
    started: () => {},
    marked: () => {},
    ended: (range) => seen.push(range === null ? 'nothing' : `${range.toMs - range.fromMs} ms`),
    out: () => seen.push('out'),
  });
  const send = (type: string, clientX: number, detail: number): void => {
    const buttons = type === 'pointerup' ? 0 : 1;
    const init = { bubbles: true, composed: true, clientX, detail };
    const pointer = { ...init, isPrimary: true, pointerType: 'mouse', pointerId: 1, buttons };
    canvas.dispatchEvent(
      type.startsWith('pointer') ? new PointerEvent(type, pointer) : new MouseEvent(type, init),
    );
  };
  return {
    seen,
    /** @param count which click in this place it is, as the browser counts */
    click: (count: number): void => {
      send('pointerdown', 100, 0);
      send('pointerup', 100, 0);
      send('click', 100, count);
      if (count === 2) send('dblclick', 100, 2);
    },
    drag: (count: number): void => {
      send('pointerdown', 90, 0);
      send('pointermove', 100, 0);
      send('pointerup', 100, 0);
      send('click', 100, count);
      if (count === 2) send('dblclick', 100, 2);
    },
  };
}

it('a double click leads out, and a drag is no click', () => {
  const { seen, click, drag } = follow();
  click(1);
  click(2);
  drag(1);
  expect(seen).toEqual(['click', 'click', 'out', '10 ms']);
});

it('a tap right after a short drag in the same place selects, and does not undo the zoom', () => {
  const { seen, click, drag } = follow();
  drag(1);
  click(2);
  expect(seen).toEqual(['10 ms', 'click']);
  click(1);
  click(2);
  expect(seen.slice(2)).toEqual(['click', 'click', 'out']);
});

it('nor is a click and a drag after it, or two drags in one place, a double click', () => {
  const { seen, click, drag } = follow();
  click(1);
  drag(2);
  drag(1);
  drag(2);
  expect(seen).toEqual(['click', '10 ms', '10 ms', '10 ms']);
});
