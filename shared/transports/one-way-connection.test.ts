import { expect, it } from 'vitest';
import { oneWayConnection } from './one-way-connection.ts';

const IGNORED = { opened: () => {}, received: () => {}, closed: () => {} };

it('begins one run for several renewals in a row, and none after it was closed', async () => {
  const runs: AbortSignal[] = [];
  const connection = oneWayConnection(IGNORED, async (signal) => {
    runs.push(signal);
    return new Promise(() => {});
  });
  await Promise.resolve();
  expect(runs).toHaveLength(1);
  for (let panel = 0; panel < 10; panel += 1) connection.renew();
  await Promise.resolve();
  expect(runs.map(({ aborted }) => aborted)).toEqual([true, false]);
  connection.renew();
  connection.close();
  await Promise.resolve();
  expect(runs.map(({ aborted }) => aborted)).toEqual([true, true]);
});
