/** Viewers of one server that count what they get, and for `timed` ones how long it was on its way. */
import { serveCommands } from '../processes/worker.ts';
import { DIALECTS, subscribe, type Dialect, type Kind, type Subscription } from './dialects.ts';
import { SlimSocket } from './slim-socket.ts';

export type CrowdCommands = {
  /** Settles when so many more are open and greeted. */
  connect: (order: {
    readonly port: number;
    readonly count: number;
    readonly subscription: Subscription;
  }) => Promise<void>;
  /** Those of the agent ask for something else. */
  subscribe: (subscription: Subscription) => void;
  /** Broadcasts taken so far, by all together. */
  count: () => { readonly taken: number; readonly lost: number };
  /** How long each broadcast since the last call was on its way, ms. Timed crowds only. */
  delays: () => number[];
};

const DIALS_AT_ONCE = 100;
const TIMESTAMP = '"ts":';
const TIMESTAMP_DIGITS = 13;

const [kind = '', role] = process.argv.slice(2);
const dialect: Dialect = DIALECTS[kind as Kind];
const isTimed = role === 'timed';
const sockets = new Set<SlimSocket>();
let taken = 0;
let lost = 0;
let delays: number[] = [];

serveCommands({
  async connect({ port, count, subscription }) {
    let left = count;
    const dialInTurn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await dial(port, subscription);
      }
    };
    await Promise.all(Array.from({ length: DIALS_AT_ONCE }, dialInTurn));
  },
  subscribe: (subscription) => {
    for (const socket of sockets) subscribe(socket, subscription);
  },
  count: () => ({ taken, lost }),
  delays: () => {
    const found = delays;
    delays = [];
    return found;
  },
} satisfies CrowdCommands);

function dial(port: number, subscription: Subscription): Promise<void> {
  return new Promise((resolve, reject) => {
    let isGreeted = false;
    const greeted = (socket: SlimSocket): void => {
      isGreeted = true;
      dialect.greet?.(socket, subscription);
      resolve();
    };
    const socket = new SlimSocket({
      port,
      path: dialect.path,
      ...(dialect.protocol === undefined ? {} : { protocol: dialect.protocol }),
      opened: () => {
        sockets.add(socket);
        if (dialect.greet === undefined) greeted(socket);
      },
      text: (payload) => {
        if (!isGreeted) greeted(socket);
        else if (dialect.isBroadcast(payload)) take(payload);
      },
      closed: (code) => {
        lost += 1;
        reject(new Error(`A viewer was closed with ${code}`));
      },
    });
  });
}

function take(payload: Buffer): void {
  taken += 1;
  if (!isTimed) return;
  const at = payload.indexOf(TIMESTAMP) + TIMESTAMP.length;
  const sentMs = Number(payload.toString('latin1', at, at + TIMESTAMP_DIGITS));
  delays.push(performance.timeOrigin + performance.now() - sentMs);
}
