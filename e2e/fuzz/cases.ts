/** The cases of a run: each is one connection, with inputs determined by the seed and the number of the case. */
import {
  checkClientMessage,
  decodeClientMessage,
  encode,
  MessageError,
} from '../../shared/protocol/codec.ts';
import {
  CLIENT_LIMITS,
  SUBPROTOCOL,
  SUBPROTOCOL_MSGPACK,
  type ClientMessage,
} from '../../shared/protocol/messages.ts';
import { MessagePackDecoder } from '../../shared/protocol/msgpack-decoder.ts';
import { encodeMessage } from '../../shared/protocol/msgpack-encoder.ts';
import { decodeClientBytes } from '../../agent/sessions/message-pack-input.ts';
import { guardMessage } from '../../agent/sessions/message-guard.ts';
import { readHttpAnswer, readServerFrame, readStatus } from './answers.ts';
import { frameBytes, oddFrames, wrongFrames } from './frame-bytes.ts';
import { messageText } from './json-texts.ts';
import { packedMessage } from './packed-messages.ts';
import { RawPeer } from './raw-peer.ts';
import { headBytes, pollBytes, streamBytes } from './request-bytes.ts';
import { flawOf, type Viewer } from './secrecy.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Tally } from './tally.ts';

export interface Target {
  readonly port: number;
  readonly viewers: readonly [Viewer, ...Viewer[]];
}

export interface CaseContext {
  readonly target: Target;
  readonly tally: Tally;
  readonly random: SeededRandom;
  /** The only kinds of input; default: all. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Reports a flaw with the number of the case. */
  readonly flaw: (what: string) => void;
}

const [TEXT, BINARY, CLOSE] = [1, 2, 8];
const INTERNAL_ERROR = 1011;
/** Bad messages until the connection is closed (docs/protocol.md, "Limits"). */
const BAD_MESSAGES = 5;
/** Below the burst allowed to a client. */
const MAX_MESSAGES = 30;
const MAX_REQUESTS = 6;

export type Kind = 'message' | 'packed' | 'frame' | 'head' | 'poll' | 'stream';

/** Frequencies of the kinds: a case of frames has dozens of inputs, one of a head has one. */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  message: 8,
  packed: 8,
  frame: 3,
  head: 28,
  poll: 8,
  stream: 8,
};
export const KINDS = Object.keys(WEIGHTS) as Kind[];
const BY_WEIGHT = KINDS.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));

export async function runCase(context: CaseContext): Promise<void> {
  const kind = context.random.oneOf(context.kinds ?? BY_WEIGHT);
  const viewer = context.random.oneIn(3)
    ? context.random.oneOf(context.target.viewers)
    : context.target.viewers[0];
  context.tally.connections += 1;
  switch (kind) {
    case 'message':
      return runSocket(context, kind, viewer, messageFrames(context, viewer));
    case 'packed':
      return runSocket(context, kind, viewer, packedFrames(context, viewer));
    case 'frame':
      return runSocket(context, kind, viewer, rawFrames(context));
    case 'head':
      return runRequests(context, kind, viewer, [headBytes(context.random, hostOf(context))]);
    case 'poll':
      return runRequests(context, kind, viewer, requests(context, viewer, pollBytes));
    case 'stream':
      return runRequests(context, kind, viewer, requests(context, viewer, streamBytes));
  }
}

interface Frames {
  readonly bytes: Buffer;
  readonly inputs: number;
  /** Number of `ping` texts among them: after as many answers, the agent has handled all. */
  readonly pings: number;
}

