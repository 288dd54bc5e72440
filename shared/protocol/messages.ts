/**
 * Every message of the live protocol, declared once; types are inferred from the schemas. docs/protocol.md explains the exchange.
 * The agent validates with these schemas. Clients must stay small and validate with `client/server-frames.ts`; a test keeps both equal.
 * Unknown fields never break an older peer.
 */
import * as v from 'valibot';
import { metricDescriptorSchema, tableDescriptorSchema } from './catalogue.ts';
import { CLIENT_LIMITS, DEFAULT_HISTORY_POINTS, DEFAULT_SUBSCRIPTION, type PING } from './constants.ts';

export {
  CLIENT_LIMITS,
  PING,
  PONG,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  SUBPROTOCOL_MSGPACK,
  TRANSPORTS,
} from './constants.ts';

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
const integer = v.pipe(v.number(), v.safeInteger());
/** A client message: the error for a missing field names the field and the fix. */
function request<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.object(entries, 'is required');
}
/** The client's name for a request; the answer or error echoes it. */
export const requestId = v.optional(v.union([shortText, naturalNumber], 'expected a string or an integer'));
export type RequestId = v.InferOutput<typeof requestId>;

// ---------------------------------------------------------------------------------------------- client to server

/** Selects the v1 profile on a socket opened without the subprotocol. */
export const helloSchema = request({ action: v.literal('hello'), v: naturalNumber, id: requestId });

/** Position of the last sample a client has: the agent run (`epoch`) and the sample's number in it (`seq`). */
export const positionSchema = request({
  epoch: shortText,
  seq: naturalNumber,
  /** `ts` of that sample, so that a `gap` can begin there even after the agent has evicted the sample. */
  ts: v.optional(naturalNumber),
});
export type Position = v.InferOutput<typeof positionSchema>;

/** The lists of a request of which at least one must have an entry. */
const NAMING = ['metrics', 'tables', 'hosts'] as const;
const MUST_NAME = 'must name at least one metric, unless there is a table';
function namesSomething(asked: {
  readonly [List in (typeof NAMING)[number]]?: unknown[] | undefined;
}): boolean {
  return NAMING.some((list) => (asked[list]?.length ?? 0) > 0);
}
/**
 * The same rule in JSON Schema, for the document of the contract: a check is a function, which says nothing there. No alternatives, which generators of code
 * take for classes of their own.
 */
const lastIfOthersAreEmpty = (last: (typeof NAMING)[number], others: readonly (typeof NAMING)[number][]) => ({
  if: { properties: Object.fromEntries(others.map((list) => [list, { maxItems: 0 }])) },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: [last], properties: { [last]: { minItems: 1 } } },
});

const subscribeEntries = {
  action: v.literal('subscribe'),
  /** The client's name for the subscription; reusing a name replaces that subscription. */
  sub: v.optional(shortText, DEFAULT_SUBSCRIPTION),
  /** Id of a host, or its label if no other has the same; default: the first. */
  host: v.optional(shortText),
  /**
   * Follows how these hosts are, with `hosts` messages, instead of samples: ids, labels and globs of them, and `key=value` for the labels that
   * their operators gave them.
   */
  hosts: v.optional(
    v.pipe(
      v.array(shortText, 'expected an array of host names'),
      v.minLength(1, 'must name at least one host'),
      v.maxLength(CLIENT_LIMITS.metrics, `must name at most ${CLIENT_LIMITS.metrics} hosts`),
    ),
  ),
  /** Names and globs; may be empty or absent if `tables` is not. */
  metrics: v.optional(
    v.pipe(
      v.array(shortText, 'expected an array of metric names'),
      v.maxLength(CLIENT_LIMITS.metrics, `must name at most ${CLIENT_LIMITS.metrics} metrics`),
    ),
    [],
  ),
  tables: v.optional(
    v.pipe(
      v.array(shortText, 'expected an array of table names'),
      v.maxLength(CLIENT_LIMITS.tables, `must name at most ${CLIENT_LIMITS.tables} tables`),
    ),
    [],
  ),
  /** Raised to the agent's own interval if shorter; `subscribed` has the effective value. */
  intervalMs: v.optional(positiveInteger),
  /** Send each sample that is taken, also those between that only others asked for. */
  every: v.optional(v.boolean('expected true or false')),
  /** Time between frames, each with the samples since the one before; `subscribed` has the effective value. */
  batchMs: v.optional(
    v.pipe(
      positiveInteger,
      v.minValue(CLIENT_LIMITS.leastBatchMs, `must be at least ${CLIENT_LIMITS.leastBatchMs}`),
      v.maxValue(CLIENT_LIMITS.mostBatchMs, `must be at most ${CLIENT_LIMITS.mostBatchMs}`),
    ),
  ),
  /** Send what the client missed after this sample. */
  since: v.optional(positionSchema),
  /** How many past samples to send first, the newest included; with `every`, counted at the agent's own interval. Ignored if `since` is given. */
  backfill: v.optional(naturalNumber),
  /** Send samples as `m` instead of `metrics`. Without effect where messages are MessagePack: samples are always short there. */
  compact: v.optional(v.boolean('expected true or false')),
  /** Whether to send what alerts do on this host. */
  alerts: v.optional(v.boolean('expected true or false')),
  id: requestId,
} satisfies v.ObjectEntries;
export const subscribeSchema = v.pipe(
  request(subscribeEntries),
  v.forward(
    v.check((asked) => namesSomething(asked), MUST_NAME),
    ['metrics'],
  ),
  v.metadata(lastIfOthersAreEmpty('hosts', ['metrics', 'tables'])),
);

