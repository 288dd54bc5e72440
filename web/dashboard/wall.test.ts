import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { only } from '../browser/documents.ts';
import '../elements/metrics-panel/metrics-panel.ts';
import { HeldClock } from '../testing/held-clock.ts';
import { unmountAll } from '../testing/mount.ts';
import { pretendState } from '../testing/pretend-alerts.ts';
import { driftAt, showOnWall } from './wall.ts';

const clock = new HeldClock();
let undo = (): void => {};

beforeEach(() => {
  const panel = document.createElement('metrics-panel');
  // Follows nobody.
  panel.src = 'no address';
  document.body.append(panel);
  undo = showOnWall(panel, pretendState(), clock);
});

afterEach(() => {
  undo();
  vi.restoreAllMocks();
  unmountAll();
});

const drift = (): string => document.documentElement.style.getPropertyValue('--drift');

it('moves the picture by at most 5 px, and a little each minute, and comes back', () => {
  const places = Array.from({ length: 200 }, (_, minutes) =>
    driftAt(minutes).split(' ').map(Number.parseFloat),
  );
  for (const [index, place] of places.entries())
    for (const [axis, at] of place.entries()) {
      expect(Math.abs(at)).toBeLessThanOrEqual(5);
      expect(Math.abs(at - ((places[index - 1] ?? place)[axis] ?? 0))).toBeLessThanOrEqual(2);
    }
  expect(new Set(places.map(String)).size).toBeGreaterThan(20);
});

it('drifts one step a minute', () => {
  expect(drift()).toBe('');
  clock.advance(60_000);
  const first = drift();
  expect(first).toBe(driftAt(1));
  clock.advance(60_000);
  clock.advance(60_000);
  expect(drift()).toBe(driftAt(3));
});

it('stands still for readers who want less motion', () => {
  const real = globalThis.matchMedia.bind(globalThis);
  vi.spyOn(globalThis, 'matchMedia').mockImplementation((query) =>
    query.includes('reduced-motion') ? real('all') : real(query),
  );
  clock.advance(60_000);
  expect(drift()).toBe('0 0');
});

it('shows a clock that goes on, the host, and whether its samples arrive', async () => {
  const head = only(document, 'wall-head');
  await expect.poll(() => head.shadowRoot?.querySelector('time')?.textContent).toMatch(/^\d\d:\d\d:\d\d$/);
  vi.spyOn(Date, 'now').mockReturnValue(new Date(2026, 0, 1, 14, 3, 22).getTime());
  clock.advance(1000);
  await head.updateComplete;
  expect(head.shadowRoot?.querySelector('time')?.textContent).toBe('14:03:22');
  expect(head.shadowRoot?.textContent).toContain('Here');
  expect(head.shadowRoot?.querySelector('connection-badge')).not.toBeNull();
});

it('leaves nothing behind', () => {
  clock.advance(60_000);
  undo();
  expect(document.querySelector('wall-head')).toBeNull();
  expect(document.documentElement.dataset['wall']).toBeUndefined();
  expect(drift()).toBe('');
  expect(clock.timerCount).toBe(0);
});
