import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

it('who asks while a task is under way is told what was begun after they asked, and shares it', async () => {
  const begun: ((value: number) => void)[] = [];
  const ask = oneAtATime(() => new Promise<number>((resolve) => begun.push(resolve)));
  const first = ask();
  await Promise.resolve();
  const [second, third] = [ask(), ask()];
  expect(begun).toHaveLength(1);
  begun[0]?.(1);
  expect(await first).toBe(1);
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
});

it('a task that fails fails for who asked, and not for who asks then', async () => {
  let count = 0;
  const ask = oneAtATime(async () => {
    count += 1;
    if (count === 1) throw new RangeError('first');
    return count;
  });
  const first = ask();
  await expect(first).rejects.toThrow('first');
  expect(await ask()).toBe(2);
});
