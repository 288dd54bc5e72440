import type { FeedStart } from '../../hosts/host-feed.ts';
import { batchSchema, type BatchBody } from '../bodies.ts';
import { LOG_STREAM } from '../subjects.ts';
import type { Broker, KeptMessage } from './broker.ts';
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
  // After a fault of the broker, an earlier run may have been the last to write.
  const epoch = run.accepts(newest) ? newest.e : run.epoch;
  const isWanted = wantedBy(query, newest);
  const reaches = ({ data }: KeptMessage): boolean => {
    const body = readBody(batchSchema, data);
    return body === undefined || (body.e === epoch && isWanted(body));
  };
  let from = 1;
  let to = last.seq;
  while (from < to && epoch === newest.e) {
    const middle = Math.floor((from + to) / 2);
    const message = await broker.firstKept(LOG_STREAM, subject, middle);
    if (message === null || message.seq > to || reaches(message)) to = middle;
    else from = message.seq + 1;
  }
  const bodies: BatchBody[] = [];
  let bytes = 0;
  for await (const { seq, data } of broker.kept(LOG_STREAM, subject, from)) {
    bytes += data.byteLength;
    if (seq > last.seq || bytes > MAX_BYTES) break;
    const body = readBody(batchSchema, data);
    if (body !== undefined && body.e === epoch) bodies.push(body);
    if (seq === last.seq) break;
  }
  return bodies;
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
