import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnPinned, SERVER_CORE } from '../processes/pinned.ts';
import { Worker } from '../processes/worker.ts';
import type { FilledAgentCommands } from './filled-agent.ts';
import type { LoopDelayCommands } from './loop-delay.ts';

/** The agent as it is shipped (`npm run build`), in a process of its own. */
export interface AgentProcess {
  /** Answers what it was started for: with `LOOP_DELAY_FLAGS`, or as a filled agent. */
  readonly worker: Worker<LoopDelayCommands & FilledAgentCommands>;
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Node's flags for an agent that tells how long its event loop was kept; its timer costs some processor time. */
export const LOOP_DELAY_FLAGS = ['--import', 'tsx', '--import', './bench/servers/loop-delay.ts'] as const;

/** As many viewers as a benchmark has, which all come from one address. */
const CONNECTIONS = '100000';

const RAISED_LIMITS = ['--max-connections', CONNECTIONS, '--max-connections-per-address', CONNECTIONS];

/** @param flags of Node, such as `--cpu-prof` @param limits flags of the agent @param script what starts it */
export async function startAgent(
  flags: readonly string[] = [],
  limits: readonly string[] = RAISED_LIMITS,
  script = 'dist/agent/main.js',
): Promise<AgentProcess> {
  const child = spawnPinned([...flags, script, '--port', '0', ...limits], { core: SERVER_CORE }, [
    'ignore',
    'pipe',
    'inherit',
    'ipc',
  ]);
  const worker = new Worker<LoopDelayCommands & FilledAgentCommands>(child);
  if (child.stdout === null) throw new TypeError('The agent has no standard output');
  const lines = createInterface(child.stdout);
  let url: string | undefined;
  while (url === undefined) {
    const [line] = (await once(lines, 'line')) as [string];
    ({ url } = JSON.parse(line) as { url?: string });
  }
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    child.kill('SIGCONT');
    await ended;
  };
  return { worker, pid: worker.pid, port: Number(new URL(url).port), stop };
}
