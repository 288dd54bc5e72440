/**
 * The wire: every message of the live protocol, declared once. Types are inferred from the schemas.
 * docs/protocol.md explains the exchange; the agent checks against this file, and a client, which is to be small, in
 * `client/server-frames.ts`, which a test holds equal to it. Unknown fields never break an older peer.
 */
import * as v from 'valibot';
import { metricDescriptorSchema, tableDescriptorSchema } from './catalogue.ts';
import { CLIENT_LIMITS, DEFAULT_SUBSCRIPTION, type PING } from './constants.ts';

export { CLIENT_LIMITS, PING, PONG, PROTOCOL_VERSION, SUBPROTOCOL, TRANSPORTS } from './constants.ts';

const shortText = v.pipe(
  v.string('expected a string'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(CLIENT_LIMITS.stringLength, `must have at most ${CLIENT_LIMITS.stringLength} characters`),
);
const naturalNumber = v.pipe(
  v.number('expected a number'),
  v.safeInteger('expected an integer'),
  v.minValue(0, 'must not be negative'),
);
const positiveInteger = v.pipe(
  v.number('expected a number'),
  v.safeInteger('expected an integer'),
  v.minValue(1, 'must be at least 1'),
);
/** A message of a client: a field that is not there is named, with the fix. */
function request<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.object(entries, 'is required');
}
/** A client's name for a request; its answer or error carries it back. */
export const requestId = v.optional(v.union([shortText, naturalNumber], 'expected a string or an integer'));
export type RequestId = v.InferOutput<typeof requestId>;

// ---------------------------------------------------------------------------------------------- client to server

/** Selects the v1 profile on a socket that was opened without the subprotocol. */
export const helloSchema = request({ action: v.literal('hello'), v: naturalNumber, id: requestId });

/** The position of the last sample that a client has: identity of the agent run, and the count of its ticks. */
export const positionSchema = request({
  epoch: shortText,
  seq: naturalNumber,
  /** `ts` of that sample: where a `gap` can begin even when the agent does not hold it any more. */
  ts: v.optional(naturalNumber),
});
export type Position = v.InferOutput<typeof positionSchema>;

const subscribeEntries = {
  action: v.literal('subscribe'),
  /** The client's name for the subscription; the same name again replaces it. */
  sub: v.optional(shortText, DEFAULT_SUBSCRIPTION),
  /** Id of one of the hosts in `welcome`; left out: the first. */
  host: v.optional(shortText),
  /** Names and globs; may be empty, or left out, where tables are asked for. */
  metrics: v.optional(
    v.pipe(
      v.array(shortText, 'expected an array of metric names'),
      v.maxLength(CLIENT_LIMITS.metrics, `must name at most ${CLIENT_LIMITS.metrics} metrics`),
    ),
    [],
  ),
  /** Names of tables. */
  tables: v.optional(
    v.pipe(
      v.array(shortText, 'expected an array of table names'),
      v.maxLength(CLIENT_LIMITS.tables, `must name at most ${CLIENT_LIMITS.tables} tables`),
    ),
    [],
  ),
  /** Raised to the agent's own interval when below it; the effective value is in `subscribed`. */
  intervalMs: v.optional(positiveInteger),
  /** Send what was missed after this sample. */
  since: v.optional(positionSchema),
  /** How many past samples to send first, the newest included; without effect beside `since`. */
  backfill: v.optional(naturalNumber),
  id: requestId,
} satisfies v.ObjectEntries;
export const subscribeSchema = v.pipe(
  request(subscribeEntries),
  v.forward(
    v.check(
      ({ metrics, tables }) => metrics.length + tables.length > 0,
      'must name at least one metric, unless there is a table',
    ),
    ['metrics'],
  ),
);

export const unsubscribeSchema = request({
  action: v.literal('unsubscribe'),
  sub: v.optional(shortText, DEFAULT_SUBSCRIPTION),
  id: requestId,
});

export const authSchema = request({
  type: v.literal('auth'),
  token: v.pipe(v.string('expected a string'), v.maxLength(CLIENT_LIMITS.tokenLength, 'is too long')),
});

/** Messages are checked one by one when they are handled, so that a bad one costs only itself. */
export const clientBatchSchema = request({
  type: v.literal('batch'),
  messages: v.pipe(
    v.array(v.unknown(), 'expected an array of messages'),
    v.maxLength(CLIENT_LIMITS.batchMessages, `must hold at most ${CLIENT_LIMITS.batchMessages} messages`),
  ),
});

/** What a client of server-sent events or long polling follows: `subscribe` messages without their `action`. */
export const subscriptionsSchema = v.pipe(
  v.array(v.unknown(), 'expected an array of subscriptions'),
  v.maxLength(CLIENT_LIMITS.subscriptions, `must hold at most ${CLIENT_LIMITS.subscriptions} subscriptions`),
);