export const unsubscribeSchema = request({
  action: v.literal('unsubscribe'),
  sub: v.optional(shortText, DEFAULT_SUBSCRIPTION),
  id: requestId,
});

const historyEntries = {
  action: v.literal('history'),
  host: v.optional(shortText),
  /** Names and globs; may be empty or absent if `tables` is not. */
  metrics: subscribeEntries.metrics,
  /** For each table, the rows of the worst second of the range. */
  tables: subscribeEntries.tables,
  /** Unix ms on the host's clock, included. */
  from: naturalNumber,
  /** Unix ms on the host's clock, not included. */
  to: naturalNumber,
  points: v.optional(
    v.pipe(
      positiveInteger,
      v.maxValue(CLIENT_LIMITS.historyPoints, `must be at most ${CLIENT_LIMITS.historyPoints}`),
    ),
    DEFAULT_HISTORY_POINTS,
  ),
  id: requestId,
} satisfies v.ObjectEntries;
/** Asks for the past: points of a range, at most `points` of them. The answer carries `id`, which must be unique among those not yet answered. */
export const historyRequestSchema = v.pipe(
  request(historyEntries),
  v.forward(
    v.check((asked) => namesSomething(asked), MUST_NAME),
    ['metrics'],
  ),
  v.forward(
    // JSON Schema cannot compare two fields: there, the description of `to` says it.
    v.check(({ from, to }) => from < to, 'must be before "to"'),
    ['from'],
  ),
  v.metadata(lastIfOthersAreEmpty('tables', ['metrics'])),
);

/** Ends the answer to the history request of that `id`: nothing of it follows `cancelled`. */
export const cancelSchema = request({ action: v.literal('cancel'), id: requestId });

export const authSchema = request({
  type: v.literal('auth'),
  token: v.pipe(v.string('expected a string'), v.maxLength(CLIENT_LIMITS.tokenLength, 'is too long')),
});

/** Members are validated one by one when handled, so that a bad one costs only itself. */
export const clientBatchSchema = request({
  type: v.literal('batch'),
  messages: v.pipe(
    v.array(v.unknown(), 'expected an array of messages'),
    v.maxLength(CLIENT_LIMITS.batchMessages, `must hold at most ${CLIENT_LIMITS.batchMessages} messages`),
  ),
});

/** The subscriptions of an SSE or long-polling client: `subscribe` messages without `action`. */
export const subscriptionsSchema = v.pipe(
  v.array(v.unknown(), 'expected an array of subscriptions'),
  v.maxLength(CLIENT_LIMITS.subscriptions, `must hold at most ${CLIENT_LIMITS.subscriptions} subscriptions`),
);

/** The body of a poll (TR-3). Subscriptions are validated one by one, like members of a batch. */
export const pollRequestSchema = request({
  subscriptions: subscriptionsSchema,
  /** `cursor` of the previous answer; absent in the first poll. */
  cursor: v.optional(v.pipe(v.string('expected a string'), v.maxLength(CLIENT_LIMITS.messageBytes))),
  /** How long the agent may wait if nothing is due, at most 25 s. */
  waitMs: v.optional(naturalNumber),
});

