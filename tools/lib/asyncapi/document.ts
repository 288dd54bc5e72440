import * as constants from '../../../shared/protocol/constants.ts';
import {
  authErrorSchema,
  authSchema,
  authSuccessSchema,
  cancelledSchema,
  CLIENT_LIMITS,
  CLIENT_SCHEMAS,
  clientBatchSchema,
  errorMessageSchema,
  helloSchema,
  historySchema,
  hostsSchema,
  PING,
  plainErrorSchema,
  plainMetricsSchema,
  pollAnswerSchema,
  pollRequestSchema,
  PONG,
  serverBatchSchema,
  serverMessageSchema,
  subscribedSchema,
  subscribeSchema,
  SUBPROTOCOL,
  unsubscribedSchema,
  welcomeSchema,
} from '../../../shared/protocol/messages.ts';
import { EXAMPLES } from './examples.ts';
import {
  describeFields,
  nameOf,
  partsOf,
  protocolSchemas,
  referenceTo,
  referredName,
  type JsonSchema,
  type JsonSchemas,
} from './json-schemas.ts';
import { readProtocolPage, type Frame, type MessageWords, type ProtocolPage } from './protocol-page.ts';

/** A message of the protocol: its name in the document, and what it is on the wire. */
interface Message {
  readonly name: string;
  readonly words: MessageWords;
  readonly examples: readonly unknown[];
}

export interface AsyncApiDocument {
  readonly asyncapi: string;
  readonly components: {
    readonly messages: Readonly<Record<string, MessageObject>>;
    readonly schemas: JsonSchemas;
    readonly [other: string]: unknown;
  };
  readonly [other: string]: unknown;
}

export interface MessageObject {
  readonly payload?: JsonSchema;
  readonly examples?: readonly { readonly payload: unknown }[];
  readonly [other: string]: unknown;
}

interface References {
  readonly $ref: string;
}

const REQUEST_ID = referenceTo('RequestId');
/** More would only be longer. */
const MOST_EXAMPLES = 2;

/** Subprotocols that select the v1 profile. */
const SUBPROTOCOLS = Object.values<unknown>(constants).flatMap((value) =>
  typeof value === 'string' && value.startsWith(SUBPROTOCOL) ? [value] : [],
);

const names = (...schemas: readonly Parameters<typeof nameOf>[0][]): string[] => schemas.map(nameOf);

const OF_CLIENT = [...CLIENT_SCHEMAS.action, ...CLIENT_SCHEMAS.type].map(([wireName, schema]) => ({
  wireName: String(wireName),
  name: nameOf(schema),
}));
const OF_SERVER = serverMessageSchema.options.map((schema) => ({
  wireName: schema.entries.type.literal,
  name: nameOf(schema),
}));
const [BATCH_OF_CLIENT = '', BATCH_OF_SERVER = ''] = names(clientBatchSchema, serverBatchSchema);

/** What can answer a client's message, beside an error. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  hello: names(welcomeSchema),
  subscribe: names(subscribedSchema, hostsSchema),
  unsubscribe: names(unsubscribedSchema),
  history: names(historySchema, cancelledSchema),
  cancel: names(cancelledSchema),
  auth: names(authSuccessSchema, authErrorSchema),
};

/** What only a client can cause that sends messages. */
const ONLY_ANSWERS: readonly string[] = names(authSuccessSchema, historySchema, cancelledSchema);

const PLAIN_REQUESTS = names(subscribeSchema, helloSchema, authSchema, clientBatchSchema);
const PLAIN_ANSWERS = names(
  plainMetricsSchema,
  plainErrorSchema,
  authSuccessSchema,
  authErrorSchema,
  welcomeSchema,
);

/**
 * The AsyncAPI document of the live protocol, from the agent's view. Its structure comes from the schemas in shared/protocol, its words and most examples
 * from docs/protocol.md.
 *
 * @param version of the program
 * @param markdown docs/protocol.md
 */