/** The body of a poll (TR-3). Subscriptions are checked one by one, as members of a batch are. */
export const pollRequestSchema = request({
  subscriptions: subscriptionsSchema,
  /** That of the answer before; left out: the first poll. */
  cursor: v.optional(v.pipe(v.string('expected a string'), v.maxLength(CLIENT_LIMITS.messageBytes))),
  /** How long to wait when nothing is due, at most 25 s. */
  waitMs: v.optional(naturalNumber),
});

export type Hello = v.InferOutput<typeof helloSchema>;
export type Subscribe = v.InferOutput<typeof subscribeSchema>;
export type Unsubscribe = v.InferOutput<typeof unsubscribeSchema>;
export type Auth = v.InferOutput<typeof authSchema>;
export type ClientBatch = v.InferOutput<typeof clientBatchSchema>;
export type PollRequest = v.InferOutput<typeof pollRequestSchema>;
export type Ping = { readonly type: typeof PING };
export type ClientMessage = Hello | Subscribe | Unsubscribe | Auth | ClientBatch | Ping;
/** What a client hands to the codec: defaults may be left out. */
export type ClientRequest =
  | v.InferInput<typeof helloSchema>
  | v.InferInput<typeof subscribeSchema>
  | v.InferInput<typeof unsubscribeSchema>
  | v.InferInput<typeof authSchema>
  | v.InferInput<typeof clientBatchSchema>;

// ---------------------------------------------------------------------------------------------- server to client

/** What is known of a host. What changes while its agent runs is told by `host`. Absent fields are not known. */
export const hostDetailsSchema = v.object({
  operatingSystem: v.optional(v.string()),
  kernel: v.optional(v.string()),
  architecture: v.optional(v.string()),
  cpuModel: v.optional(v.string()),
  /** Logical processors. */
  cores: v.optional(v.number()),
  memoryTotalBytes: v.optional(v.number()),
  /** When the host started, Unix ms on the host's clock as it is set now. */
  bootedAtMs: v.optional(v.number()),
  /** What the agent sees: `machine`, `vm`, `lxc` or `container`. */
  kind: v.optional(v.string()),
  /** What runs it, as people call it: `KVM`, `Docker`. */
  platform: v.optional(v.string()),
  gpus: v.optional(v.array(v.string())),
  disks: v.optional(v.array(v.string())),
});
export type HostDetails = v.InferOutput<typeof hostDetailsSchema>;

export const hostSchema = v.object({ id: v.string(), label: v.string(), facts: hostDetailsSchema });
export type Host = v.InferOutput<typeof hostSchema>;

export const welcomeSchema = v.object({
  type: v.literal('welcome'),
  v: v.number(),
  server: v.object({ name: v.string(), version: v.string() }),
  heartbeat: v.object({ intervalMs: v.number() }),
  /** How the server wants to be tried again after a loss: full jitter in 0 … min(cap, base × 2ⁿ). */
  reconnect: v.object({ baseMs: v.number(), capMs: v.number() }),
  limits: v.object({
    minIntervalMs: v.number(),
    maxBackfill: v.number(),
    maxMetrics: v.number(),
    maxSubscriptions: v.number(),
    maxMessageBytes: v.number(),
  }),
  transports: v.array(v.string()),
  hosts: v.array(hostSchema),
  catalogue: v.array(metricDescriptorSchema),
  tables: v.optional(v.array(tableDescriptorSchema), []),
  id: requestId,
});

/** What is known of a host has changed: a disk was plugged in, slow facts were found. Takes the place of what `welcome` said. */
export const hostMessageSchema = v.object({
  type: v.literal('host'),
  ...hostSchema.entries,
  catalogue: v.array(metricDescriptorSchema),
  tables: v.array(tableDescriptorSchema),
});

export const seriesSchema = v.object({
  ...v.pick(metricDescriptorSchema, ['name', 'label', 'unit', 'min', 'max', 'instance', 'headline']).entries,
  group: v.optional(v.string()),
});
export type Series = v.InferOutput<typeof seriesSchema>;

export const subscribedSchema = v.object({
  type: v.literal('subscribed'),
  sub: v.string(),
  host: v.string(),
  epoch: v.string(),
  /** Sequence number of the newest sample held when the subscription began, 0 when there is none yet. */
  seq: v.number(),
  /** The interval in effect: a multiple of the agent's own. */
  intervalMs: v.number(),
  /** Whether everything after `since` follows; false where no `since` was given. */
  recovered: v.boolean(),
  /** The order in which `values` follow. */
  series: v.array(seriesSchema),
  tables: v.optional(v.array(tableDescriptorSchema), []),
  id: requestId,
});

export const metricsSchema = v.object({
  type: v.literal('metrics'),
  sub: v.string(),
  seq: v.number(),
  /** `seq` of the frame before this one on this subscription; 0 for the first. */
  prev: v.number(),
  /** When the sample was taken, Unix ms on the host's clock. */
  ts: v.number(),
  values: v.array(v.nullable(v.number())),
});

