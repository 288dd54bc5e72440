/** Thousands of viewers of one server (`node crowd-process.js KIND ROLE`): `sinks` count broadcasts, `timed` time them, `returning` resume. */
import { DIALECTS, type Dialect, type Kind } from './dialects.ts';
import { quantile } from './statistics.ts';
import { SlimSocket } from './slim-socket.ts';
import { serveCommands } from './worker.ts';

/** For viewers of the agent; other servers send what they have. */
export interface Subscription {
  readonly sub?: string;
  readonly metrics: readonly string[];
  readonly intervalMs: number;
}

interface Message {
  readonly type: string;
  readonly epoch?: string;
  readonly seq?: number;
  readonly messages?: readonly Message[];
}

interface Order {
  readonly port: number;
  readonly count: number;
  readonly subscription: Subscription;
  readonly token?: string;
}

export type CrowdCommands = {
  /** Settles when `count` more viewers have had a broadcast. */
  connect: (order: Order) => Promise<void>;
  /** Replaces the subscription of all viewers of the agent. */
  subscribe: (subscription: Subscription) => void;
  /** @returns `bytes` received on the sockets, pings included */
  count: () => { readonly broadcasts: number; readonly bytes: number; readonly lost: number };
  /** From the timestamp of each broadcast since the last call to its arrival, ms. Timed crowds only. */
  delays: () => number[];
  /** Cuts all connections at once. */
  drop: () => void;
  /** Dials for all at once, without jitter: ms until half of them, and the last one, have had a broadcast. */
  comeBack: () => Promise<{ readonly halfMs: number; readonly lastMs: number }>;
};

const DIALS_AT_ONCE = 100;
/** The agent allows eight connections of an address that have not shown a token yet. */
const DIALS_WITH_TOKEN = 4;
const TIMESTAMP = '"ts":';
const TIMESTAMP_DIGITS = 13;

const dialect: Dialect = DIALECTS[process.argv[2] as Kind];
const { path, protocol, say, answer } = dialect;
const role = process.argv[3];
const viewers: Viewer[] = [];
let broadcasts = 0;
let lost = 0;
const delays: number[] = [];

serveCommands({
  async connect({ count, ...order }) {
    let left = count;
    const dialInTurn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const viewer = new Viewer(order);
        viewers.push(viewer);
        await viewer.connect();
      }
    };
    const length = order.token === undefined ? DIALS_AT_ONCE : DIALS_WITH_TOKEN;
    await Promise.all(Array.from({ length }, dialInTurn));
  },
  subscribe: (subscription) => {
    for (const viewer of viewers) viewer.subscribe(subscription);
  },
  count: () => ({ broadcasts, bytes: SlimSocket.receivedBytes, lost }),
  delays: () => delays.splice(0),
  drop: () => {
    for (const viewer of viewers) viewer.drop();
  },
  async comeBack() {
    const startMs = performance.now();
    const waitedMs = await Promise.all(
      viewers.map(async (viewer) => {
        await viewer.comeBack();
        return performance.now() - startMs;
      }),
    );
    return { halfMs: quantile(waitedMs, 0.5), lastMs: quantile(waitedMs, 1) };
  },
} satisfies CrowdCommands);

class Viewer {
  readonly #order: Omit<Order, 'count'>;
  #subscription: Subscription;
  #socket: SlimSocket | undefined;
  #epoch: string | undefined;
  #seq = 0;
  #isDropped = false;

  constructor(order: Omit<Order, 'count'>) {
    this.#order = order;
    this.#subscription = order.subscription;
  }

  connect(): Promise<void> {
    this.#isDropped = false;
    const before = this.#seq;
    return new Promise((resolve, reject) => {
      this.#socket = new SlimSocket({
        port: this.#order.port,
        path,
        ...(protocol === undefined ? {} : { protocol }),
        opened: () => {
          if (say === undefined) return;
          const { token } = this.#order;
          if (token !== undefined) this.#send({ type: 'auth', token });
          this.subscribe(this.#subscription);
        },
        message: (payload, socket) => {
          answer?.(socket, payload);
          if (dialect.isBroadcast(payload)) {
            take(payload);
            resolve();
          }
          if (role !== 'returning' || say === undefined) return;
          this.#remember(JSON.parse(payload.toString()) as Message);
          if (this.#seq > before) resolve();
        },
        closed: (code) => {
          if (!this.#isDropped) lost += 1;
          reject(new Error(`A viewer was closed with ${code}`));
        },
      });
    });
  }

  /** Dials again when the connection is lost before a broadcast, as in a full queue of the kernel. */
  async comeBack(): Promise<void> {
    try {
      await this.connect();
    } catch {
      await this.comeBack();
    }
  }

  subscribe(subscription: Subscription): void {
    this.#subscription = subscription;
    const since = this.#epoch === undefined ? {} : { since: { epoch: this.#epoch, seq: this.#seq } };
    this.#send({ action: 'subscribe', ...subscription, ...since });
  }

  drop(): void {
    this.#isDropped = true;
    this.#socket?.destroy();
  }

  #send(message: object): void {
    if (this.#socket !== undefined) say?.(this.#socket, message);
  }

  #remember({ type, epoch, seq, messages = [] }: Message): void {
    if (type === 'subscribed') this.#epoch = epoch;
    if (type === 'metrics') this.#seq = seq ?? 0;
    for (const message of messages) this.#remember(message);
  }
}

function take(payload: Buffer): void {
  broadcasts += 1;
  if (role !== 'timed') return;
  const found = payload.indexOf(TIMESTAMP);
  if (found < 0) return;
  const at = found + TIMESTAMP.length;
  const sentMs = Number(payload.toString('latin1', at, at + TIMESTAMP_DIGITS));
  delays.push(performance.timeOrigin + performance.now() - sentMs);
}