export function asyncApiDocument(version: string, markdown: string): AsyncApiDocument {
  const page = readProtocolPage(markdown);
  const messages = messagesOf(page);
  const schemas = describedSchemas(messages);
  const components = {
    messages: Object.fromEntries(messages.map((message) => [message.name, messageObject(message, schemas)])),
    schemas: {},
    correlationIds: {
      request: {
        description: 'The client chooses it; the answer to the request carries it.',
        location: '$message.payload#/id',
      },
      subscription: {
        description: 'Name of the subscription, chosen by the client.',
        location: '$message.payload#/sub',
      },
    },
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: `${SECURITY} In the header \`Authorization\`, never in the address.`,
      },
      authMessage: {
        type: 'apiKey',
        in: 'password',
        description: `${SECURITY} As \`token\` of the message \`Auth\`, the first of the connection: browsers cannot set headers of a WebSocket.`,
      },
    },
  };
  const channels = channelsOf(page);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'metrics-panel',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
      tags: [{ name: 'metrics', description: 'Live metrics of hosts.' }],
      'x-limits': CLIENT_LIMITS,
    },
    defaultContentType: 'application/json',
    servers: serversOf(),
    channels,
    operations: operationsOf(),
    components: { ...components, schemas: reachable(schemas, components.messages) },
  };
}

const SECURITY =
  'The secret of the agent, or a token signed by it. Not needed where everything is open to the client.';

const DESCRIPTION = `How a client gets live samples from an agent. This document says which messages there are; docs/protocol.md says when they come, what continuity is, and
how a client reconnects.

**It only grows.** Within v1, later agents may send fields, messages, units, codes and reasons that this document does not have: ignore what is unknown. No field changes its meaning, type or
unit, and none is removed. The plain profile does not change at all.

\`null\` is not known; 0 is measured zero. Times are milliseconds since 1970.

Lengths of strings are measured in UTF-16 code units, as in JavaScript. The past (\`GET /history\`) and alerts (\`/alerts\`) are also served as plain HTTP, which is not described here.`;

function messagesOf(page: ProtocolPage): Message[] {
  const found = (frames: readonly Frame[], key: string, wireName: string, name: string) => {
    const shown = frames.filter((frame) => frame[key] === wireName).slice(0, MOST_EXAMPLES);
    return shown.length > 0 ? shown : (EXAMPLES[name] ?? []);
  };
  const own = (name: string, text: string): Message => ({
    name,
    words: { text, fields: new Map() },
    examples: EXAMPLES[name] ?? [],
  });
  return [
    ...OF_SERVER.map(({ wireName, name }) => ({
      name,
      words: page.message('server', wireName),
      examples: found(page.frames.server, 'type', wireName, name),
    })),
    ...OF_CLIENT.map(({ wireName, name }) => ({
      name,
      words: page.message('client', wireName),
      examples: found(
        page.frames.client,
        CLIENT_SCHEMAS.action.has(wireName) ? 'action' : 'type',
        wireName,
        name,
      ),
    })),
    own(nameOf(plainMetricsSchema), 'One sample of the plain profile: values by name.'),
    own(nameOf(plainErrorSchema), 'A message was refused, in the plain profile: one sentence for people.'),
    own('Ping', `The four characters \`${PING}\`, for clients that cannot send WebSocket ping frames.`),
    own('Pong', `The answer to \`${PING}\`.`),
    own('EventStreamRequest', 'Opens a stream of events. All of it is in the address and the headers.'),
    {
      name: nameOf(pollRequestSchema),
      words: { ...page.message('poll', ''), text: 'Asks for what came since the previous answer.' },
      examples: EXAMPLES[nameOf(pollRequestSchema)] ?? [],
    },
    own(nameOf(pollAnswerSchema), 'What came since, and an opaque position for the next poll.'),
  ];
}

