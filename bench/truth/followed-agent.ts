import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { nodeClock } from '../../examples/node-clock.ts';
import { WsTransport } from '../../examples/ws-transport.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { SampleTable } from '../../shared/client/client-subscription.ts';
import type { Transport } from '../../shared/client/transport.ts';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { ROOT } from '../processes/pinned.ts';

export interface FollowedAgent {
  readonly pid: number;
  /** As the agent told it last. */
  catalogue(): readonly MetricDescriptor[];
  /** Told each sample as it comes, by name. */
  onSample: (values: ReadonlyMap<string, number | null>, timestampMs: number) => void;
  /** Told the table `processes`, before the sample that it belongs to. */
  onTable: (table: SampleTable) => void;
  /** What came over the connection before the sample that is being told. */
  readonly receivedBytes: number;
  stop(): Promise<void>;
}

/**
 * The agent as it is shipped (`npm run build`), followed by a v1 client at its own interval of a second.
 * @param shell put before the agent's start, in the same process
 */
export async function followAgent(shell = ''): Promise<FollowedAgent> {
  const command = `${shell} exec "${process.execPath}" dist/agent/main.js --port 0`;
  const child = spawn('sh', ['-c', command], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill());
  const url = await urlOf(child);
  let receivedBytes = 0;
  let names: readonly string[] = [];
  const client = new MetricsClient({
    transport: counted(new WsTransport(url), (bytes) => (receivedBytes += bytes)),
    clock: nodeClock,
    random: Math.random,
  });
  let atSampleBytes = 0;
  const agent: FollowedAgent = {
    pid: child.pid ?? Number.NaN,
    catalogue: () => client.welcome?.catalogue ?? [],
    onSample: () => {},
    onTable: () => {},
    get receivedBytes() {
      return atSampleBytes;
    },
    async stop() {
      client.stop();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
  client.subscribe(
    { metrics: ['*'], tables: ['processes'] },
    {
      subscribed: ({ series }) => {
        names = series.map(({ name }) => name);
      },
      sample: ({ values, timestampMs }) => {
        agent.onSample(new Map(names.map((name, index) => [name, values[index] ?? null])), timestampMs);
        atSampleBytes = receivedBytes;
      },
      table: (table) => agent.onTable(table),
      gap: ({ reason }) => console.error(`A gap: ${reason}`),
      refused: ({ error }) => console.error(error),
    },
  );
  client.start();
  return agent;
}

function counted(transport: Transport, count: (bytes: number) => void): Transport {
  return {
    name: transport.name,
    connect: (purpose, events) =>
      transport.connect(purpose, {
        opened: (name) => events.opened(name),
        closed: (code, reason) => events.closed(code, reason),
        received: (text) => {
          count(Buffer.byteLength(text));
          events.received(text);
        },
      }),
  };
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new TypeError('The agent has no standard output');
  const lines = createInterface(stdout);
  for (;;) {
    const [line] = (await once(lines, 'line')) as [string];
    const { url } = JSON.parse(line) as { url?: string };
    if (url !== undefined) return url;
  }
}
