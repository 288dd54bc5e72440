import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A metric's value is the number of its sample, so that any sample can be sent at any time. */
const INTERVAL_MS = 100;
const EPOCH = 'tomorrow';
/** Fields that no version knows, one of each JSON type. */
const UNKNOWN_FIELDS = { colour: 'blue', weight: 7, since: null, parts: [{}], inner: { on: true } };
const UNKNOWN_MESSAGE = { type: 'forecast', sub: 'default', values: ['rain'], ...UNKNOWN_FIELDS };

const TABLES = [
  {
    name: 'processes',
    label: 'Processes',
    group: 'Processes',
    columns: [
      { name: 'pid', label: 'PID', unit: 'id' },
      { name: 'name', label: 'Name', unit: 'text', ...UNKNOWN_FIELDS },
    ],
    help: 'Made up.',
    source: 'tomorrow',
    ...UNKNOWN_FIELDS,
  },
];

interface Subscription {
  readonly host: string;
  readonly metrics: readonly string[];
  readonly hasTable: boolean;
  last: number;
}

/**
 * An agent of a later version, made up: it speaks v1 about two hosts with catalogues of their own, and sends fields and types of
 * messages that no version knows. Its first host has `cpu` and `latency`; the second has `cpu`, the table `processes`, and `fan` after
 * `attachFan`.
 */
export class TomorrowAgent {
  readonly #server: Server;
  readonly #sockets = new Map<WebSocket, Map<string, Subscription>>();
  readonly #kind: string;
  readonly #timer: NodeJS.Timeout;
  #seq = 0;
  #hasFan = false;

  private constructor(kind: string) {
    this.#kind = kind;
    this.#server = createServer((_request, response) => response.writeHead(404).end());
    new WebSocketServer({ server: this.#server }).on('connection', (socket) => this.#welcome(socket));
    this.#timer = setInterval(() => this.#sample(), INTERVAL_MS);
  }

  /** @param kind of the metric `latency` */
  static async start(kind: string): Promise<TomorrowAgent> {
    const agent = new TomorrowAgent(kind);
    agent.#server.listen(0, '127.0.0.1');
    await once(agent.#server, 'listening');
    return agent;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The `seq` of the newest sample. */
  get seq(): number {
    return this.#seq;
  }

  /** Breaks every connection. */
  drop(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  /** Tells the followers of the second host that it has another metric. */
  attachFan(): void {
    this.#hasFan = true;
    for (const [socket, subscriptions] of this.#sockets) {
      if ([...subscriptions.values()].some(({ host }) => host === 'far'))
        send(socket, { type: 'host', ...hostOf('far'), catalogue: this.#catalogueOf('far'), tables: TABLES });
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #catalogueOf(host: string): unknown[] {
    const cpu = descriptor('cpu', 'CPU', 'percent', 'gauge');
    if (host === 'here') return [cpu, descriptor('latency', 'Latency', 'ms', this.#kind)];
    return this.#hasFan ? [cpu, descriptor('fan', 'Fan', 'rpm', 'gauge')] : [cpu];
  }

  #welcome(socket: WebSocket): void {
    this.#sockets.set(socket, new Map());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data: Buffer) => this.#receive(socket, data.toString()));
    send(socket, UNKNOWN_MESSAGE);
    send(socket, {
      type: 'welcome',
      v: 1,
      server: { name: 'metrics-panel', version: '9.0.0', ...UNKNOWN_FIELDS },
      heartbeat: { intervalMs: 15_000, ...UNKNOWN_FIELDS },
      reconnect: { baseMs: 50, capMs: 200, ...UNKNOWN_FIELDS },
      limits: {
        minIntervalMs: INTERVAL_MS,
        maxBackfill: 900,
        maxMetrics: 64,
        maxSubscriptions: 64,
        maxMessageBytes: 16_384,
        ...UNKNOWN_FIELDS,
      },
      transports: ['websocket', 'webtransport'],
      hosts: [hostOf('here'), { ...hostOf('far'), catalogue: this.#catalogueOf('far'), tables: TABLES }],
      catalogue: this.#catalogueOf('here'),
      tables: [],
      ...UNKNOWN_FIELDS,
    });
  }

  #receive(socket: WebSocket, text: string): void {
    if (text === 'ping') {
      socket.send('pong');
      return;
    }
    const { messages, ...single } = JSON.parse(text) as { messages?: readonly Record<string, unknown>[] };
    for (const message of messages ?? [single]) this.#answer(socket, message);
  }

  #answer(socket: WebSocket, message: Readonly<Record<string, unknown>>): void {
    if (message['action'] !== 'subscribe') return;
    const {
      sub,
      host = 'here',
      metrics,
      tables = [],
      since,
      id,
    } = message as unknown as {
      sub: string;
      host?: string;
      metrics: readonly string[];
      tables?: readonly string[];
      since?: { seq: number };
      id: string;
    };
    const catalogue = this.#catalogueOf(host) as { name: string }[];
    const unknown = metrics.find((metric) => !catalogue.some(({ name }) => name === metric));
    if (unknown !== undefined) {
      send(socket, { type: 'error', error: `Unknown metric: ${unknown}`, code: 'unknown_metric', id });
      return;
    }
    const hasTable = host === 'far' && tables.includes('processes');
    const series = metrics.map((metric) => catalogue.find(({ name }) => name === metric));
    send(socket, {
      type: 'subscribed',
      sub,
      host,
      epoch: EPOCH,
      seq: this.#seq,
      intervalMs: INTERVAL_MS,
      recovered: since !== undefined,
      series,
      tables: hasTable ? TABLES : [],
      id,
      ...UNKNOWN_FIELDS,
    });
    const subscription = { host, metrics, hasTable, last: since?.seq ?? 0 };
    this.#sockets.get(socket)?.set(sub, subscription);
    // A first subscription begins with the newest sample, a resumed one with the sample after its position.
    for (let seq = since === undefined ? this.#seq : since.seq + 1; seq <= this.#seq; seq += 1)
      this.#sendSample(socket, sub, subscription, seq);
  }

  #sample(): void {
    this.#seq += 1;
    for (const [socket, subscriptions] of this.#sockets) {
      for (const [sub, subscription] of subscriptions) this.#sendSample(socket, sub, subscription, this.#seq);
    }
  }

  #sendSample(socket: WebSocket, sub: string, subscription: Subscription, seq: number): void {
    const values = subscription.metrics.map(() => seq % 100);
    const ts = Date.now() - (this.#seq - seq) * INTERVAL_MS;
    const sample = { type: 'metrics', sub, seq, prev: subscription.last, ts, values, ...UNKNOWN_FIELDS };
    const table = { type: 'table', sub, table: 'processes', seq, ts, rows: [[1, 'init']] };
    const messages = subscription.hasTable ? [UNKNOWN_MESSAGE, table, sample] : [UNKNOWN_MESSAGE, sample];
    send(socket, { type: 'batch', messages, ...UNKNOWN_FIELDS });
    subscription.last = seq;
  }
}

function hostOf(id: string): object {
  return { id, label: id, facts: { cores: 2, ...UNKNOWN_FIELDS }, ...UNKNOWN_FIELDS };
}

function descriptor(name: string, label: string, unit: string, kind: string): object {
  return { name, label, unit, kind, group: label, help: 'Made up.', source: 'tomorrow', ...UNKNOWN_FIELDS };
}

function send(socket: WebSocket, message: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
}