/** Schemas of everything on the wire, with the page's words. */
function describedSchemas(messages: readonly Message[]): JsonSchemas {
  const schemas: JsonSchemas = {
    ...protocolSchemas(),
    Ping: { type: 'string', const: PING },
    Pong: { type: 'string', const: PONG },
  };
  (schemas['RequestId'] ??= {}).description = "The client's name for a request; the answer to it carries it.";
  for (const { name, words } of messages) describeFields(schemas, name, words);
  for (const { name, words } of messages) {
    const schema = schemas[name];
    if (schema !== undefined && words.text !== '') schema.description = summaryOf(words);
  }
  // The page says "as in the catalogue".
  for (const [field, { description }] of Object.entries(schemas['MetricDescriptor']?.properties ?? {})) {
    const ofSeries = schemas['Series']?.properties?.[field];
    if (ofSeries !== undefined && field !== 'name' && description !== undefined)
      ofSeries.description = description;
  }
  const members = (all: readonly { name: string }[], batch: string): JsonSchema => ({
    oneOf: all.flatMap(({ name }) => (name === batch ? [] : [referenceTo(name)])),
  });
  schemas['ServerMessage'] = members(OF_SERVER, BATCH_OF_SERVER);
  schemas['ClientMessage'] = members(OF_CLIENT, BATCH_OF_CLIENT);
  schemas['Subscription'] = withoutAction(schemas[nameOf(subscribeSchema)] ?? {});
  // The agent checks members one by one: its schemas do not say what they are.
  fillIn(schemas, BATCH_OF_SERVER, 'messages', 'ServerMessage');
  fillIn(schemas, nameOf(pollAnswerSchema), 'messages', 'ServerMessage');
  fillIn(schemas, BATCH_OF_CLIENT, 'messages', 'ClientMessage');
  fillIn(schemas, nameOf(pollRequestSchema), 'subscriptions', 'Subscription');
  return schemas;
}

function withoutAction({ properties = {}, required = [], ...rest }: JsonSchema): JsonSchema {
  const { action: _action, ...fields } = properties;
  const others = required.filter((field) => field !== 'action');
  return {
    ...rest,
    description: 'The fields of Subscribe, except its action.',
    properties: fields,
    ...(others.length === 0 ? {} : { required: others }),
  };
}

function fillIn(schemas: JsonSchemas, name: string, list: string, member: string): void {
  const property = schemas[name]?.properties?.[list] ?? {};
  const field = schemas[referredName(property)] ?? property;
  if (field.items === undefined) throw new Error(`${name} has no list "${list}"`);
  field.items = referenceTo(member);
}

/** The schemas that messages need. */
function reachable(schemas: JsonSchemas, messages: Record<string, MessageObject>): JsonSchemas {
  const needed: JsonSchemas = {};
  const visit = (schema: JsonSchema): void => {
    const name = referredName(schema);
    const referred = schemas[name];
    if (referred !== undefined && needed[name] === undefined) {
      needed[name] = referred;
      visit(referred);
    }
    partsOf(schema).forEach(visit);
  };
  for (const { payload = {} } of Object.values(messages)) visit(payload);
  return needed;
}

function messageObject({ name, words, examples }: Message, schemas: JsonSchemas): MessageObject {
  const schema = schemas[name];
  const { id, sub } = schema?.properties ?? {};
  const isRequest = id?.$ref === REQUEST_ID.$ref;
  const correlation = isRequest ? 'request' : sub === undefined ? undefined : 'subscription';
  const isText = schema?.type === 'string';
  const summary = summaryOf(words);
  return {
    name,
    title: name,
    ...(words.text === '' ? {} : { summary }),
    ...(words.text === summary ? {} : { description: words.text }),
    ...(isText ? { contentType: 'text/plain' } : {}),
    ...(correlation === undefined
      ? {}
      : { correlationId: { $ref: `#/components/correlationIds/${correlation}` } }),
    ...(schema === undefined ? {} : { payload: referenceTo(name) }),
    ...(examples.length === 0 ? {} : { examples: examples.map((payload) => ({ payload })) }),
  };
}

/** The first sentence. */
function summaryOf({ text }: MessageWords): string {
  return text.split(/(?<=[.])\s/)[0] ?? '';
}

