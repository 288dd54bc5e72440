import type { FeedStart } from '../../hosts/host-feed.ts';
import { batchSchema, type BatchBody } from '../bodies.ts';
import { LOG_STREAM } from '../subjects.ts';
import type { Broker } from './broker.ts';
import type { HostRun } from './host-run.ts';
import { readBody } from './read-body.ts';

/** What a store holds; more would only be forgotten again. */
const KEPT_MS = 15 * 60_000;
/** Of bodies, as they are kept. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface LogQuery {
  /** Of the host's log. */
  readonly subject: string;
  readonly start: FeedStart;
  readonly intervalMs: number;
  readonly unitMs: number;
  /** Whose run counts. */
  readonly run: HostRun;
}

/**
 * What the log has of the present run of a host, oldest first; bodies may overlap. A log holds all
 * hosts, one message after the other, so that where to begin is searched for by halves.
 * @throws Error if the broker does not answer
 */
export async function readLog(broker: Broker, query: LogQuery): Promise<readonly BatchBody[]> {
  const { subject, run } = query;
  const last = await broker.lastKept(LOG_STREAM, subject);
  const newest = last === null ? undefined : readBody(batchSchema, last.data);
  if (last === null || newest === undefined) return [];
  // After a fault of the broker, an earlier run may have been the last to write: however long the present one is silent, viewers may have some of it.
  const epoch = run.mayFollow(newest) ? newest.e : run.epoch;
  const isWanted = wantedBy(query, newest);
  const from =
    epoch === newest.e
      ? await beginOf(broker, subject, last.seq, (body) => body.e === epoch && isWanted(body))
      : 1;
  // That of the newest is in `about`.
  const isUndescribed = ({ c, catalogue }: BatchBody): boolean => catalogue === undefined && c !== newest.c;
  const bodies: BatchBody[] = [];
  let bytes = 0;
  for await (const { seq, data } of broker.kept(LOG_STREAM, subject, from)) {
    bytes += data.byteLength;
    if (seq > last.seq || bytes > MAX_BYTES) break;
    const body = readBody(batchSchema, data);
    if (body !== undefined && body.e === epoch) {
      const isFirst = bodies.length === 0;
      bodies.push(
        isFirst && isUndescribed(body) ? await withCatalogue(broker, subject, { seq, body }) : body,
      );
    }
    if (seq === last.seq) break;
  }
  return bodies;
}

/** Where messages begin of which something is true: where it is true of all up to a message, but not of any before them. Else one of such places. */
async function beginOf(
  broker: Broker,
  subject: string,
  upTo: number,
  isTrue: (body: BatchBody) => boolean,
): Promise<number> {
  let from = 1;
  let to = upTo;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const message = await broker.firstKept(LOG_STREAM, subject, middle);
    const body = message === null ? undefined : readBody(batchSchema, message.data);
    if (message === null || message.seq > to || body === undefined || isTrue(body)) to = middle;
    else from = message.seq + 1;
  }
  return from;
}

/** The log has a catalogue only where it begins, which may be long before. */
async function withCatalogue(
  broker: Broker,
  subject: string,
  { seq, body }: { readonly seq: number; readonly body: BatchBody },
): Promise<BatchBody> {
  const begin = await beginOf(broker, subject, seq, ({ e, c }) => e === body.e && c === body.c);
  const message = await broker.firstKept(LOG_STREAM, subject, begin);
  const first = message === null ? undefined : readBody(batchSchema, message.data);
  return first?.c === body.c && first.catalogue !== undefined
    ? { ...body, catalogue: first.catalogue }
    : body;
}

/** Whether the last sample of a body is one of those that are asked for. */
function wantedBy({ start, intervalMs, unitMs }: LogQuery, newest: BatchBody): (body: BatchBody) => boolean {
  if (typeof start === 'object' && 'since' in start && start.since.epoch === newest.e) {
    const { seq } = start.since;
    return ({ b }) => (b.at(-1)?.q ?? 0) > seq;
  }
  const spanMs =
    typeof start === 'object' && 'backfill' in start
      ? Math.min(KEPT_MS, start.backfill * intervalMs)
      : KEPT_MS;
  const after = (newest.b.at(-1)?.g ?? 0) - spanMs / unitMs;
  return ({ b }) => (b.at(-1)?.g ?? 0) > after;
}
