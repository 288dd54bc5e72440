import type { Subscription } from '../harness/crowd-process.ts';
import type { Kind } from '../harness/dialects.ts';
import { Follower, startAgent, type AgentOptions } from '../harness/agent.ts';
import { SERVER_CORE } from '../harness/processes.ts';
import { median } from '../harness/statistics.ts';
import { Worker } from '../harness/worker.ts';
import type { YardstickCommands } from './yardstick-process.ts';

/** Length of the text of a message, of all servers that send text; the WebSocket frame around it has four bytes more. */
const TEXT_BYTES = 250;

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Of the yardsticks' broadcasts; for the agent, subscriptions set it. */
  setInterval(intervalMs: number): Promise<unknown>;
}

/** How to start a server: the agent, or what `socketIo` was brought into (`bringSocketIo`). */
export interface ServerOptions extends AgentOptions {
  readonly socketIo?: string;
}

export async function startServer(
  kind: Kind,
  { socketIo = '', ...options }: ServerOptions = {},
): Promise<Server> {
  if (isAgent(kind)) {
    const { pid, port } = await startAgent({ core: SERVER_CORE, ...options });
    return { pid, port, setInterval: async () => {} };
  }
  const script = 'fan-out/yardstick-process.ts';
  const words = [kind, String(TEXT_BYTES), socketIo];
  const worker = new Worker<YardstickCommands>(script, words, { core: SERVER_CORE });
  const port = await worker.ask('listen');
  return { pid: worker.pid, port, setInterval: (intervalMs) => worker.ask('setInterval', intervalMs) };
}

function isAgent(kind: Kind): boolean {
  return kind === 'agent' || kind === 'agent-msgpack';
}

/** Every host has them, so that the frames of a host with many cores have no more values. */
const METRICS = ['cpu', 'memory', 'memory.used', 'memory.available', 'memory.total'];
const SIZED_BY = 10;

/** Five metrics of the agent, with a subscription name that pads its frames to the yardsticks' length. */
export async function sizedSubscription(port: number): Promise<Subscription> {
  const intervalMs = 100;
  const follower = await Follower.start(`http://127.0.0.1:${port}`, {
    metrics: METRICS,
    tables: [],
    intervalMs,
  });
  const lengths: number[] = [];
  await new Promise<void>((resolve) => {
    follower.onSample = () => {
      lengths.push(follower.lastBytes);
      if (lengths.length === SIZED_BY) resolve();
    };
  });
  follower.stop();
  const missing = Math.max(0, TEXT_BYTES - Math.round(median(lengths)));
  return { sub: 'x'.repeat(missing + follower.sub.length), metrics: METRICS, intervalMs: 1000 };
}
