/** The only JSON.parse and JSON.stringify of the wire. What leaves `decode…` has been checked and can be trusted. */
import * as v from 'valibot';
import {
  CLIENT_SCHEMAS,
  PING,
  pollAnswerSchema,
  pollRequestSchema,
  PONG,
  requestId,
  serverMessageSchema,
  subscriptionsSchema,
  type ClientMessage,
  type ClientRequest,
  type PlainServerMessage,
  type PollRequest,
  type ServerMessage,
  type Subscribe,
  type Table,
} from './messages.ts';

export type MessageErrorCode = 'invalid_json' | 'invalid_message' | 'unknown_action';

/** A message that is not of the protocol. `message` is a sentence for whoever sent it and never quotes the input. */
export class MessageError extends Error {
  readonly code: MessageErrorCode;
  /** The request's `id`, where one could be read, so that the answer can name it. */
  readonly id: string | number | undefined;

  constructor(code: MessageErrorCode, message: string, options?: ErrorOptions & { id?: string | number }) {
    super(message, options);
    this.name = 'MessageError';
    this.code = code;
    this.id = options?.id;
  }
}

/** Reads one text frame of a client. @throws MessageError */
export function decodeClientMessage(text: string): ClientMessage {
  return text === PING ? { type: PING } : checkClientMessage(parse(text));
}

/** Checks one parsed client message; used for the members of a batch. @throws MessageError */
export function checkClientMessage(value: unknown): ClientMessage {
  if (!isRecord(value)) throw new MessageError('invalid_message', 'Invalid message: expected a JSON object');
  const id = readId(value['id']);
  const schema = CLIENT_SCHEMAS.action.get(value['action']) ?? CLIENT_SCHEMAS.type.get(value['type']);
  if (schema === undefined) {
    throw new MessageError(
      'unknown_action',
      'Unknown action: expected "action" to be "hello", "subscribe" or "unsubscribe", or "type" to be "auth" or "batch"',
      id,
    );
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) throw new MessageError('invalid_message', describe(result.issues[0]), id);
  return result.output;
}

/** Reads the subscriptions of an event stream. @throws MessageError */
export function decodeSubscriptions(text: string): Subscribe[] {
  const result = v.safeParse(v.object({ subscriptions: subscriptionsSchema }), {
    subscriptions: parse(text),
  });
  if (!result.success) throw new MessageError('invalid_message', describe(result.issues[0]));
  return result.output.subscriptions.map(checkSubscription);
}

/** Reads the body of a poll. @throws MessageError */
export function decodePoll(
  text: string,
): Omit<PollRequest, 'subscriptions'> & { subscriptions: Subscribe[] } {
  const value = parse(text);
  if (!isRecord(value)) throw new MessageError('invalid_message', 'Invalid message: expected a JSON object');
  const result = v.safeParse(pollRequestSchema, value, { abortEarly: true });
  if (!result.success) throw new MessageError('invalid_message', describe(result.issues[0]));
  return { ...result.output, subscriptions: result.output.subscriptions.map(checkSubscription) };
}

function checkSubscription(value: unknown): Subscribe {
  if (!isRecord(value))
    throw new MessageError('invalid_message', 'Invalid subscriptions: expected JSON objects');
  const message = checkClientMessage({ ...value, action: 'subscribe' });
  if (!('action' in message) || message.action !== 'subscribe') throw new TypeError('not a subscription');
  return message;
}

/**
 * Reads one text frame of a server: its messages in order, batches opened.
 * A type that this version does not know is left out (protocol.md: the client ignores unknown types).
 * @throws MessageError
 */
export function decodeServerFrame(text: string): Exclude<ServerMessage, { type: 'batch' }>[] {
  return text === PONG ? [] : checkServerMessage(parse(text), true);
}

function checkServerMessage(value: unknown, mayBatch: boolean): Exclude<ServerMessage, { type: 'batch' }>[] {
  const result = v.safeParse(serverMessageSchema, value, { abortEarly: true });
  if (!result.success) {
    const isUnknownType =
      isRecord(value) && typeof value['type'] === 'string' && !KNOWN_TYPES.has(value['type']);
    if (isUnknownType) return [];
    throw new MessageError('invalid_message', describe(result.issues[0]));
  }
  const message = result.output;
  if (message.type !== 'batch') return [message];
  if (!mayBatch) throw new MessageError('invalid_message', 'Invalid batch: batches do not nest');
  return message.messages.flatMap((member) => checkServerMessage(member, false));
}

/** Writes a message. NaN and infinities, which JSON does not have, become `null`: not known. */
export function encode(message: ClientRequest | ServerMessage | PlainServerMessage): string {
  return JSON.stringify(message);
}

/** The rows of a table, to be put into any number of messages. */
export function encodeRows(rows: readonly (readonly (string | number | null)[])[]): string {
  return JSON.stringify(rows);
}

/** A `table` message of rows that are encoded already. */
export function encodeTable(head: Omit<Table, 'type' | 'rows'>, rows: string): string {
  return `${JSON.stringify({ type: 'table', ...head }).slice(0, -1)},"rows":${rows}}`;
}

/** A `batch` of messages that are encoded already. */
export function encodeBatch(members: readonly string[]): string {
  return `{"type":"batch","messages":[${members.join(',')}]}`;
}

/** Writes the body of a poll. */
export function encodePollRequest(request: v.InferInput<typeof pollRequestSchema>): string {
  return JSON.stringify(request);
}

/** Reads the position to poll from next; the messages beside it are read with `decodeServerFrame`. @throws MessageError */
export function decodePollCursor(text: string): string {
  const result = v.safeParse(pollAnswerSchema, parse(text), { abortEarly: true });
  if (!result.success) throw new MessageError('invalid_message', describe(result.issues[0]));
  return result.output.cursor;
}

/** The answer to a poll, of messages that are encoded already. */
export function encodePollAnswer(members: readonly string[], cursor: string): string {
  return `{"type":"batch","messages":[${members.join(',')}],"cursor":${JSON.stringify(cursor)}}`;
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  serverMessageSchema.options.map((schema) => schema.entries.type.literal),
);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MessageError('invalid_json', 'Invalid JSON: expected one JSON object per message', { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only an id that an answer may carry is echoed. */
function readId(value: unknown): { id?: string | number } {
  const result = v.safeParse(requestId, value);
  return result.success && result.output !== undefined ? { id: result.output } : {};
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? 'Invalid message' : `Invalid ${path}: ${issue.message}`;
}
