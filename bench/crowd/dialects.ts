import { METRICS_PATH } from '../../agent/transports/websocket.ts';
import { SUBPROTOCOL, type Position } from '../../shared/protocol/messages.ts';
import type { SlimSocket } from './slim-socket.ts';

/** How to be a viewer of one kind of server. */
export interface Dialect {
  readonly path: string | null;
  readonly protocol?: string;
  /** Says what has to be said; called with the server's first message, or when the socket is open where there is none. */
  readonly greet?: (socket: SlimSocket, subscription: Subscription) => void;
  /** Whether a message is one of those that go to everyone. */
  isBroadcast(payload: Buffer): boolean;
}

/** What a viewer of the agent asks for; the others get what there is. */
export interface Subscription {
  readonly sub: string;
  readonly metrics: readonly string[];
  readonly intervalMs: number;
  readonly since?: Position;
}

const M = 0x6d;
const FOUR = 0x34;
const TWO = 0x32;
const AFTER_TYPE = '{"type":"'.length;

const isMetrics = (payload: Buffer): boolean => payload[AFTER_TYPE] === M;

export const DIALECTS = {
  agent: { path: METRICS_PATH, protocol: SUBPROTOCOL, greet: subscribe, isBroadcast: isMetrics },
  raw: { path: null, isBroadcast: isMetrics },
  ws: { path: '/', isBroadcast: isMetrics },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    // Engine.IO's 4 is a message; Socket.IO's 0 connects and its 2 is an event.
    greet: (socket) => socket.send('40'),
    isBroadcast: (payload) => payload[0] === FOUR && payload[1] === TWO,
  },
} as const satisfies Record<string, Dialect>;

export type Kind = keyof typeof DIALECTS;

export function subscribe(socket: SlimSocket, subscription: Subscription): void {
  socket.send(JSON.stringify({ action: 'subscribe', ...subscription }));
}
