/**
 * Agents in one process, each with a host of its own that it publishes: `--port 0 JSON` of `AgentsOrder`. Every line of the log says of which host it is. SIGUSR2
 * plugs something into each of them.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgent } from '../../../agent/agent.ts';
import { DEFAULTS } from '../../../agent/config.ts';
import { createLog } from '../../../agent/log.ts';
import type { AgentsOrder } from '../fleet-processes.ts';
import { FleetClock } from '../fleet-clock.ts';
import { Machine } from '../machine.ts';

const { servers, names, intervalMs, speed } = JSON.parse(process.argv.at(-1) ?? '') as AgentsOrder;
const log = await createLog('trace');
const machines = names.map(() => new Machine());
const agents = await Promise.all(
  names.map((name, index) =>
    startAgent(
      {
        ...DEFAULTS,
        port: 0,
        stateFolder: mkdtempSync(join(tmpdir(), 'fleet-agents-')),
        intervalMs,
        publish: { servers: [servers], credentialsFile: null, caFile: null, name },
      },
      log.child({ name }),
      { clock: new FleetClock(speed), collectors: machines[index]?.collectors() ?? [] },
    ),
  ),
);
let plugged = 0;
process.on('SIGUSR2', () => {
  plugged += 1;
  for (const machine of machines) machine.plug(`m${100 + plugged}`);
});
process.once(
  'SIGTERM',
  () => void Promise.all(agents.map((agent) => agent.stop())).then(() => process.exit(0)),
);
log.info({ all: names.length }, 'All are ready');
