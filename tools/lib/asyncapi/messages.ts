import {
  CLIENT_SCHEMAS,
  clientBatchSchema,
  compactMetricsSchema,
  PING,
  plainErrorSchema,
  plainMetricsSchema,
  pollAnswerSchema,
  pollRequestSchema,
  serverBatchSchema,
  serverMessageSchema,
} from '../../../shared/protocol/messages.ts';
import { EXAMPLES } from './examples.ts';
import { nameOf, referenceTo, type JsonSchema, type JsonSchemas } from './json-schemas.ts';
import type { Frame, MessageWords, ProtocolPage } from './protocol-page.ts';

/** A message of the protocol: its name in the document, and what it is on the wire. */
export interface Message {
  readonly name: string;
  readonly words: MessageWords;
  readonly examples: readonly unknown[];
}

export interface MessageObject {
  readonly payload?: JsonSchema;
  readonly examples?: readonly { readonly payload: unknown }[];
  readonly [other: string]: unknown;
}

const REQUEST_ID = referenceTo('RequestId');
/** More would only be longer. */
const MOST_EXAMPLES = 2;

export const OF_CLIENT = [...CLIENT_SCHEMAS.action, ...CLIENT_SCHEMAS.type].map(([wireName, schema]) => ({
  wireName: String(wireName),
  name: nameOf(schema),
}));
export const OF_SERVER = [
  ...serverMessageSchema.options.map((schema) => ({
    wireName: schema.entries.type.literal,
    name: nameOf(schema),
  })),
  // The only one without a type.
  { wireName: 'm', name: nameOf(compactMetricsSchema) },
] as const;
export const BATCH_OF_CLIENT = nameOf(clientBatchSchema);
export const BATCH_OF_SERVER = nameOf(serverBatchSchema);

/** Every message, in the order of the page. */
export function messagesOf(page: ProtocolPage): Message[] {
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

export function messageObject({ name, words, examples }: Message, schemas: JsonSchemas): MessageObject {
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
export function summaryOf({ text }: MessageWords): string {
  return text.split(/(?<=[.])\s/)[0] ?? '';
}
