import { systemClock, type Clock } from '../clock.ts';
import { FairQueue } from '../sessions/fair-queue.ts';

/** A fair queue for many clients on one address. */
export function testFairQueue(clock: Clock = systemClock): FairQueue {
  return new FairQueue({ clock, connectionsPerClient: 10_000 });
}
