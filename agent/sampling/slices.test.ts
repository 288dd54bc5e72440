import { expect, it, vi } from 'vitest';
import { runInSlices } from './slices.ts';
import type { Interruptible, Outcome } from './slices.ts';

function* steps(count: number, stepMs: number, done: number[] = []): Interruptible {
  for (let step = 0; step < count; step += 1) {
    const untilMs = performance.now() + stepMs;
    while (performance.now() < untilMs);
    done.push(step);
    yield false;
  }
}

function* failing(): Interruptible {
  yield true;
  throw new Error('no more');
}

it('answers synchronously if the work ends within one slice', () => {
  const onEnd = vi.fn<(outcome: Outcome) => void>();
  expect(runInSlices(steps(3, 0), 1000, onEnd)).toBeNull();
  expect(onEnd).toHaveBeenCalledOnce();
});

it('yields to the event loop between slices, and measures the time worked', async () => {
  let turns = 0;
  let isRunning = true;
  const count = (): void => {
    turns += 1;
    if (isRunning) setImmediate(count);
  };
  setImmediate(count);
  const onEnd = vi.fn<(outcome: Outcome) => void>();
  await runInSlices(steps(100, 0.1), 1000, onEnd);
  isRunning = false;
  expect(turns).toBeGreaterThanOrEqual(10);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(onEnd.mock.calls[0]?.[0].busyMs).toBeGreaterThanOrEqual(10);
});

it('stops waiting when patience runs out, and continues working', async () => {
  const onEnd = vi.fn<(outcome: Outcome) => void>();
  const done: number[] = [];
  await runInSlices(steps(20, 0.6, done), 2, onEnd);
  expect(onEnd).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(onEnd).toHaveBeenCalledOnce());
  expect(done).toHaveLength(20);
});

it('fails with the error of the work', async () => {
  const onEnd = vi.fn<(outcome: Outcome) => void>();
  await expect(runInSlices(failing(), 1000, onEnd)).rejects.toThrow('no more');
  expect(onEnd.mock.calls[0]?.[0]).toMatchObject({ error: { message: 'no more' } });
});
