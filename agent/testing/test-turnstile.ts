import { systemClock, type Clock } from '../clock.ts';
import { Turnstile } from '../transports/turnstile.ts';

/** The agent's turnstile, for the clients that tests have on one address. */
export function testTurnstile(clock: Clock = systemClock): Turnstile {
  return new Turnstile({ clock, connectionsPerSubscriber: 10_000 });
}
