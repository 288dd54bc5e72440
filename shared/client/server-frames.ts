/**
 * Validates server messages without valibot, which would be a fifth of an embedded page. A field added to `messages.ts` does not
 * compile until it is validated here, and a test keeps both equal.
 */
import type { MetricDescriptor, TableDescriptor } from '../protocol/catalogue.ts';
import type {
  AlertLine,
  AlertView,
  Cancelled,
  History,
  Host,
  HostDetails,
  HostStatus,
  HostSummary,
  Series,
  ServerMessage,
} from '../protocol/messages.ts';
import { PONG } from '../protocol/constants.ts';
import { isRecord, MessageError, parse } from '../protocol/wire-json.ts';
import type { FrameDecoder } from './transport.ts';

type Check<T> = (value: unknown) => value is T;

const is =
  <T>(one: T): Check<T> =>
  (value): value is T =>
    value === one;
const text: Check<string> = (value) => typeof value === 'string';
const number: Check<number> = (value): value is number => Number.isFinite(value);
const boolean: Check<boolean> = (value) => typeof value === 'boolean';
const anything: Check<unknown> = (_value): _value is unknown => true;
const either =
  <A, B>(one: Check<A>, other: Check<B>): Check<A | B> =>
  (value): value is A | B =>
    one(value) || other(value);
const maybe = <T>(check: Check<T>): Check<T | undefined> => either(is(undefined), check);
const list =
  <T>(check: Check<T>): Check<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(check);
const record =
  <T>(fields: { readonly [Name in keyof T]-?: Check<T[Name]> }): Check<T> =>
  (value): value is T => {
    if (!isRecord(value)) return false;
    for (const name in fields) if (!fields[name](value[name])) return false;
    return true;
  };

const id = maybe(either(text, number));
const numberOrNull = either(number, is(null));
const textOrNull = either(text, is(null));
const descriptor = {
  name: text,
  label: text,
  unit: text,
  min: maybe(number),
  max: maybe(number),
  instance: maybe(text),
  headline: maybe(boolean),
};
const catalogue = list(
  record<MetricDescriptor>({
    ...descriptor,
    kind: text,
    group: text,
    help: text,
    source: text,
  }),
);
const tables = list(
  record<TableDescriptor>({
    name: text,
    label: text,
    group: text,
    columns: list(record({ name: text, label: text, unit: text, tellsApart: maybe(boolean) })),
    help: text,
    source: text,
  }),
);
const labels: Check<Record<string, string> | undefined> = maybe(
  (value): value is Record<string, string> => isRecord(value) && Object.values(value).every(text),
);
const status = record<HostStatus>({ state: text, sinceMs: numberOrNull, reason: maybe(text) });
const host = {
  id: text,
  label: text,
  labels,
  status: maybe(status),
  facts: record<HostDetails>({
    operatingSystem: maybe(text),
    kernel: maybe(text),
    architecture: maybe(text),
    cpuModel: maybe(text),
    cores: maybe(number),
    memoryTotalBytes: maybe(number),
    bootedAtMs: maybe(number),
    kind: maybe(text),
    platform: maybe(text),
    gpus: maybe(list(text)),
    disks: maybe(list(text)),
  }),
  history: maybe(record<NonNullable<Host['history']>>({ oldestMs: numberOrNull })),
};

/** Whether a value is an alert as agents tell of it, in messages and over HTTP. */
export const isAlertView = record<AlertView>({
  id: text,
  rule: text,
  title: text,
  host: text,
  metric: textOrNull,
  severity: text,
  state: text,
  sinceMs: number,
  firedMs: numberOrNull,
  endedMs: numberOrNull,
  outcome: textOrNull,
  value: numberOrNull,
  worst: numberOrNull,
  threshold: numberOrNull,
  unit: text,
  noDataSinceMs: numberOrNull,
  acknowledgedMs: numberOrNull,
  silencedUntilMs: numberOrNull,
});

/** Pages ask for the past over HTTP: they get no answers to `history`, and omit them as unknown. */
type PageMessage = Exclude<ServerMessage, History | Cancelled>;

/** The fields other than `type`. */
type Fields<Type extends PageMessage['type']> = Omit<Extract<PageMessage, { type: Type }>, 'type'>;

