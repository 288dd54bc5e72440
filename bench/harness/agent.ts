import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { nodeClock } from '../../examples/node-clock.ts';
import { WsTransport } from '../../examples/ws-transport.ts';
import type { Sample, SampleTable } from '../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { Transport } from '../../shared/client/transport.ts';
import type { Series } from '../../shared/protocol/messages.ts';
import { launch, ROOT, type Placement } from './processes.ts';

export interface AgentProcess {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

export interface AgentOptions extends Placement {
  readonly script?: string;
  /** Such as `gateway`; default: an agent. */
  readonly command?: readonly string[];
  /** Another checkout that is built; default: this one. */
  readonly folder?: string;
  readonly nodeFlags?: readonly string[];
  /** Left out: room for as many viewers from one address as a bench has. */
  readonly flags?: readonly string[];
  readonly token?: string;
}

const RAISED_LIMITS = ['--max-connections', '100000', '--max-connections-per-address', '100000'];

/** The agent as it is shipped (`npm run build`), in a process of its own; settles when it listens. */
export async function startAgent(options: AgentOptions = {}): Promise<AgentProcess> {
  const {
    folder = ROOT,
    script = 'dist/agent/main.js',
    command = [],
    nodeFlags = [],
    flags = RAISED_LIMITS,
    token,
  } = options;
  const child = launch(
    [process.execPath, ...nodeFlags, script, ...command, '--port', '0', ...flags],
    options,
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
      // Flags can turn it on, in a folder of its own.
      env: {
        ...process.env,
        METRICS_PANEL_HISTORY: 'off',
        ...(token === undefined ? {} : { METRICS_PANEL_TOKEN: token }),
      },
    },
  );
  if (child.stdout === null || child.pid === undefined) throw new TypeError('The agent did not start');
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
  return { pid: child.pid, port: Number(new URL(url).port), url, stop };
}

interface FollowOptions {
  readonly metrics?: readonly string[];
  readonly tables?: readonly string[];
  readonly intervalMs?: number;
  readonly token?: string;
}

/** A client of the agent: the one of this repository, for everything unless it is given less. */
export class Follower {
  samples = 0;
  tables = 0;
  /** Of all messages received. */
  bytes = 0;
  /** Of the last message. */
  lastBytes = 0;
  sub = '';
  series: readonly Series[] = [];
  onSample: (sample: Sample) => void = () => {};
  onTable: (table: SampleTable) => void = () => {};
  onRefused: (error: Error) => void = () => {};
  readonly #client: MetricsClient;
  #values: Sample['values'] = [];

  /** Settles with the first sample that has a value of each metric of `metrics`. */
  static async start(url: string, options: FollowOptions = {}): Promise<Follower> {
    const follower = new Follower(url, options);
    await new Promise<void>((resolve, reject) => {
      follower.onRefused = reject;
      follower.onSample = ({ values }) => {
        if (options.metrics === undefined || !values.includes(null)) resolve();
      };
    });
    follower.onSample = () => {};
    return follower;
  }

  private constructor(
    url: string,
    { metrics = ['*'], tables = ['processes'], intervalMs = 1000, token }: FollowOptions,
  ) {
    this.#client = new MetricsClient({
      transport: this.#counted(new WsTransport(url)),
      clock: nodeClock,
      random: Math.random,
      ...(token === undefined ? {} : { token }),
    });
    this.#client.subscribe(
      { metrics, tables, intervalMs },
      {
        subscribed: ({ sub, series }) => {
          this.sub = sub;
          this.series = series;
        },
        sample: (sample) => {
          this.samples += 1;
          this.#values = sample.values;
          this.onSample(sample);
        },
        table: (table) => {
          this.tables += 1;
          this.onTable(table);
        },
        gap: ({ reason }) => console.error(`A gap: ${reason}`),
        refused: ({ error }) => this.onRefused(new Error(error)),
      },
    );
    this.#client.start();
  }

  /** The last value of a metric; `null` where it is not known. */
  value(metric: string): number | null {
    return this.#values[this.series.findIndex(({ name }) => name === metric)] ?? null;
  }

  stop(): void {
    this.#client.stop();
  }

  #counted(transport: Transport): Transport {
    return {
      name: transport.name,
      connect: (purpose, events) =>
        transport.connect(purpose, {
          opened: (name) => events.opened(name),
          closed: (code, reason) => events.closed(code, reason),
          received: (text) => {
            this.lastBytes = Buffer.byteLength(text);
            this.bytes += this.lastBytes;
            events.received(text);
          },
        }),
    };
  }
}

/** How long `/healthz` takes on a new connection, ms. @throws Error when it is not answered with 200 */
export function healthMs(port: number): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`/healthz answered ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - startMs));
    }).on('error', reject);
  });
}