/** A table that belongs to a sample, sent before it. */
export const tableSchema = v.object({
  type: v.literal('table'),
  sub: v.string(),
  /** The table's name. */
  table: v.string(),
  /** `seq` and `ts` of the sample that it was made with. */
  seq: v.number(),
  ts: v.number(),
  /** Cells in the order of the table's columns. */
  rows: v.array(v.array(v.nullable(v.union([v.string(), v.number()])))),
});

export const gapSchema = v.object({
  type: v.literal('gap'),
  sub: v.string(),
  /** The numbers that will not come, both included; where no sample was taken, `to` is `from` - 1. */
  from: v.number(),
  /** The next frame's `prev`. */
  to: v.number(),
  /** `ts` of the samples on either side, Unix ms. */
  fromTs: v.number(),
  toTs: v.number(),
  /** `evicted`, `agent_restart`, `stall`, `suspend`, `unknown_position`, `host_down`, `slow`; later agents may know more. */
  reason: v.string(),
});

/** Messages of a batch are checked one by one, as on the way in. */
export const serverBatchSchema = v.object({ type: v.literal('batch'), messages: v.array(v.unknown()) });
/** The answer to a poll: a batch, and the position to poll from next, which means nothing to the client. */
export const pollAnswerSchema = v.object({ ...serverBatchSchema.entries, cursor: v.string() });
export const heartbeatSchema = v.object({ type: v.literal('heartbeat'), ts: v.number() });
export const unsubscribedSchema = v.object({
  type: v.literal('unsubscribed'),
  sub: v.string(),
  reason: v.string(),
  id: requestId,
});
export const authSuccessSchema = v.object({ type: v.literal('auth_success') });
export const authErrorSchema = v.object({
  type: v.literal('auth_error'),
  error: v.string(),
  /** `token_of_other_origin` for a good token that is for other pages than the one that shows it; later agents may know more. */
  code: v.optional(v.string()),
});
export const authExpiringSchema = v.object({ type: v.literal('auth_expiring'), inMs: v.number() });
export const goodbyeSchema = v.object({
  type: v.literal('goodbye'),
  code: v.number(),
  reason: v.string(),
  /** When to come back; beats the client's own backoff. */
  retryMs: v.number(),
});
export const errorSchema = v.object({
  type: v.literal('error'),
  /** One sentence that names the field and the fix. */
  error: v.string(),
  code: v.string(),
  id: requestId,
  retryMs: v.optional(v.number()),
});

export type Welcome = v.InferOutput<typeof welcomeSchema>;
export type Subscribed = v.InferOutput<typeof subscribedSchema>;
export type HostMessage = v.InferOutput<typeof hostMessageSchema>;
export type Metrics = v.InferOutput<typeof metricsSchema>;
export type Table = v.InferOutput<typeof tableSchema>;
export type Gap = v.InferOutput<typeof gapSchema>;
export type ServerBatch = v.InferOutput<typeof serverBatchSchema>;
export type Heartbeat = v.InferOutput<typeof heartbeatSchema>;
export type Unsubscribed = v.InferOutput<typeof unsubscribedSchema>;
export type AuthSuccess = v.InferOutput<typeof authSuccessSchema>;
export type AuthError = v.InferOutput<typeof authErrorSchema>;
export type AuthExpiring = v.InferOutput<typeof authExpiringSchema>;
export type Goodbye = v.InferOutput<typeof goodbyeSchema>;
export type ErrorMessage = v.InferOutput<typeof errorSchema>;
export type ServerMessage =
  | Welcome
  | HostMessage
  | Subscribed
  | Metrics
  | Table
  | Gap
  | ServerBatch
  | Heartbeat
  | Unsubscribed
  | AuthSuccess
  | AuthError
  | AuthExpiring
  | Goodbye
  | ErrorMessage;

/** The plain profile's sample: names cross the wire each time, and there is nothing else in it. */
export type PlainMetrics = {
  readonly type: 'metrics';
  readonly metrics: Readonly<Record<string, number | null>>;
};
/** The plain profile's error: no code, no id. */
export type PlainError = { readonly type: 'error'; readonly error: string };
export type PlainServerMessage = PlainMetrics | PlainError | AuthSuccess | AuthError;

/** Every v1 message by its `action` (client) or `type`, for the codec. */
export const CLIENT_SCHEMAS = {
  action: new Map<unknown, typeof helloSchema | typeof subscribeSchema | typeof unsubscribeSchema>([
    ['hello', helloSchema],
    ['subscribe', subscribeSchema],
    ['unsubscribe', unsubscribeSchema],
  ]),
  type: new Map<unknown, typeof authSchema | typeof clientBatchSchema>([
    ['auth', authSchema],
    ['batch', clientBatchSchema],
  ]),
} as const;

export const serverMessageSchema = v.variant('type', [
  welcomeSchema,
  hostMessageSchema,
  subscribedSchema,
  metricsSchema,
  tableSchema,
  gapSchema,
  serverBatchSchema,
  heartbeatSchema,
  unsubscribedSchema,
  authSuccessSchema,
  authErrorSchema,
  authExpiringSchema,
  goodbyeSchema,
  errorSchema,
]);