export type Hello = v.InferOutput<typeof helloSchema>;
export type Subscribe = v.InferOutput<typeof subscribeSchema>;
export type HistoryRequest = v.InferOutput<typeof historyRequestSchema>;
export type Cancel = v.InferOutput<typeof cancelSchema>;
export type Unsubscribe = v.InferOutput<typeof unsubscribeSchema>;
export type Auth = v.InferOutput<typeof authSchema>;
export type ClientBatch = v.InferOutput<typeof clientBatchSchema>;
export type PollRequest = v.InferOutput<typeof pollRequestSchema>;
export type Ping = { readonly type: typeof PING };
export type ClientMessage =
  | Hello
  | Subscribe
  | Unsubscribe
  | HistoryRequest
  | Cancel
  | Auth
  | ClientBatch
  | Ping;
/** What a client passes to the codec: fields with a default are optional. */
export type ClientRequest =
  | v.InferInput<typeof helloSchema>
  | v.InferInput<typeof subscribeSchema>
  | v.InferInput<typeof unsubscribeSchema>
  | v.InferInput<typeof historyRequestSchema>
  | v.InferInput<typeof cancelSchema>
  | v.InferInput<typeof authSchema>
  | v.InferInput<typeof clientBatchSchema>;

// ---------------------------------------------------------------------------------------------- server to client

/** Absent fields are unknown. `host` messages report changes while the agent runs. */
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
  /** The agent's surroundings: `machine`, `vm`, `lxc` or `container`. */
  kind: v.optional(v.string()),
  /** The hypervisor or container engine, for people: `KVM`, `Docker`. */
  platform: v.optional(v.string()),
  gpus: v.optional(v.array(v.string())),
  disks: v.optional(v.array(v.string())),
});
export type HostDetails = v.InferOutput<typeof hostDetailsSchema>;

/** How a host is, as far as this agent knows. */
export const hostStatusSchema = v.object({
  /** `up`, `down`, or `unknown`; later agents may add states. */
  state: v.string(),
  /** Since when, Unix ms on the clock of the agent that says so; `null` is not known. */
  sinceMs: v.nullable(v.number()),
  /** Why it is down, for people. */
  reason: v.optional(v.string()),
});
export type HostStatus = v.InferOutput<typeof hostStatusSchema>;

export const hostSchema = v.object({
  id: v.string(),
  label: v.string(),
  facts: hostDetailsSchema,
  /** `key: value`, as its operator labelled it. */
  labels: v.optional(v.record(v.string(), v.string())),
  /** Absent for the host that the agent itself samples, which is up. */
  status: v.optional(hostStatusSchema),
  /** Absent where no past can be asked for. */
  history: v.optional(
    v.object({
      /** The oldest point that is kept, Unix ms, as of this message; `null` for none yet. */
      oldestMs: v.nullable(v.number()),
    }),
  ),
});
export type Host = v.InferOutput<typeof hostSchema>;

/**
 * A host in `welcome`. The first has its catalogue and tables next to `hosts`, where clients that know a single host read them. Those of the others come
 * in a `host` message when the client subscribes to them.
 */
export const welcomeHostSchema = v.object({
  ...hostSchema.entries,
  catalogue: v.optional(v.array(metricDescriptorSchema)),
  tables: v.optional(v.array(tableDescriptorSchema)),
});

export const welcomeSchema = v.object({
  type: v.literal('welcome'),
  v: v.number(),
  server: v.object({ name: v.string(), version: v.string() }),
  heartbeat: v.object({ intervalMs: v.number() }),
  /** Limits of the client's backoff: full jitter in 0 … min(cap, base × 2ⁿ). */
  reconnect: v.object({ baseMs: v.number(), capMs: v.number() }),
  limits: v.object({
    minIntervalMs: v.number(),
    maxBackfill: v.number(),
    maxMetrics: v.number(),
    maxSubscriptions: v.number(),
    maxMessageBytes: v.number(),
  }),
  transports: v.array(v.string()),
  /** At most the first 100: a subscription with `hosts` tells all. */
  hosts: v.array(welcomeHostSchema),
  /** How many hosts there are. */
  hostCount: v.optional(v.number()),
  /** Of the first host, as are `tables`. */
  catalogue: v.array(metricDescriptorSchema),
  tables: v.optional(v.array(tableDescriptorSchema), []),
  id: requestId,
});

