import * as v from 'valibot';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { pollAnswerSchema, SUBPROTOCOL, SUBPROTOCOL_MSGPACK } from '../../shared/protocol/messages.ts';
import type { Channel } from '../../tools/lib/asyncapi/channels.ts';
import { expectDescribed } from './contract.ts';
import { SocketClient } from './socket-client.ts';

export type Message = ReturnType<typeof decodeServerFrame>[number];

export interface LiveRequest {
  readonly subscriptions: readonly object[];
  readonly token?: string;
}

/** A v1 client over any transport, for the contract tests. */
export interface LiveClient {
  /** Waits for the next message. Batches are unpacked; the answer to a refused request counts as a message. */
  next(): Promise<Message>;
  close(): Promise<void>;
}

export type LiveConnect = (url: string, request: LiveRequest) => Promise<LiveClient>;

const authorization = ({ token }: LiveRequest): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

/** Unpacks frames into messages. Frames have to be as in the AsyncAPI document. */
async function* messagesOf(channel: Channel, frames: AsyncIterable<string>): AsyncGenerator<Message, void> {
  for await (const frame of frames) {
    expectDescribed(channel, frame);
    yield* decodeServerFrame(frame);
  }
}

function clientOf(messages: AsyncGenerator<Message, void>, close: () => Promise<void>): LiveClient {
  return {
    close,
    async next() {
      const { value } = await messages.next();
      if (value === undefined) throw new Error('the connection has ended');
      return value;
    },
  };
}

export const connectWebSocket: LiveConnect = (...request) => connectSocket(SUBPROTOCOL, ...request);

export const connectMessagePack: LiveConnect = (...request) => connectSocket(SUBPROTOCOL_MSGPACK, ...request);

async function connectSocket(
  protocol: string,
  url: string,
  { subscriptions, token }: LiveRequest,
): Promise<LiveClient> {
  const client = await SocketClient.connect(url, protocol);
  if (token !== undefined) client.send(encode({ type: 'auth', token }));
  for (const subscription of subscriptions) client.send({ action: 'subscribe', ...subscription });
  async function* frames(): AsyncGenerator<string, void> {
    for (;;) {
      const frame = await client.next();
      if (!frame.includes('auth_success')) yield frame;
    }
  }
  return clientOf(messagesOf('live', frames()), () => client.close());
}

/** Yields the events of a stream. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    yield* events;
  }
}

export const connectSse: LiveConnect = async (url, request) => {
  const query = new URLSearchParams({ subscriptions: JSON.stringify(request.subscriptions) });
  const leave = new AbortController();
  const response = await fetch(`${url}metrics/sse?${query.toString()}`, {
    headers: authorization(request),
    signal: leave.signal,
  });
  async function* frames(): AsyncGenerator<string, void> {
    if (response.status !== 200 || response.body === null) {
      yield await response.text();
      return;
    }
    for await (const event of readEvents(response.body)) {
      const line = event.split('\n').find((text) => text.startsWith('data: '));
      if (line !== undefined) yield line.slice('data: '.length);
    }
  }
  return clientOf(messagesOf('eventStream', frames()), async () => leave.abort());
};

export const connectLongPoll: LiveConnect = async (url, request) => {
  const leave = new AbortController();
  let cursor: string | undefined;
  async function* frames(): AsyncGenerator<string, void> {
    for (;;) {
      const response = await fetch(`${url}metrics/poll`, {
        method: 'POST',
        headers: authorization(request),
        body: JSON.stringify({ subscriptions: request.subscriptions, cursor }),
        signal: leave.signal,
      });
      const text = await response.text();
      yield text;
      if (response.status !== 200) return;
      ({ cursor } = v.parse(pollAnswerSchema, JSON.parse(text)));
    }
  }
  return clientOf(messagesOf('longPoll', frames()), async () => leave.abort());
};