function messageFrames({ random }: CaseContext, { token }: Viewer): Frames {
  const texts = token === null ? [] : [encode({ type: 'auth', token })];
  let inputs = texts.length;
  let bad = 0;
  while (texts.length < MAX_MESSAGES && bad < BAD_MESSAGES) {
    const members = random.oneIn(4) ? batchMembers(random) : [];
    const text = members.length > 0 ? `{"type":"batch","messages":[${members.join()}]}` : messageText(random);
    const message = decoded(text);
    const parts = members.length > 0 && message !== null ? members : [text];
    texts.push(text);
    for (const part of parts) {
      if (bad >= BAD_MESSAGES) break;
      inputs += 1;
      const known = decoded(part);
      if (known === null) bad += 1;
      else if (isLast(known)) bad = BAD_MESSAGES;
    }
  }
  texts.push('ping');
  const frames = texts.map((text) => frameBytes({ opcode: TEXT, payload: Buffer.from(text) }, random));
  const pings = texts.filter((text) => text === 'ping').length;
  return { bytes: Buffer.concat(frames), inputs: inputs + 1, pings };
}

/** In MessagePack, with pings as text between them. */
function packedFrames({ random }: CaseContext, { token }: Viewer): Frames {
  const messages: Buffer[] = token === null ? [] : [Buffer.from(encodeMessage({ type: 'auth', token }))];
  let bad = 0;
  while (messages.length < MAX_MESSAGES && bad < BAD_MESSAGES) {
    const message = packedMessage(random, CLIENT_LIMITS.messageBytes);
    messages.push(message);
    bad += badIn(message);
  }
  const frames = messages.map((payload) => frameBytes({ opcode: BINARY, payload }, random));
  const ping = frameBytes({ opcode: TEXT, payload: Buffer.from('ping') }, random);
  return { bytes: Buffer.concat([...frames, ping]), inputs: messages.length + 1, pings: 1 };
}

/** How many malformed messages it counts as; enough to end the connection if the agent ends it for another reason. */
function badIn(bytes: Buffer): number {
  const message = attempt(() => decodeClientBytes(bytes));
  if (message === null) return 1;
  if (isLast(message)) return BAD_MESSAGES;
  if (!('type' in message) || message.type !== 'batch') return 0;
  const members = message.messages.map((member) => attempt(() => checkClientMessage(member)));
  if (members.some((member) => member !== null && isLast(member))) return BAD_MESSAGES;
  return members.filter((member) => member === null).length;
}

function batchMembers(random: SeededRandom): string[] {
  const members = Array.from({ length: random.between(2, 60) }, () => messageText(random));
  return members.filter(
    (text) => text.length < 300 && decoded(`{"type":"batch","messages":[${text}]}`) !== null,
  );
}

function decoded(text: string): ClientMessage | null {
  return attempt(() => {
    guardMessage(text);
    return decodeClientMessage(text);
  });
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}

function isLast(message: ClientMessage): boolean {
  if ('action' in message) return message.action === 'hello' && message.v !== 1;
  return message.type === 'auth';
}

function rawFrames({ random }: CaseContext): Frames {
  const odd = Array.from({ length: random.between(1, 6) }, () => oddFrames(random)).flat();
  const frames = [...odd, ...wrongFrames(random)];
  return { bytes: Buffer.concat(frames), inputs: frames.length, pings: Number.POSITIVE_INFINITY };
}

