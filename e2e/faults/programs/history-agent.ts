/** An agent with accelerated time that keeps a history, in its own process, to be killed: `FOLDER SPEED BEGIN`. Tells every sample in its log. */
import { startAgent } from '../../../agent/agent.ts';
import { DEFAULTS } from '../../../agent/config.ts';
import { createLog } from '../../../agent/log.ts';
import { metric } from '../../../agent/testing/fake-collector.ts';
import { FastClock } from '../fast-time.ts';

const [folder = '', speed = '1', begin = '0'] = process.argv.slice(2);

/** Its date goes on, as fast, from one process to the next. */
class LastingClock extends FastClock {
  override wallNow(): number {
    return Math.floor(Number(begin) + (Date.now() - Number(begin)) * this.speed);
  }
}

const clock = new LastingClock(Number(speed));
const log = await createLog('trace');
let count = 0;
const agent = await startAgent(
  { ...DEFAULTS, port: 0, history: { folder, days: 14, maxBytes: 100_000_000 } },
  log,
  {
    clock,
    // Each sample has its number.
    collectors: [{ subject: 'test', metrics: [metric('number')], read: () => [(count += 1)] }],
  },
);
process.once('SIGTERM', () => void agent.stop().then(() => process.exit(0)));
