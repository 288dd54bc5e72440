import type { Kind, Subscription } from '../harness/crowd-process.ts';
import { Follower, startAgent, type AgentOptions } from '../harness/agent.ts';
import { SERVER_CORE } from '../harness/processes.ts';
import { Worker } from '../harness/worker.ts';
import type { YardstickCommands } from './yardstick-process.ts';

/** Length of the text of a message, of all servers; the WebSocket frame around it has four bytes more. */
const FRAME_BYTES = 250;

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Of the yardsticks' broadcasts; for the agent, subscriptions set it. */
  setInterval(intervalMs: number): Promise<unknown>;
}

/** @param options of the agent */
export async function startServer(kind: Kind, options: AgentOptions = {}): Promise<Server> {
  if (kind === 'agent') {
    const { pid, port } = await startAgent({ core: SERVER_CORE, ...options });
    return { pid, port, setInterval: async () => {} };
  }
  const script = 'fan-out/yardstick-process.ts';
  const worker = new Worker<YardstickCommands>(script, [kind, String(FRAME_BYTES)], { core: SERVER_CORE });
  const port = await worker.ask('listen');
  return { pid: worker.pid, port, setInterval: (intervalMs) => worker.ask('setInterval', intervalMs) };
}

const METRICS = ['cpu', 'memory', 'memory.used', 'memory.available', 'memory.total'];

/** Five metrics of the agent, with a subscription name that pads its frames to the yardsticks' length. */
export async function sizedSubscription(port: number): Promise<Subscription> {
  const follower = await Follower.start(`http://127.0.0.1:${port}`, { metrics: METRICS, tables: [] });
  follower.stop();
  const missing = Math.max(0, FRAME_BYTES - follower.lastBytes);
  return { sub: 'x'.repeat(missing + follower.sub.length), metrics: METRICS, intervalMs: 1000 };
}
