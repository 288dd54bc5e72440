/** What an agent reads and writes. Everything that `decode…` returns has been validated. */
import * as v from 'valibot';
import {
  CLIENT_SCHEMAS,
  PING,
  pollRequestSchema,
  requestId,
  subscriptionsSchema,
  tableSchema,
  type AlertLine,
  type AlertMessage,
  type ClientMessage,
  type HistoryRequest,
  type HostsMessage,
  type Metrics,
  type PollRequest,
  type Subscribe,
  type Subscribed,
  type Table,
} from './messages.ts';
import { isRecord, MessageError, parse } from './wire-json.ts';

export { encode, encodeBatch, MessageError, type MessageErrorCode } from './wire-json.ts';

/** Reads one text frame of a client. @throws MessageError */
export function decodeClientMessage(text: string): ClientMessage {
  return text === PING ? { type: PING } : checkClientMessage(parse(text));
}

/** Validates one parsed client message, such as a member of a batch. @throws MessageError */
export function checkClientMessage(value: unknown): ClientMessage {
  if (!isRecord(value)) throw new MessageError('invalid_message', 'Invalid message: expected a JSON object');
  const id = readId(value['id']);
  const schema = CLIENT_SCHEMAS.action.get(value['action']) ?? CLIENT_SCHEMAS.type.get(value['type']);
  if (schema === undefined) {
    throw new MessageError(
      'unknown_action',
      'Unknown action: expected "action" to be "hello", "subscribe", "unsubscribe", "history" or "cancel", or "type" to be "auth" or "batch"',
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

/** Validates a request for the past, given as the fields of a `history` message without `action`. @throws MessageError */
export function checkHistoryRequest(fields: Readonly<Record<string, unknown>>): HistoryRequest {
  const message = checkClientMessage({ ...fields, action: 'history' });
  if (!('action' in message) || message.action !== 'history') throw new TypeError('not a history request');
  return message;
}

/** Encodes rows once for any number of `table` messages. */
export function encodeRows(rows: readonly (readonly (string | number | null)[])[]): string {
  return JSON.stringify(rows);
}

/** Reads what `encodeRows` wrote. @throws MessageError, ValiError */
export function decodeRows(text: string): Table['rows'] {
  return v.parse(tableSchema.entries.rows, parse(text));
}

export function encodeTable(head: Omit<Table, 'type' | 'rows'>, rows: string): string {
  return `${JSON.stringify({ type: 'table', ...head }).slice(0, -1)},"rows":${rows}}`;
}

/** @param alerts a JSON array */
export function encodeAlert(
  head: Omit<AlertMessage, 'type' | 'alerts' | 'lines'>,
  alerts: string,
  lines: readonly AlertLine[] | undefined,
): string {
  return `${JSON.stringify({ type: 'alert', ...head, lines }).slice(0, -1)},"alerts":${alerts}}`;
}

/** @param hosts a JSON array */
export function encodeHosts(
  head: Pick<HostsMessage, 'sub' | 'complete' | 'id'> & Partial<Pick<HostsMessage, 'removed'>>,
  hosts: string,
): string {
  return `${JSON.stringify({ type: 'hosts', ...head }).slice(0, -1)},"hosts":${hosts}}`;
}

export function encodeMetrics(head: Omit<Metrics, 'type' | 'values'>, values: string): string {
  return `${JSON.stringify({ type: 'metrics', ...head }).slice(0, -1)},"values":${values}}`;
}

/** A `metrics` message for a subscription with `compact`. @param values a JSON array */
export function encodeCompact(
  channel: number,
  { seq, prev, ts }: Pick<Metrics, 'seq' | 'prev' | 'ts'>,
  values: string,
): string {
  const rest = values === '[]' ? ']' : `,${values.slice(1)}`;
  return `{"m":[${channel},${seq},${seq - prev},${ts}${rest}}`;
}

export function encodeSubscribed(head: Omit<Subscribed, 'series'>, series: string): string {
  return `${JSON.stringify(head).slice(0, -1)},"series":${series}}`;
}

export function encodePollAnswer(members: readonly string[], cursor: string): string {
  return `{"type":"batch","messages":[${members.join(',')}],"cursor":${JSON.stringify(cursor)}}`;
}

/** The request's `id` if it is valid and can be echoed. */
function readId(value: unknown): { id?: string | number } {
  const result = v.safeParse(requestId, value);
  return result.success && result.output !== undefined ? { id: result.output } : {};
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? 'Invalid message' : `Invalid ${path}: ${issue.message}`;
}
