import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { FairQueue, type Worker } from './fair-queue.ts';

let clock: FakeClock;
let done: string[];
let isHeld: boolean;
let fairQueue: FairQueue;

beforeEach(() => {
  clock = new FakeClock();
  done = [];
  isHeld = false;
  fairQueue = new FairQueue({ clock, connectionsPerClient: 64, isHeld: () => isHeld });
});

/** Work of `steps` steps, each taking `ms`. */
function work(name: string, steps = 1, { clientKey = 'one', ms = 0 } = {}): Worker {
  let left = steps;
  return {
    clientKey,
    step: () => {
      done.push(name);
      clock.stall(ms);
      left -= 1;
      return left > 0;
    },
  };
}

/** Advances the clock a millisecond per turn of the event loop. */
async function pass(ms: number): Promise<void> {
  for (const untilMs = clock.now() + ms; clock.now() < untilMs;) {
    await nextTurn();
    await clock.advance(1);
  }
}

const countOf = (name: string): number => done.filter((each) => each === name).length;

describe('A fair queue', () => {
  it('runs work at once while the turn has time left', () => {
    fairQueue.enter(work('a', 2));
    fairQueue.admit('one', () => done.push('b'));
    expect(done).toEqual(['a', 'a', 'b']);
  });

  it('spreads longer work over the next turns, 2 ms in each', async () => {
    fairQueue.enter(work('a', 7, { ms: 1 }));
    expect(done).toHaveLength(2);
    await nextTurn();
    expect(done).toHaveLength(4);
    await nextTurn();
    expect(done).toHaveLength(6);
    await nextTurn();
    await nextTurn();
    expect(done).toHaveLength(7);
  });

  it('runs work that arrives during a step after the work already queued', async () => {
    fairQueue.enter(work('long', 1, { ms: 10 }));
    fairQueue.admit('one', () => {
      done.push('first');
      fairQueue.admit('one', () => done.push('last'));
    });
    fairQueue.admit('one', () => done.push('second'));
    await nextTurn();
    expect(done).toEqual(['long', 'first', 'second', 'last']);
  });

  it('alternates between client keys, and between the workers of one key, so that small work finishes soon', async () => {
    for (let client = 0; client < 50; client += 1)
      fairQueue.enter(work('greedy', 1000, { clientKey: 'greedy', ms: 1 }));
    fairQueue.enter(work('honest', 2, { clientKey: 'honest', ms: 1 }));
    fairQueue.enter(work('beside', 1, { clientKey: 'greedy', ms: 1 }));
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    expect(countOf('honest')).toBe(2);
    expect(done.length).toBeLessThan(10);
    for (let turn = 0; turn < 30; turn += 1) await nextTurn();
    expect(countOf('beside')).toBe(1);
  });

  it('serves the clients that have used the least first, however many have used more', async () => {
    const greedy = Array.from({ length: 200 }, (_, index) => `greedy ${index}`);
    for (const clientKey of greedy) fairQueue.enter(work('greedy', 1000, { clientKey, ms: 1 }));
    for (let turn = 0; turn < 200; turn += 1) await nextTurn();
    const before = countOf('greedy');
    fairQueue.enter(work('honest', 3, { clientKey: 'honest', ms: 0.3 }));
    await nextTurn();
    await nextTurn();
    expect(countOf('honest')).toBe(3);
    expect(countOf('greedy') - before).toBeLessThan(6);
  });

  it('queues a worker once if it enters twice, and again if it enters while being served', () => {
    let left = 2;
    const again: Worker = {
      clientKey: 'one',
      step: () => {
        done.push('again');
        left -= 1;
        if (left > 0) fairQueue.enter(again);
        return false;
      },
    };
    fairQueue.enter(again);
    expect(done).toHaveLength(2);
    isHeld = true;
    fairQueue.enter(again);
    fairQueue.enter(again);
    isHeld = false;
    fairQueue.enter(work('b'));
    expect(done).toEqual(['again', 'again', 'again', 'b']);
  });

  it('does nothing while a sample is being taken', async () => {
    isHeld = true;
    fairQueue.enter(work('a'));
    await nextTurn();
    await clock.advance(100);
    expect(done).toEqual([]);
    isHeld = false;
    await clock.advance(1);
    expect(done).toEqual(['a']);
  });

  it('gives a client a burst of one second of processor time, then an eighth of a processor', async () => {
    fairQueue.enter(work('greedy', 100_000, { ms: 1 }));
    // Each step of the work advances the fake clock.
    for (let turn = 0; turn < 2000; turn += 1) await nextTurn();
    const burst = done.length;
    expect(burst).toBeGreaterThan(1024);
    expect(burst).toBeLessThan(1400);
    await pass(8000);
    expect(done.length - burst).toBeGreaterThan(800);
    expect(done.length - burst).toBeLessThan(1300);
  });

  it('makes no client wait for another that has used up its share', async () => {
    fairQueue.enter(work('greedy', 100_000, { clientKey: 'greedy', ms: 1 }));
    for (let turn = 0; turn < 2000; turn += 1) await nextTurn();
    const before = countOf('greedy');
    fairQueue.enter(work('honest', 1, { clientKey: 'honest' }));
    expect([countOf('honest'), countOf('greedy')]).toEqual([1, before]);
  });

  it('gives clients larger shares where each may open more connections', async () => {
    fairQueue = new FairQueue({ clock, connectionsPerClient: 10_000 });
    fairQueue.enter(work('crowd', 4000, { ms: 1 }));
    for (let turn = 0; turn < 2100; turn += 1) await nextTurn();
    expect(countOf('crowd')).toBe(4000);
  });

  it('leaves three quarters of the processor free, however many clients want it', async () => {
    for (let index = 0; index < 100; index += 1)
      fairQueue.enter(work('greedy', 100_000, { clientKey: `client ${index}`, ms: 1 }));
    for (let turn = 0; turn < 6000; turn += 1) await nextTurn();
    const burst = done.length;
    expect(burst).toBeLessThan(12_000);
    const startMs = clock.now();
    await pass(4000);
    const share = (done.length - burst) / (clock.now() - startMs);
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.3);
  });

  it('charges a task at least its `leastMs`, for work that continues elsewhere', async () => {
    let answered = 0;
    for (let index = 0; index < 2000; index += 1) fairQueue.admit('one', () => (answered += 1), 1);
    await nextTurn();
    expect(answered).toBe(1024);
    await pass(8000);
    expect(answered).toBe(2000);
  });

  it('keeps working after a task throws', async () => {
    const broken = (): never => {
      throw new TypeError('a defect');
    };
    expect(() => fairQueue.admit('one', broken)).toThrow('a defect');
    await expect(fairQueue.admitted('one', broken)).rejects.toThrow('a defect');
    fairQueue.enter(work('a'));
    expect(done).toEqual(['a']);
  });
});
