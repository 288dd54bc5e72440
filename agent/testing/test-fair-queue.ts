import { systemClock, type Clock } from '../clock.ts';
import { FairQueue } from '../sessions/fair-queue.ts';

/** The agent's fair queue, for the clients that tests have on one address. */
export function testFairQueue(clock: Clock = systemClock): FairQueue {
  return new FairQueue({ clock, connectionsPerClient: 10_000 });
}
