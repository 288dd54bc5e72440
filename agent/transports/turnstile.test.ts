import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

describe('A turnstile', () => {
  it('lets work in at once while there is room in the turn', () => {
    const done: number[] = [];
    const turnstile = new Turnstile(() => 0);
    turnstile.enter(() => done.push(1));
    turnstile.enter(() => done.push(2));
    expect(done).toEqual([1, 2]);
  });

  it('leaves what is too much to the next turns, in the order of arrival', async () => {
    let nowMs = 0;
    const done: number[] = [];
    const turnstile = new Turnstile(() => nowMs);
    for (const task of [1, 2, 3, 4]) {
      turnstile.enter(() => {
        done.push(task);
        nowMs += 3;
      });
    }
    expect(done).toEqual([1, 2]);
    await nextTurn();
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('does work that arrives while others wait after them', async () => {
    let nowMs = 0;
    const done: string[] = [];
    const turnstile = new Turnstile(() => nowMs);
    turnstile.enter(() => (nowMs += 10));
    turnstile.enter(() => {
      done.push('first');
      turnstile.enter(() => done.push('last'));
    });
    turnstile.enter(() => done.push('second'));
    await nextTurn();
    expect(done).toEqual(['first', 'second', 'last']);
  });
});