const MESSAGES: { readonly [Type in PageMessage['type']]: Check<Fields<Type>> } = {
  welcome: record<Fields<'welcome'>>({
    v: number,
    server: record({ name: text, version: text }),
    heartbeat: record({ intervalMs: number }),
    reconnect: record({ baseMs: number, capMs: number }),
    limits: record({
      minIntervalMs: number,
      maxBackfill: number,
      maxMetrics: number,
      maxSubscriptions: number,
      maxMessageBytes: number,
    }),
    transports: list(text),
    hosts: list(record({ ...host, catalogue: maybe(catalogue), tables: maybe(tables) })),
    hostCount: maybe(number),
    catalogue,
    tables,
    id,
  }),
  host: record({ ...host, catalogue, tables }),
  subscribed: record<Fields<'subscribed'>>({
    sub: text,
    host: text,
    epoch: text,
    seq: number,
    channel: maybe(number),
    intervalMs: number,
    batchMs: maybe(number),
    recovered: boolean,
    series: list(record<Series>({ ...descriptor, group: maybe(text) })),
    tables,
    id,
  }),
  metrics: record({
    sub: text,
    seq: number,
    prev: number,
    ts: number,
    values: list(numberOrNull),
  }),
  table: record({
    sub: text,
    table: text,
    seq: number,
    ts: number,
    rows: list(list(either(either(text, number), is(null)))),
  }),
  gap: record({
    sub: text,
    from: number,
    to: number,
    fromTs: number,
    toTs: number,
    reason: text,
  }),
  alert: record<Fields<'alert'>>({
    sub: text,
    host: text,
    complete: boolean,
    alerts: list(isAlertView),
    lines: maybe(
      list(
        record<AlertLine>({
          rule: text,
          title: text,
          severity: text,
          metrics: list(text),
          direction: text,
          threshold: number,
        }),
      ),
    ),
  }),
  hosts: record<Fields<'hosts'>>({
    sub: text,
    complete: boolean,
    hosts: list(
      record<HostSummary>({
        id: text,
        label: text,
        labels,
        status,
        epoch: text,
        intervalMs: number,
        minIntervalMs: number,
        via: maybe(text),
        bootedAtMs: numberOrNull,
        ts: numberOrNull,
        cpu: numberOrNull,
        memory: numberOrNull,
        disk: either(record({ name: text, percent: number }), is(null)),
        network: either(record({ receive: numberOrNull, send: numberOrNull }), is(null)),
        pressure: either(record({ name: text, percent: number }), is(null)),
        alerts: either(
          record<NonNullable<HostSummary['alerts']>>({
            warning: number,
            trouble: number,
            worst: either(
              record({ title: text, metric: textOrNull, severity: text, sinceMs: number }),
              is(null),
            ),
          }),
          is(null),
        ),
      }),
    ),
    removed: list(text),
    id,
  }),
  batch: record({ messages: list(anything) }),
  heartbeat: record({ ts: number }),
  unsubscribed: record<Fields<'unsubscribed'>>({
    sub: text,
    reason: text,
    id,
  }),
  auth_success: record({}),
  auth_error: record<Fields<'auth_error'>>({ error: text, code: maybe(text) }),
  auth_expiring: record({ inMs: number }),
  goodbye: record({ code: number, reason: text, retryMs: number }),
  error: record<Fields<'error'>>({ error: text, code: text, id, retryMs: maybe(number) }),
};

/**
 * Reads one frame of a server: its messages in order, batches flattened. Omits unknown message types (docs/protocol.md).
 * @param decoder of binary frames
 * @throws MessageError
 */
export function decodeServerFrame(
  frame: string | Uint8Array,
  decoder?: FrameDecoder,
): Exclude<PageMessage, { type: 'batch' }>[] {
  if (frame === PONG) return [];
  return checkServerMessage(typeof frame === 'string' ? parse(frame) : decoder?.decode(frame), true);
}

function checkServerMessage(value: unknown, mayBatch: boolean): Exclude<PageMessage, { type: 'batch' }>[] {
  if (!isRecord(value) || typeof value['type'] !== 'string')
    throw new MessageError('invalid_message', 'Invalid message');
  const { type } = value;
  if (!isKnown(type)) return [];
  // Agents before tables.
  const message =
    type === 'welcome' || type === 'subscribed'
      ? { tables: [], ...value }
      : type === 'hosts'
        ? { removed: [], ...value }
        : value;
  if (!isMessage(message, type)) throw new MessageError('invalid_message', `Invalid ${type}`);
  if (message.type !== 'batch') return [message];
  if (!mayBatch) throw new MessageError('invalid_message', 'Invalid batch: batches do not nest');
  return message.messages.flatMap((member) => checkServerMessage(member, false));
}

function isMessage(value: unknown, type: PageMessage['type']): value is PageMessage {
  return MESSAGES[type](value);
}

/** Not `in`: inherited names such as `toString` are not types. */
function isKnown(type: string): type is PageMessage['type'] {
  return Object.hasOwn(MESSAGES, type);
}

/** Reads the `cursor` of an answer to a poll; `decodeServerFrame` reads its messages. @throws MessageError */
export function decodePollCursor(answer: string): string {
  const value = parse(answer);
  if (!isRecord(value) || !text(value['cursor'])) throw new MessageError('invalid_message', 'Invalid cursor');
  return value['cursor'];
}