/**
 * A host changed (a disk was plugged in, slow details were read) or is new: replaces everything announced of this host, and nothing
 * of other hosts.
 */
export const hostMessageSchema = v.object({
  type: v.literal('host'),
  ...hostSchema.entries,
  catalogue: v.array(metricDescriptorSchema),
  tables: v.array(tableDescriptorSchema),
});

/** How a host is and what it measured last, for an overview of many. `null` is not known. */
export const hostSummarySchema = v.object({
  ...v.pick(hostSchema, ['id', 'label', 'labels']).entries,
  /** Also of the host that the agent itself samples. */
  status: hostStatusSchema,
  /** Of the agent run that measured it; empty before anything was heard of it. */
  epoch: v.string(),
  /** Time between its samples, and the shortest that can be asked for. */
  intervalMs: v.number(),
  minIntervalMs: v.number(),
  /** Label of the agent that passes it on; absent for the agent's own host. */
  via: v.optional(v.string()),
  bootedAtMs: v.nullable(v.number()),
  /** When the values below were measured, Unix ms on the host's clock; `null` for never. */
  ts: v.nullable(v.number()),
  /** Percent, as is `memory`. */
  cpu: v.nullable(v.number()),
  memory: v.nullable(v.number()),
  /** The filesystem that is fullest, and how full in percent. */
  disk: v.nullable(v.object({ name: v.string(), percent: v.number() })),
  /** Bytes a second, received and sent, over all interfaces that are counted in the host's totals. */
  network: v.nullable(v.object({ receive: v.nullable(v.number()), send: v.nullable(v.number()) })),
  /** The highest of the pressures (some) of processor, memory and I/O, percent. */
  pressure: v.nullable(v.object({ name: v.string(), percent: v.number() })),
  /** What fires now and is neither acknowledged nor silenced: how many, and the worst of them. `null` where no alerts are evaluated. */
  alerts: v.nullable(
    v.object({
      warning: v.number(),
      trouble: v.number(),
      worst: v.nullable(
        v.object({
          title: v.string(),
          metric: v.nullable(v.string()),
          severity: v.string(),
          sinceMs: v.number(),
        }),
      ),
    }),
  ),
});
export type HostSummary = v.InferOutput<typeof hostSummarySchema>;

/** How hosts are, for a subscription with `hosts`. */
export const hostsSchema = v.object({
  type: v.literal('hosts'),
  sub: v.string(),
  /** Whether this replaces everything told before. Where hosts are many, more messages may follow it at once. */
  complete: v.boolean(),
  /** Each as it is now. */
  hosts: v.array(hostSummarySchema),
  /** Ids of hosts that are no more, or no longer shown. */
  removed: v.optional(v.array(v.string()), []),
  id: requestId,
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
  /** `seq` of the newest stored sample when the subscription began, 0 if there was none. */
  seq: v.number(),
  /** What compact samples call this subscription, from here on; absent if they are not compact. */
  channel: v.optional(v.number()),
  /** The effective interval: a multiple of the agent's own. */
  intervalMs: v.number(),
  /** Time between batches, if they were asked for: a multiple of the time between samples. */
  batchMs: v.optional(v.number()),
  /** Whether everything after `since` follows; false without `since`. */
  recovered: v.boolean(),
  /** In the order of `values`. */
  series: v.array(seriesSchema),
  tables: v.optional(v.array(tableDescriptorSchema), []),
  id: requestId,
});

export const metricsSchema = v.object({
  type: v.literal('metrics'),
  sub: v.string(),
  seq: v.number(),
  /** `seq` of the previous frame of this subscription; 0 for the first. */
  prev: v.number(),
  /** When the sample was taken, Unix ms on the host's clock. */
  ts: v.number(),
  values: v.array(v.nullable(v.number())),
});

/**
 * What `metrics` says, for a subscription with `compact`: `channel` of the subscription, seq, seq - prev, ts, then the values. The only message without
 * a type.
 */
export const compactMetricsSchema = v.object({
  m: v.tupleWithRest([integer, integer, integer, integer], v.nullable(v.number())),
});

/** Cells in the order of the table's columns. */
const tableRows = v.array(v.array(v.nullable(v.union([v.string(), v.number()]))));

