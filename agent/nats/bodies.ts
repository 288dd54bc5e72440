/**
 * Bodies of messages between agents and gateways. Whoever reads one validates it: with the credentials of one host, anything may be published under
 * that host's subjects. Unknown fields never break an older peer.
 */
import * as v from 'valibot';
import { MAX_TIME_MS } from '../hosts/clean-time.ts';
import { metricDescriptorSchema, tableDescriptorSchema } from '../../shared/protocol/catalogue.ts';
import { alertViewSchema, hostSchema, hostSummarySchema } from '../../shared/protocol/messages.ts';

const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(natural, v.maxValue(MAX_TIME_MS));
const epoch = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const value = v.nullable(v.pipe(v.number(), v.finite()));
const rows = v.array(v.array(v.nullable(v.union([v.string(), v.number()]))));
const tables = v.array(v.object({ name: v.string(), rows }));

/** Identity of a run, in every body: its epoch, and when it began, Unix ms by the host's clock. */
const run = { e: epoch, s: natural };

/** That a run publishes under a name: of two, the one that began later goes on. */
export const runSchema = v.object(run);
export type RunBody = v.InferOutput<typeof runSchema>;

/** A sample: number, the number before it, time, grid index, id of its catalogue, values in the catalogue's order. */
export const liveSchema = v.object({
  ...run,
  q: natural,
  p: natural,
  t: time,
  g: natural,
  c: v.string(),
  v: v.array(value),
  /** Tables taken with it, while a lease wants them. */
  tb: v.optional(tables),
  /** Why there is a gap before it. */
  r: v.optional(v.string()),
});
export type LiveBody = v.InferOutput<typeof liveSchema>;

/** Samples of one run and one catalogue, oldest first. Of each table it has at most the newest rows, in the sample that they were taken with. */
export const batchSchema = v.object({
  ...run,
  c: v.string(),
  /** In the log with each change of the catalogue, in a replay with the first part of each that is not known to whoever asked. */
  catalogue: v.optional(v.array(metricDescriptorSchema)),
  b: v.array(v.pick(liveSchema, ['q', 'p', 't', 'g', 'v', 'tb', 'r'])),
});
export type BatchBody = v.InferOutput<typeof batchSchema>;

export const aboutSchema = v.object({
  ...run,
  host: v.omit(hostSchema, ['id', 'status', 'history']),
  intervalMs: natural,
  unitMs: natural,
  /** Id of the catalogue and tables below. */
  c: v.string(),
  catalogue: v.array(metricDescriptorSchema),
  tables: v.array(tableDescriptorSchema),
});
export type AboutBody = v.InferOutput<typeof aboutSchema>;

export const beatSchema = v.object({
  ...run,
  /** Number of the newest sample. */
  q: natural,
  c: v.string(),
  summary: v.omit(hostSummarySchema, ['id', 'via', 'status', 'epoch']),
  /** What fires now, the worst first; absent where no alerts are evaluated. */
  alerts: v.optional(v.array(alertViewSchema)),
  /** The agent ends, and says why. */
  bye: v.optional(v.string()),
});
export type BeatBody = v.InferOutput<typeof beatSchema>;

/** `since` as of a subscription, else the last `backfill` samples, else all that the ring holds. `c` is a catalogue that need not be told. */
export const replayRequestSchema = v.object({
  since: v.optional(v.object({ epoch: v.string(), seq: natural })),
  backfill: v.optional(natural),
  c: v.optional(v.string()),
});
export type ReplayRequest = v.InferOutput<typeof replayRequestSchema>;

/** One of several answers to a replay. */
export const replaySchema = v.object({
  ...batchSchema.entries,
  /** Number of the oldest sample that the ring holds, so that a reader knows what is lost. */
  oldest: natural,
  /** Whether this is the last of them. */
  done: v.boolean(),
});
export type ReplayBody = v.InferOutput<typeof replaySchema>;

/** Asks for samples at least this often, and for tables in `live`, for a time, at most a minute; the agent answers with an empty object. */
export const rateRequestSchema = v.object({
  intervalMs: natural,
  tables: v.optional(v.boolean(), false),
  ttlMs: natural,
});
export type RateRequest = v.InferOutput<typeof rateRequestSchema>;
