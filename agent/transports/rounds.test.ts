import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Rounds } from './rounds.ts';

let clock: FakeClock;
let count: number;
let rounds: Rounds;

beforeEach(() => {
  clock = new FakeClock();
  count = 0;
  rounds = new Rounds(clock, () => {
    count += 1;
  });
});

it('come once a second from start to stop, however often it is started', async () => {
  rounds.start();
  rounds.start();
  await clock.advance(3500);
  expect([count, clock.pending]).toEqual([3, 1]);
  rounds.stop();
  await clock.advance(3500);
  expect([count, clock.pending]).toEqual([3, 0]);
  rounds.start();
  await clock.advance(1000);
  expect(count).toBe(4);
});

it('[HB-1] are skipped when they come late, so that nobody is judged by a stall', async () => {
  rounds.start();
  await clock.advance(1000);
  clock.stall(600_000);
  await clock.advance(0);
  expect(count).toBe(1);
  await clock.advance(1000);
  expect(count).toBe(2);
});

it('are not skipped for a little lateness', async () => {
  rounds.start();
  clock.stall(1900);
  await clock.advance(0);
  expect(count).toBe(1);
});