/** A table of a sample, sent before that sample. */
export const tableSchema = v.object({
  type: v.literal('table'),
  sub: v.string(),
  table: v.string(),
  /** `seq` and `ts` of its sample. */
  seq: v.number(),
  ts: v.number(),
  rows: tableRows,
});

export const gapSchema = v.object({
  type: v.literal('gap'),
  sub: v.string(),
  /** First and last missing `seq`; `to` is `from` - 1 if no sample was taken. */
  from: v.number(),
  /** `prev` of the next frame. */
  to: v.number(),
  /** `ts` of the samples before and after, Unix ms. */
  fromTs: v.number(),
  toTs: v.number(),
  /** `evicted`, `agent_restart`, `stall`, `suspend`, `unknown_position`, `host_down`, `slow`; later agents may add some. */
  reason: v.string(),
});

export const severitySchema = v.picklist(['warning', 'trouble']);
export type Severity = v.InferOutput<typeof severitySchema>;

/** One episode of a rule on a series or host. Times are Unix ms on the agent's clock. */
export const alertViewSchema = v.object({
  id: v.string(),
  rule: v.string(),
  /** Of the rule, for people: `Disk almost full`. */
  title: v.string(),
  host: v.string(),
  /** The series; `null` if the host itself is meant. */
  metric: v.nullable(v.string()),
  /** `warning` or `trouble`; later agents may add some. */
  severity: v.string(),
  /** `pending`, `firing`, `clearing` or `ended`. */
  state: v.string(),
  /** When the condition began to hold. */
  sinceMs: v.number(),
  firedMs: v.nullable(v.number()),
  endedMs: v.nullable(v.number()),
  /** Why it ended: `resolved`, `gone` (what it watched is no more), `removed` (its rule is no more), `event` (it was over at once). */
  outcome: v.nullable(v.string()),
  /** The newest reading, and the one farthest beyond the threshold; in `unit`. */
  value: v.nullable(v.number()),
  worst: v.nullable(v.number()),
  threshold: v.nullable(v.number()),
  unit: v.string(),
  /** Since when no value is known; `null` while one is. */
  noDataSinceMs: v.nullable(v.number()),
  acknowledgedMs: v.nullable(v.number()),
  silencedUntilMs: v.nullable(v.number()),
});
export type AlertView = v.InferOutput<typeof alertViewSchema>;

/** A threshold that charts can draw. */
export const alertLineSchema = v.object({
  rule: v.string(),
  title: v.string(),
  severity: v.string(),
  /** Names and globs. */
  metrics: v.array(v.string()),
  /** `above` or `below`. */
  direction: v.string(),
  threshold: v.number(),
});
export type AlertLine = v.InferOutput<typeof alertLineSchema>;

/** What alerts of a host do, for a subscription with `alerts`. */
export const alertSchema = v.object({
  type: v.literal('alert'),
  sub: v.string(),
  host: v.string(),
  /** Whether this replaces everything told before: the first of a subscription is, and one after rules have changed. */
  complete: v.boolean(),
  /** Each as it is now; those that ended are told once more. */
  alerts: v.array(alertViewSchema),
  /** With `complete`. */
  lines: v.optional(v.array(alertLineSchema)),
});

/** A slice of an answer to `history`. The first one has what describes all of them. Pages ask over HTTP and ignore these. */
export const historySchema = v.object({
  type: v.literal('history'),
  id: requestId,
  host: v.optional(v.string()),
  series: v.optional(v.array(seriesSchema)),
  /** `seconds`, `minutes` or `quarters`: how finely the past that answers is kept. Later agents may add some. */
  tier: v.optional(v.string()),
  /** Distance of two points, ms. */
  stepMs: v.optional(v.number()),
  /** Missing stretches of the whole range, oldest first, many of them over several slices; `fromTs` and `toTs` are those of the samples before and after. */
  gaps: v.optional(v.array(v.object({ fromTs: v.number(), toTs: v.number(), reason: v.string() }))),
  /** The tables that were asked for, where rows of the range are kept. */
  tables: v.optional(
    v.array(v.object({ ...tableDescriptorSchema.entries, ts: v.number(), rows: tableRows })),
  ),
  /** Begin of each point, or the time of the sample where points are samples; Unix ms, ascending over all slices. */
  ts: v.array(v.number()),
  /** By series, then by point. `min` and `max` are absent where points are samples. */
  mean: v.array(v.array(v.nullable(v.number()))),
  min: v.optional(v.array(v.array(v.nullable(v.number())))),
  max: v.optional(v.array(v.array(v.nullable(v.number())))),
  /** Whether this is the last slice. */
  done: v.boolean(),
});
export const cancelledSchema = v.object({ type: v.literal('cancelled'), id: requestId });

