/** An agent with accelerated time in its own process, to be stopped and continued: `--port 0 SPEED`. */
import { startAgent } from '../../../agent/agent.ts';
import { DEFAULTS } from '../../../agent/config.ts';
import { createLog } from '../../../agent/log.ts';
import { collectorsOf } from '../fast-agent.ts';
import { FastClock } from '../fast-time.ts';

const clock = new FastClock(Number(process.argv.at(-1)));
const log = await createLog('trace');
const agent = await startAgent({ ...DEFAULTS, port: 0, maxConnectionsPerAddress: 1000 }, log, {
  clock,
  collectors: collectorsOf(3),
});
process.once('SIGTERM', () => void agent.stop().then(() => process.exit(0)));
