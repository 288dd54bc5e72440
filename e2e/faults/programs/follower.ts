/**
 * A client in its own process, to be stopped and continued: `URL SPEED`. SIGUSR2 calls `checkAlive`; SIGTERM ends it and makes it
 * print everything it received as one line of JSON.
 */
import { FastClock } from '../fast-time.ts';
import { Follower } from '../follower.ts';

const [url = '', speed] = process.argv.slice(2);
const follower = new Follower(url, { clock: new FastClock(Number(speed)) });
process.on('SIGUSR2', () => follower.client.checkAlive());
process.once('SIGTERM', () => {
  const { received, statuses } = follower;
  follower.client.stop();
  process.stdout.write(`${JSON.stringify({ received, statuses })}\n`, () => process.exit(0));
});
console.log('following');