async function runSocket(context: CaseContext, kind: Kind, viewer: Viewer, frames: Frames): Promise<void> {
  const { target, tally, random } = context;
  const offered =
    kind === 'packed'
      ? SUBPROTOCOL_MSGPACK
      : random.oneOf(kind === 'frame' ? [null, SUBPROTOCOL, SUBPROTOCOL_MSGPACK] : [null, SUBPROTOCOL]);
  const protocol = offered === null ? [] : [`Sec-WebSocket-Protocol: ${offered}`];
  const decoder = new MessagePackDecoder();
  let isOpen = false;
  let pongs = 0;
  let seenAs: Viewer = target.viewers[0];
  const peer = new RawPeer({
    port: target.port,
    localAddress: random.loopbackAddress(),
    take: (received) => {
      let done = 0;
      if (!isOpen) {
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return 0;
        const status = readStatus(received);
        if (status !== 101) {
          tally.answered(`upgrade: ${status}`);
          return 'enough';
        }
        isOpen = true;
        done = end + 4;
        tally.sent(kind, frames.inputs);
        peer.write(frames.bytes);
      }
      for (let frame = readServerFrame(received.subarray(done)); frame !== null;) {
        done += frame.bytes;
        if (frame.opcode === CLOSE) {
          closed(context, frame.payload);
          return 'enough';
        }
        if (frame.opcode === TEXT || frame.opcode === BINARY) {
          const text =
            frame.opcode === TEXT ? frame.payload.toString() : JSON.stringify(decoder.decode(frame.payload));
          if (text.includes('auth_success')) seenAs = viewer;
          told(context, text, seenAs);
          if (text === 'pong') pongs += 1;
        }
        if (pongs >= frames.pings) return 'enough';
        frame = readServerFrame(received.subarray(done));
      }
      return done;
    },
  });
  const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', ...protocol];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  peer.write(
    Buffer.from(['GET /metrics HTTP/1.1', `Host: ${hostOf(context)}`, key, ...lines, '', ''].join('\r\n')),
  );
  ended(context, kind, await peer.ended);
}

function closed({ tally, flaw }: CaseContext, payload: Buffer): void {
  const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
  tally.answered(`close ${code}`);
  if (code === INTERNAL_ERROR) flaw(`closed with ${code}`);
}

function told({ tally, flaw }: CaseContext, text: string, viewer: Viewer): void {
  const wrong = flawOf(text, viewer);
  if (wrong !== null) flaw(wrong);
  if (text === 'pong') {
    tally.answered('message: pong');
    return;
  }
  const { type = 'none', code = '' } = JSON.parse(text) as { type?: string; code?: string };
  tally.answered(`message: ${type} ${code}`.trimEnd());
}

type MakeRequest = (random: SeededRandom, host: string, headers: readonly string[]) => Buffer;

function requests(context: CaseContext, { token }: Viewer, make: MakeRequest): Buffer[] {
  const { random } = context;
  const headers = token === null ? [] : [`Authorization: Bearer ${token}`];
  return Array.from({ length: random.between(1, MAX_REQUESTS) }, () =>
    make(random, hostOf(context), headers),
  );
}

/** Sends inputs one by one over one connection, until the agent closes it. */
async function runRequests(
  context: CaseContext,
  kind: Kind,
  viewer: Viewer,
  inputs: Buffer[],
): Promise<void> {
  const { target, tally, random } = context;
  const [first = Buffer.alloc(0), ...others] = inputs;
  const peer = new RawPeer({
    port: target.port,
    localAddress: random.loopbackAddress(),
    take: (received) => {
      const answer = readHttpAnswer(received);
      if (answer === null) return 0;
      answered(context, answer.status);
      if (answer.isStream) {
        const line = answer.body.split('\n').find((text) => text.startsWith('data: ')) ?? '';
        if (received.includes('\n\n')) told(context, line.slice('data: '.length), viewer);
        return 'enough';
      }
      if (kind !== 'head' && answer.body.startsWith('{')) told(context, answer.body, viewer);
      const next = others.shift();
      if (next === undefined) return kind === 'head' ? answer.bytes : 'enough';
      tally.sent(kind);
      peer.write(next);
      return answer.bytes;
    },
  });
  tally.sent(kind);
  peer.write(first);
  const end = await peer.ended;
  const status = readStatus(peer.rest);
  if (status !== null && end === 'closed') answered(context, status);
  ended(context, kind, end);
}

function answered({ tally, flaw }: CaseContext, status: number): void {
  tally.answered(`HTTP ${status}`);
  if (status === 500) flaw('answered with 500');
}

function ended({ tally, flaw }: CaseContext, kind: Kind, end: string): void {
  tally.answered(`connection: ${end}`);
  if (end === 'hung' || end === 'unreachable') flaw(`${kind}: ${end}`);
}

function hostOf({ target }: CaseContext): string {
  return `127.0.0.1:${target.port}`;
}