function serversOf(): Record<string, unknown> {
  const server = (protocol: string, description: string, security: string) => ({
    host: '{host}:{port}',
    protocol,
    description,
    variables: {
      host: {
        default: '127.0.0.1',
        description: 'Name or address of the agent, or of a proxy in front of it.',
      },
      port: { default: '8080' },
    },
    security: [{ $ref: `#/components/securitySchemes/${security}` }],
  });
  const overTls = 'An agent with a certificate, or a TLS proxy in front of it.';
  return {
    webSocket: server('ws', 'An agent, on its own machine or in a trusted network.', 'authMessage'),
    webSocketOverTls: server('wss', overTls, 'authMessage'),
    http: server('http', 'The same agent, where no WebSocket gets through.', 'bearer'),
    https: server('https', overTls, 'bearer'),
  };
}

const on = (...servers: readonly string[]): References[] =>
  servers.map((name) => ({ $ref: `#/servers/${name}` }));
const ON_WEB_SOCKET = on('webSocket', 'webSocketOverTls');
const ON_HTTP = on('http', 'https');

/** Messages of each channel, by direction. */
const CHANNEL_MESSAGES = {
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
type Channel = keyof typeof CHANNEL_MESSAGES;

function channelsOf(page: ProtocolPage): Record<Channel, unknown> {
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

function operationsOf(): Record<string, unknown> {
  const channelOf = (channel: Channel): References => ({ $ref: `#/channels/${channel}` });
  const messagesOn = (channel: Channel, all: readonly string[]): References[] =>
    all.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  const receive = (channel: Channel, name: string, answers: readonly string[], more: object = {}) => ({
    action: 'receive',
    channel: channelOf(channel),
    messages: messagesOn(channel, [name]),
    ...(answers.length === 0
      ? {}
      : { reply: { channel: channelOf(channel), messages: messagesOn(channel, answers) } }),
    ...more,
  });
  const requests = OF_CLIENT.map(({ wireName, name }) => {
    const answers = ANSWERS[wireName] ?? [];
    return [
      `receive${name}`,
      receive('live', name, answers.length === 0 ? [] : [...answers, nameOf(errorMessageSchema)]),
    ];
  });
  const plainRequests = PLAIN_REQUESTS.map((name) => {
    const { wireName = '' } = OF_CLIENT.find((message) => message.name === name) ?? {};
    const answers = (ANSWERS[wireName] ?? []).filter((answer) => PLAIN_ANSWERS.includes(answer));
    const samples = name === nameOf(subscribeSchema) ? names(plainMetricsSchema) : [];
    return [
      `receivePlain${name}`,
      receive('plain', name, [...samples, ...answers, nameOf(plainErrorSchema)]),
    ];
  });
  return {
    ...Object.fromEntries(requests),
    receivePing: receive('live', 'Ping', ['Pong']),
    send: {
      action: 'send',
      channel: channelOf('live'),
      summary: 'Everything that the agent sends: answers, samples, and what else happens.',
      messages: messagesOn('live', CHANNEL_MESSAGES.live.server),
    },
    ...Object.fromEntries(plainRequests),
    receivePlainPing: receive('plain', 'Ping', ['Pong']),
    sendPlain: {
      action: 'send',
      channel: channelOf('plain'),
      summary: 'Everything that the agent sends in the plain profile.',
      messages: messagesOn('plain', CHANNEL_MESSAGES.plain.server),
    },
    openEventStream: receive('eventStream', 'EventStreamRequest', CHANNEL_MESSAGES.eventStream.server, {
      summary: 'A stream of events, until either side ends it.',
      bindings: {
        http: {
          method: 'GET',
          query: {
            type: 'object',
            properties: {
              subscriptions: {
                type: 'string',
                description: `A JSON array of at most ${CLIENT_LIMITS.subscriptions} objects with the fields of Subscribe, except its action.`,
              },
            },
            required: ['subscriptions'],
          },
          bindingVersion: '0.3.0',
        },
      },
    }),
    poll: receive('longPoll', nameOf(pollRequestSchema), CHANNEL_MESSAGES.longPoll.server, {
      summary: 'One request; its answer comes when something is due.',
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
    }),
  };
}
