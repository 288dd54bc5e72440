import { expect, it } from 'vitest';
import { LazyModule } from './lazy-module.ts';

/** A module whose attempts end as the test decides, and a clock that the test advances. */
function lazy(isTriedOnce?: boolean) {
  const attempts: { resolve(module: string): void; reject(error: Error): void }[] = [];
  const waits: { task: () => void; delayMs: number }[] = [];
  const module = new LazyModule(
    () => new Promise<string>((resolve, reject) => attempts.push({ resolve, reject })),
    {
      now: () => 0,
      schedule: (task, delayMs) => {
        waits.push({ task, delayMs });
        return () => {};
      },
    },
    isTriedOnce,
  );
  return { module, attempts, waits };
}

const SETTLED = { interval: 1 };

it('is loaded once for all followers', async () => {
  const { module, attempts } = lazy();
  let told = 0;
  for (let count = 0; count < 3; count += 1) module.follow(() => (told += 1));
  module.load();
  expect(attempts).toHaveLength(1);
  expect(module.module).toBeNull();
  attempts[0]?.resolve('here');
  await expect.poll(() => told, SETTLED).toBe(3);
  expect(module.module).toBe('here');
  expect(module.hasFailed).toBe(false);
  module.load();
  expect(attempts).toHaveLength(1);
});

it('is retried after a failure at growing intervals, and reports the failure', async () => {
  const { module, attempts, waits } = lazy();
  let told = 0;
  module.follow(() => (told += 1));
  for (let count = 1; count <= 7; count += 1) {
    attempts.at(-1)?.reject(new TypeError('Failed to fetch'));
    await expect.poll(() => told, SETTLED).toBe(count);
    expect(module.hasFailed).toBe(true);
    waits.at(-1)?.task();
    expect(attempts).toHaveLength(count + 1);
  }
  expect(waits.map(({ delayMs }) => delayMs)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  attempts.at(-1)?.resolve('here');
  await expect.poll(() => module.module, SETTLED).toBe('here');
  expect(module.hasFailed).toBe(false);
});

it('is not retried without followers', async () => {
  const { module, attempts, waits } = lazy();
  const leave = module.follow(() => {});
  leave();
  attempts[0]?.reject(new TypeError('Failed to fetch'));
  await expect.poll(() => waits.length, SETTLED).toBe(1);
  waits[0]?.task();
  expect(attempts).toHaveLength(1);
  module.follow(() => {});
  expect(attempts).toHaveLength(2);
});

it('is tried once if it may be missing for good', async () => {
  const { module, attempts, waits } = lazy(true);
  let told = 0;
  module.follow(() => (told += 1));
  attempts[0]?.reject(new TypeError('Failed to fetch'));
  await expect.poll(() => told, SETTLED).toBe(1);
  expect(module.hasFailed).toBe(true);
  module.follow(() => {});
  module.load();
  expect(attempts).toHaveLength(1);
  expect(waits).toEqual([]);
});
