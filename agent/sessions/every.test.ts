import { beforeEach, describe, expect, it } from 'vitest';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

let test: TestHub;
let every: TestClient;
let slow: TestClient;
let fast: TestClient;

const numbers = (client: TestClient): unknown[] =>
  client
    .takeMessages()
    .flatMap((message) => (message['messages'] as Record<string, unknown>[] | undefined) ?? [message])
    .flatMap(({ type, seq, prev }) => (type === 'metrics' ? [[seq, prev]] : []));

/** Takes samples as often as is asked for, up to a second. */
function sample(toSecond: number): void {
  const { host } = test;
  for (;;) {
    const gridIndex = grid + host.stride - (grid % host.stride);
    if (gridIndex > toSecond * 10) return;
    grid = gridIndex;
    host.append({ timestampMs: grid * 100, gridIndex, values: [grid, 0, null] });
  }
}
let grid: number;

beforeEach(() => {
  test = new TestHub();
  grid = 0;
  [every, slow, fast] = [test.connectV1(), test.connectV1(), test.connectV1()];
  every.send({ action: 'subscribe', metrics: ['cpu'], intervalMs: 1000, every: true });
  slow.send({ action: 'subscribe', metrics: ['cpu'], intervalMs: 1000 });
});

describe('a subscription to every sample', () => {
  it('asks for no more samples than its interval says', () => {
    sample(3);
    expect([test.host.stride, numbers(every)]).toEqual([
      10,
      [
        [1, 0],
        [2, 1],
        [3, 2],
      ],
    ]);
    expect(every.takeMessages()).toEqual([]);
  });

  it('gets those too that only others ask for', () => {
    sample(1);
    fast.send({ action: 'subscribe', metrics: ['cpu'], intervalMs: 500 });
    sample(3);
    expect(numbers(every)).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 3],
      [5, 4],
    ]);
    expect(numbers(slow)).toEqual([
      [1, 0],
      [3, 1],
      [5, 3],
    ]);
    fast.leave();
    sample(5);
    expect(numbers(every)).toEqual([
      [6, 5],
      [7, 6],
    ]);
  });

  it('is announced with its interval', () => {
    expect(every.takeMessages()).toMatchObject([{ type: 'subscribed', intervalMs: 1000 }]);
  });

  it('gets every one of them when it comes back, or since the past that it would have without', () => {
    fast.send({ action: 'subscribe', metrics: ['cpu'], intervalMs: 500 });
    sample(4);
    const [back, late] = [test.connectV1(), test.connectV1()];
    const request = { action: 'subscribe', metrics: ['cpu'], intervalMs: 1000, every: true };
    back.send({ ...request, since: { epoch: test.host.epoch, seq: 5 } });
    late.send({ ...request, backfill: 2 });
    expect(numbers(back)).toEqual([
      [6, 5],
      [7, 6],
      [8, 7],
    ]);
    expect(numbers(late)).toEqual([
      [6, 0],
      [7, 6],
      [8, 7],
    ]);
  });
});
