/** Viewers of hosts behind a gateway or an agent, who time what they get. */
import { SUBPROTOCOL } from '../../shared/protocol/constants.ts';
import { SlimSocket } from '../harness/slim-socket.ts';
import { serveCommands } from '../harness/worker.ts';

export interface ViewersOrder {
  readonly port: number;
  readonly count: number;
  /** Viewers take turns with them. */
  readonly hosts: readonly string[];
  readonly metrics: readonly string[];
}

export interface FillOrder extends Omit<ViewersOrder, 'count' | 'hosts'> {
  readonly host: string | undefined;
  /** How many past samples. */
  readonly samples: number;
}

export type ViewersCommands = {
  /** Settles when all have had a sample. */
  add: (order: ViewersOrder) => Promise<void>;
  leave: () => void;
  counts: () => { readonly samples: number; readonly lost: number; readonly bytes: number };
  /** From the first value of each sample since the last call, a time, to its arrival, ms. */
  delays: () => number[];
  /** Ms from asking for past samples to the last of them. */
  fill: (order: FillOrder) => Promise<number>;
};

const DIALS_AT_ONCE = 50;
const [METRICS, VALUES, SEQ] = ['{"type":"metrics"', '"values":[', '"seq":'];
const sockets = new Set<SlimSocket>();
let delays: number[] = [];
let samples = 0;
let lost = 0;
let bytes = 0;

serveCommands({
  async add({ port, count, hosts, metrics }) {
    let left = count;
    const dialInTurn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await view(port, { host: hosts[left % hosts.length], metrics, intervalMs: 1000 });
      }
    };
    await Promise.all(Array.from({ length: DIALS_AT_ONCE }, dialInTurn));
  },
  leave: () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  },
  counts: () => ({ samples, lost, bytes }),
  delays: () => {
    const taken = delays;
    delays = [];
    return taken;
  },
  fill: ({ port, host, metrics, samples: backfill }) =>
    new Promise((resolve, reject) => {
      let got = 0;
      let beganMs = Number.NaN;
      const socket = new SlimSocket({
        port,
        path: '/metrics',
        protocol: SUBPROTOCOL,
        opened: () => {},
        message: (payload) => {
          const text = payload.toString('latin1');
          if (text.startsWith('{"type":"welcome"')) {
            beganMs = performance.now();
            socket.send(subscription({ host, metrics, backfill }));
          }
          if (text.startsWith('{"type":"error"')) reject(new Error(text));
          got += text.split(METRICS).length - 1;
          if (got < backfill) return;
          resolve(performance.now() - beganMs);
          socket.destroy();
        },
        closed: (code) => reject(new Error(`closed with ${code}`)),
      });
    }),
} satisfies ViewersCommands);

function subscription(request: object): string {
  return JSON.stringify({ action: 'subscribe', sub: '1', ...request });
}

function view(port: number, request: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: SlimSocket = new SlimSocket({
      port,
      path: '/metrics',
      protocol: SUBPROTOCOL,
      opened: () => socket.send(subscription(request)),
      message: (payload) => {
        const nowMs = performance.timeOrigin + performance.now();
        bytes += payload.length;
        if (payload.indexOf(SEQ) < 0) return;
        const at = payload.indexOf(VALUES);
        if (at < 0) {
          if (payload.indexOf('{"type":"error"') === 0) reject(new Error(payload.toString()));
          return;
        }
        samples += 1;
        const begin = at + VALUES.length;
        const sentMs = Number.parseFloat(payload.toString('latin1', begin, begin + 24));
        // A first sample comes from the ring, whose first value is no time.
        if (nowMs - sentMs < 60_000) delays.push(nowMs - sentMs);
        resolve();
      },
      closed: (code) => {
        if (sockets.delete(socket)) lost += 1;
        reject(new Error(`A viewer was closed with ${code}`));
      },
    });
    sockets.add(socket);
  });
}