export const serverBatchSchema = v.object({ type: v.literal('batch'), messages: v.array(v.unknown()) });
/** The answer to a poll: a batch, and an opaque position for the next poll. */
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
  /** `token_of_other_origin`: a good token, but for pages of another origin. Later agents may add some. */
  code: v.optional(v.string()),
});
export const authExpiringSchema = v.object({ type: v.literal('auth_expiring'), inMs: v.number() });
export const goodbyeSchema = v.object({
  type: v.literal('goodbye'),
  code: v.number(),
  reason: v.string(),
  /** When to reconnect; overrides the client's backoff. */
  retryMs: v.number(),
});
export const errorMessageSchema = v.object({
  type: v.literal('error'),
  /** One sentence that names the field and the fix. */
  error: v.string(),
  code: v.string(),
  id: requestId,
  retryMs: v.optional(v.number()),
});

export type WelcomeMessage = v.InferOutput<typeof welcomeSchema>;
export type Subscribed = v.InferOutput<typeof subscribedSchema>;
export type HostMessage = v.InferOutput<typeof hostMessageSchema>;
export type Metrics = v.InferOutput<typeof metricsSchema>;
export type Table = v.InferOutput<typeof tableSchema>;
export type Gap = v.InferOutput<typeof gapSchema>;
export type HostsMessage = v.InferOutput<typeof hostsSchema>;
export type AlertMessage = v.InferOutput<typeof alertSchema>;
export type History = v.InferOutput<typeof historySchema>;
export type Cancelled = v.InferOutput<typeof cancelledSchema>;
export type ServerBatch = v.InferOutput<typeof serverBatchSchema>;
export type Heartbeat = v.InferOutput<typeof heartbeatSchema>;
export type Unsubscribed = v.InferOutput<typeof unsubscribedSchema>;
export type AuthSuccess = v.InferOutput<typeof authSuccessSchema>;
export type AuthError = v.InferOutput<typeof authErrorSchema>;
export type AuthExpiring = v.InferOutput<typeof authExpiringSchema>;
export type Goodbye = v.InferOutput<typeof goodbyeSchema>;
export type ErrorMessage = v.InferOutput<typeof errorMessageSchema>;
export type ServerMessage =
  | WelcomeMessage
  | HostMessage
  | Subscribed
  | Metrics
  | Table
  | Gap
  | AlertMessage
  | HostsMessage
  | History
  | Cancelled
  | ServerBatch
  | Heartbeat
  | Unsubscribed
  | AuthSuccess
  | AuthError
  | AuthExpiring
  | Goodbye
  | ErrorMessage;

/** The plain profile's sample: values by name, nothing else. */
export const plainMetricsSchema = v.object({
  type: v.literal('metrics'),
  metrics: v.record(v.string(), v.nullable(v.number())),
});
/** The plain profile's error: no code, no id. */
export const plainErrorSchema = v.object({ type: v.literal('error'), error: v.string() });
export type PlainMetrics = v.InferOutput<typeof plainMetricsSchema>;
export type PlainError = v.InferOutput<typeof plainErrorSchema>;
export type PlainServerMessage = PlainMetrics | PlainError | AuthSuccess | AuthError;

/** Every v1 message by its `action` (client) or `type`, for the codec. */
export const CLIENT_SCHEMAS = {
  action: new Map<
    unknown,
    | typeof helloSchema
    | typeof subscribeSchema
    | typeof unsubscribeSchema
    | typeof historyRequestSchema
    | typeof cancelSchema
  >([
    ['hello', helloSchema],
    ['subscribe', subscribeSchema],
    ['unsubscribe', unsubscribeSchema],
    ['history', historyRequestSchema],
    ['cancel', cancelSchema],
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
  alertSchema,
  hostsSchema,
  historySchema,
  cancelledSchema,
  serverBatchSchema,
  heartbeatSchema,
  unsubscribedSchema,
  authSuccessSchema,
  authErrorSchema,
  authExpiringSchema,
  goodbyeSchema,
  errorMessageSchema,
]);
