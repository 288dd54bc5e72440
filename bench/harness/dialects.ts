import { encode } from '@msgpack/msgpack';
import { SUBPROTOCOL } from '../../shared/protocol/constants.ts';
import type { SlimSocket } from './slim-socket.ts';

/** How viewers of one kind of server talk to it. */
export interface Dialect {
  /** `null`: the server speaks frames without a handshake. */
  readonly path: string | null;
  readonly protocol?: string;
  /** Says a message to the agent; other servers send what they have. */
  readonly say?: (socket: SlimSocket, message: object) => void;
  /** Says what the server's message asks for, if anything. */
  readonly answer?: (socket: SlimSocket, payload: Buffer) => void;
  /** Whether a message is one of those that go to everyone. */
  isBroadcast(payload: Buffer): boolean;
}

const [LETTER_M, DIGIT_0, DIGIT_2, DIGIT_4] = ['m', '0', '2', '4'].map((character) =>
  character.charCodeAt(0),
);
const AFTER_TYPE = '{"type":"'.length;
/** MessagePack: where the type of an extension is, by its first byte (fixext 1 to 16, ext 8, ext 16). */
const EXTENSION_TYPE_AT = new Map(
  [0xd4, 0xd5, 0xd6, 0xd7, 0xd8, -1, 0xc7, 0xc8].map((byte, at) => [byte, Math.max(1, at - 4)]),
);
const SAMPLES = 1;

const isMetrics = (payload: Buffer): boolean => payload[AFTER_TYPE] === LETTER_M;

export const DIALECTS = {
  agent: {
    path: '/metrics',
    protocol: SUBPROTOCOL,
    say: (socket, message) => socket.send(JSON.stringify(message)),
    isBroadcast: isMetrics,
  },
  'agent-msgpack': {
    path: '/metrics',
    protocol: `${SUBPROTOCOL}.msgpack`,
    say: (socket, message) => socket.sendBytes(encode(message)),
    isBroadcast: (payload) => payload[EXTENSION_TYPE_AT.get(payload[0] ?? 0) ?? -1] === SAMPLES,
  },
  raw: { path: null, isBroadcast: isMetrics },
  ws: { path: '/', isBroadcast: isMetrics },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    // Engine.IO: 0 opens, 2 is a ping and 3 its answer, 4 a message. Socket.IO in it: 0 connects, 2 is an event.
    answer: (socket, payload) => {
      if (payload[0] === DIGIT_0) socket.send('40');
      else if (payload[0] === DIGIT_2) socket.send('3');
    },
    isBroadcast: (payload) => payload[0] === DIGIT_4 && payload[1] === DIGIT_2,
  },
} as const satisfies Record<string, Dialect>;

/** The agent over JSON and over MessagePack; a TCP server that writes frames without a handshake; a bare WebSocket server; socket.io. */
export type Kind = keyof typeof DIALECTS;
