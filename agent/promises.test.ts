import { expect, it } from 'vitest';
import { coalesceCalls } from './promises.ts';

it('calls made while a task runs share the next run', async () => {
  const begun: ((value: number) => void)[] = [];
  const ask = coalesceCalls(() => new Promise<number>((resolve) => begun.push(resolve)));
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

it('a failed run fails its own callers, and not the next', async () => {
  let count = 0;
  const ask = coalesceCalls(async () => {
    count += 1;
    if (count === 1) throw new RangeError('first');
    return count;
  });
  const first = ask();
  await expect(first).rejects.toThrow('first');
  expect(await ask()).toBe(2);
});
