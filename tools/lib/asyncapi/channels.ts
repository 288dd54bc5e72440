import * as constants from '../../../shared/protocol/constants.ts';
import {
  authErrorSchema,
  authSchema,
  authSuccessSchema,
  cancelledSchema,
  CLIENT_LIMITS,
  clientBatchSchema,
  errorMessageSchema,
  helloSchema,
  historySchema,
  plainErrorSchema,
  plainMetricsSchema,
  pollAnswerSchema,
  pollRequestSchema,
  subscribeSchema,
  SUBPROTOCOL,
  welcomeSchema,
} from '../../../shared/protocol/messages.ts';
import { nameOf } from './json-schemas.ts';
import { OF_CLIENT, OF_SERVER } from './messages.ts';
import type { ProtocolPage } from './protocol-page.ts';

export interface Reference {
  readonly $ref: string;
}

/** Subprotocols that select the v1 profile. */
const SUBPROTOCOLS = Object.values<unknown>(constants).flatMap((value) =>
  typeof value === 'string' && value.startsWith(SUBPROTOCOL) ? [value] : [],
);

export const names = (...schemas: readonly Parameters<typeof nameOf>[0][]): string[] => schemas.map(nameOf);

/** What only a client can cause that sends messages. */
const ONLY_ANSWERS: readonly string[] = names(authSuccessSchema, historySchema, cancelledSchema);

/** What the plain profile has. */
export const PLAIN_REQUESTS = names(subscribeSchema, helloSchema, authSchema, clientBatchSchema);
export const PLAIN_ANSWERS = names(
  plainMetricsSchema,
  plainErrorSchema,
  authSuccessSchema,
  authErrorSchema,
  welcomeSchema,
);

const on = (...servers: readonly string[]): Reference[] =>
  servers.map((name) => ({ $ref: `#/servers/${name}` }));
const ON_WEB_SOCKET = on('webSocket', 'webSocketOverTls');
const ON_HTTP = on('http', 'https');

/** Messages of each channel, by direction. */
export const CHANNEL_MESSAGES = {
  live: {
    client: [...OF_CLIENT.map(({ name }) => name), 'Ping'],
    server: [...OF_SERVER.map(({ name }) => name), 'Pong'],
  },
  plain: { client: [...PLAIN_REQUESTS, 'Ping'], server: [...PLAIN_ANSWERS, 'Pong'] },
  eventStream: {
    client: ['EventStreamRequest'],
    server: OF_SERVER.flatMap(({ name }) => (ONLY_ANSWERS.includes(name) ? [] : [name])),
  },
  longPoll: {
    client: names(pollRequestSchema),
    server: names(pollAnswerSchema, errorMessageSchema, authErrorSchema),
  },
} as const satisfies Record<string, { client: readonly string[]; server: readonly string[] }>;
export type Channel = keyof typeof CHANNEL_MESSAGES;

export function channelsOf(page: ProtocolPage): Record<Channel, unknown> {
  const messages = (channel: Channel) => ({
    messages: Object.fromEntries(
      [...CHANNEL_MESSAGES[channel].client, ...CHANNEL_MESSAGES[channel].server].map((name) => [
        name,
        { $ref: `#/components/messages/${name}` },
      ]),
    ),
  });
  const handshake = (protocol: Record<string, unknown>, required: string[]) => ({
    ws: {
      method: 'GET',
      headers: {
        type: 'object',
        properties: { 'Sec-WebSocket-Protocol': { type: 'string', ...protocol } },
        ...(required.length === 0 ? {} : { required }),
      },
      bindingVersion: '0.1.0',
    },
  });
  const closeCodes = [...page.table('## Close codes')].filter(([code]) => /^\d{4}$/.test(code));
  const errorCodes = [...page.table('## Error codes')].filter(([code]) => code !== 'code');
  const codes = {
    'x-closeCodes': Object.fromEntries(closeCodes.map(([code, [meaning]]) => [code, meaning])),
    'x-errorCodes': Object.fromEntries(errorCodes.map(([code, [meaning]]) => [code, meaning])),
  };
  return {
    live: {
      address: '/metrics',
      title: 'v1 profile',
      description: `A WebSocket that selects v1 with its subprotocol. The agent speaks first, with Welcome; where a token is needed, after Auth. The first subprotocol of the client's order that the agent knows is taken: \`${SUBPROTOCOL}\` is one JSON object per text frame${
        SUBPROTOCOLS.length > 1
          ? ', the others carry the same messages in binary frames (docs/binary.md says how samples are packed)'
          : ''
      }. A frame of a client has at most ${CLIENT_LIMITS.messageBytes} bytes.`,
      servers: ON_WEB_SOCKET,
      ...messages('live'),
      bindings: handshake({ enum: SUBPROTOCOLS }, ['Sec-WebSocket-Protocol']),
      ...codes,
    },
    plain: {
      address: '/metrics',
      title: 'Plain profile',
      description:
        'A WebSocket without a subprotocol: the shortest way to a number, with one subscription and without positions. The client speaks first. After Hello, the connection speaks the v1 profile. Write new clients for v1.',
      servers: ON_WEB_SOCKET,
      ...messages('plain'),
    },
    eventStream: {
      address: '/metrics/sse',
      title: 'Server-sent events',
      description:
        'v1, for clients behind a proxy that passes no WebSocket. Data of each event is one message, the first of them Welcome. The id of an event is an opaque cursor: a request with the header Last-Event-ID continues there.',
      servers: ON_HTTP,
      ...messages('eventStream'),
    },
    longPoll: {
      address: '/metrics/poll',
      title: 'Long polling',
      description:
        'v1, for clients that get nothing else. A poll without a cursor is answered at once, with Welcome and a Subscribed for each subscription.',
      servers: ON_HTTP,
      ...messages('longPoll'),
    },
  };
}
