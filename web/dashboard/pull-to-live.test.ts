import { afterEach, expect, it } from 'vitest';
import { unmountAll } from '../testing/mount.ts';
import { followPull } from './pull-to-live.ts';

let leave = (): void => {};
afterEach(() => {
  leave();
  unmountAll();
});

const hint = (): string | undefined => document.querySelector('.pull-hint')?.textContent;

function follow(isAway: boolean): { wentLive: number } {
  const seen = { wentLive: 0 };
  leave = followPull(
    { isAway, goLive: () => (seen.wentLive += 1) },
    { pullForNewest: 'Pull', letGo: 'Let go' },
  );
  return seen;
}
function touch(type: string, x: number, y: number): void {
  const touches = [new Touch({ identifier: 1, target: document.body, clientX: x, clientY: y })];
  document.body.dispatchEvent(
    new TouchEvent(type, { bubbles: true, composed: true, touches: type === 'touchend' ? [] : touches }),
  );
}

it('goes back to the present once the page was pulled far enough, and says when that is', () => {
  const seen = follow(true);
  touch('touchstart', 50, 100);
  touch('touchmove', 50, 105);
  expect(hint()).toBeUndefined();
  touch('touchmove', 50, 150);
  expect(hint()).toBe('Pull');
  touch('touchmove', 50, 220);
  expect(hint()).toBe('Let go');
  touch('touchend', 50, 220);
  expect([seen.wentLive, hint()]).toEqual([1, undefined]);
});

it('does nothing after too short a pull', () => {
  const seen = follow(true);
  touch('touchstart', 50, 100);
  touch('touchmove', 50, 220);
  touch('touchmove', 50, 140);
  expect(hint()).toBe('Pull');
  touch('touchend', 50, 140);
  expect([seen.wentLive, hint()]).toEqual([0, undefined]);
});

it('leaves the gesture alone in the present, and a finger that reads a chart sideways', () => {
  const live = follow(false);
  touch('touchstart', 50, 100);
  touch('touchmove', 50, 300);
  expect(hint()).toBeUndefined();
  touch('touchend', 50, 300);
  leave();
  const away = follow(true);
  touch('touchstart', 50, 100);
  touch('touchmove', 90, 110);
  touch('touchmove', 90, 300);
  touch('touchend', 90, 300);
  expect([live.wentLive, away.wentLive]).toEqual([0, 0]);
});

it('is for the top of the page only', () => {
  const tall = document.createElement('div');
  tall.style.height = '300vh';
  document.body.append(tall);
  scrollTo(0, 200);
  const seen = follow(true);
  touch('touchstart', 50, 100);
  touch('touchmove', 50, 300);
  touch('touchend', 50, 300);
  expect(seen.wentLive).toBe(0);
});
