import { describe, expect, it } from 'vitest';
import { Observable } from './observable.ts';

describe('Observable', () => {
  it('reports changes only, until unfollowed', () => {
    const count = new Observable(1);
    const followed: number[] = [];
    const changes: number[] = [];
    const undo = [
      count.follow((value) => followed.push(value)),
      count.onChange((value) => changes.push(value)),
    ];
    for (const value of [1, 2, 2, 3]) count.set(value);
    for (const unfollow of undo) unfollow();
    count.set(4);
    expect([followed, changes, count.value]).toEqual([[1, 2, 3], [2, 3], 4]);
  });

  it('never reports an old value after a newer one', () => {
    const count = new Observable(0);
    const reported: number[] = [];
    count.onChange((value) => {
      if (value === 1) count.set(2);
    });
    count.onChange((value) => reported.push(value));
    count.set(1);
    expect(reported.at(-1)).toBe(2);
    expect(reported).not.toContain(1);
  });
});
