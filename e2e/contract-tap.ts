/**
 * Compares what tests and their pages exchange with agents over WebSockets with the AsyncAPI document. A message that is not described there fails the test that has seen it. Frames
 * that no agent would take are hostile on purpose, and left alone.
 */
import type { Browser, Request, WebSocket as SocketOfPage } from 'playwright';
import { afterEach } from 'vitest';
import { WebSocket } from 'ws';
import type { Channel } from '../tools/lib/asyncapi/channels.ts';
import { faultsOf, sentenceOf } from '../agent/testing/contract.ts';
import { decodeClientMessage, decodePoll } from '../shared/protocol/codec.ts';
import { PONG, SUBPROTOCOL, SUBPROTOCOL_MSGPACK } from '../shared/protocol/constants.ts';
import { MessagePackDecoder } from '../shared/protocol/msgpack-decoder.ts';

const PATH = '/metrics';
const PROTOCOLS: ReadonlySet<string> = new Set([SUBPROTOCOL, SUBPROTOCOL_MSGPACK, '']);

/** The first frame of each fault. */
const faults = new Map<string, string>();
/** Plain connections that speak v1 since their `welcome`. */
const welcomed = new WeakSet<WebSocket>();
/** Of connections that speak MessagePack. */
const decoders = new WeakMap<WebSocket, MessagePackDecoder>();
let isFromAgents = true;

/** For tests whose agents are of other versions, which may say more or less. */
export function expectOtherVersions(): void {
  isFromAgents = false;
}

const { emit, send } = WebSocket.prototype;

WebSocket.prototype.emit = function tappedEmit(this: WebSocket, ...args: unknown[]) {
  const [event, data] = args;
  if (event === 'message' && data instanceof Buffer && isOfClient(this)) heard(this, textOf(this, data));
  return Reflect.apply(emit, this, args) as boolean;
};

WebSocket.prototype.send = function tappedSend(this: WebSocket, ...args: unknown[]) {
  const [data] = args;
  if ((typeof data === 'string' || data instanceof Uint8Array) && isOfClient(this)) said(this, data);
  Reflect.apply(send, this, args);
};

afterEach(() => {
  const found = [...faults].map(([fault, frame]) => sentenceOf(fault, frame));
  faults.clear();
  if (isFromAgents && found.length > 0) throw new Error(found.join('\n'));
});

/** Compares what all pages of a browser exchange over WebSockets, and their other requests. */
export function comparePagesOf(browser: Browser): void {
  browser.on('context', (context) => {
    context.on('page', (page) => page.on('websocket', compareSocketOfPage));
    context.on('request', (request) => {
      const body = subscriptionsIn(request);
      if (body !== null) compareRequest('longPoll', body);
    });
  });
}

/** What a poll or a request for a stream subscribes to, as the body of a poll; `null` of another request. */
function subscriptionsIn(request: Request): string | null {
  const { pathname, searchParams } = new URL(request.url());
  if (pathname.endsWith('/metrics/poll')) return request.postData();
  return pathname.endsWith('/metrics/sse') ? `{"subscriptions":${searchParams.get('subscriptions')}}` : null;
}

/** Pages of this product always offer the subprotocol. */
function compareSocketOfPage(socket: SocketOfPage): void {
  if (!socket.url().endsWith(PATH)) return;
  socket.on('framereceived', ({ payload }) => {
    if (typeof payload === 'string') compare('live', 'server', payload);
  });
  socket.on('framesent', ({ payload }) => {
    if (typeof payload === 'string') compareRequest('live', payload);
  });
}

function heard(socket: WebSocket, frame: string): void {
  if (frame.startsWith('{"type":"welcome"')) welcomed.add(socket);
  compare(channelOf(socket), 'server', frame);
}

function said(socket: WebSocket, frame: string | Uint8Array): void {
  try {
    compareRequest(channelOf(socket), typeof frame === 'string' ? frame : textOf(socket, frame));
  } catch {
    // No MessagePack, on purpose.
  }
}

/** A frame as JSON. */
function textOf(socket: WebSocket, frame: Uint8Array): string {
  // `ping` and `pong` are text everywhere.
  if (socket.protocol !== SUBPROTOCOL_MSGPACK || frame.length === PONG.length) return frame.toString();
  const decoder = decoders.get(socket) ?? new MessagePackDecoder();
  decoders.set(socket, decoder);
  return JSON.stringify(decoder.decode(frame));
}

/** Servers of a test have no address; other addresses are of other protocols. */
function isOfClient({ url, protocol }: WebSocket): boolean {
  return (url ?? '').endsWith(PATH) && PROTOCOLS.has(protocol);
}

function channelOf(socket: WebSocket): 'live' | 'plain' {
  return socket.protocol !== '' || welcomed.has(socket) ? 'live' : 'plain';
}

function compareRequest(channel: Channel, frame: string): void {
  try {
    if (channel === 'longPoll') decodePoll(frame);
    else decodeClientMessage(frame);
  } catch {
    return;
  }
  compare(channel, 'client', frame);
}

function compare(channel: Channel, direction: 'client' | 'server', frame: string): void {
  for (const fault of faultsOf(channel, direction, frame)) if (!faults.has(fault)) faults.set(fault, frame);
}
