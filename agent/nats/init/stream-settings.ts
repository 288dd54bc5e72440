import type { StreamConfig } from '@nats-io/jetstream';
import { ABOUT_STREAM, LOG_STREAM, subjectsOf } from '../subjects.ts';

/** What an operator may choose; what is left out stays as it is, or becomes the default of a new stream. */
export interface LogLimits {
  /** The most that the log takes on disk. */
  readonly bytes?: number | undefined;
  /** How long a sample stays in it. */
  readonly ageMs?: number | undefined;
}

const MINUTE_MS = 60_000;
const NANOS_PER_MS = 1e6;
const KIB = 1024;

export const DEFAULT_LOG_BYTES = 2e9;
export const DEFAULT_LOG_AGE_MS = 60 * MINUTE_MS;
/** As long as the ring of an agent: less would make the log useless for hosts that died. */
export const MIN_LOG_AGE_MS = 15 * MINUTE_MS;
/** For the catalogues of 10,000 hosts. */
export const ABOUT_BYTES = 250e6;
const ABOUT_AGE_MS = 7 * 24 * 60 * MINUTE_MS;
/** Far above a batch (256 KB), far below the stream (findings/jetstream-acknowledges-what-it-does-not-keep.sh). */
const MAX_MESSAGE_BYTES = 512 * KIB;
/** Unused; said since the server refuses a `max_age` below its own default. */
const DUPLICATE_WINDOW_MS = 2 * MINUTE_MS;

/** A stream as it should be, in the API of nats-server 2.9. */
export interface StreamSettings {
  readonly name: string;
  /** What must be so. */
  readonly fixed: Readonly<Partial<StreamConfig>>;
  /** What is only set in a new stream, or where the value of an existing one does not do. */
  readonly initial: Readonly<Pick<StreamConfig, 'max_bytes' | 'max_age'>>;
}

/** The smaller stream first: the log takes what is left. */
export function streamSettings({ bytes, ageMs }: LogLimits): readonly StreamSettings[] {
  const { log, about } = subjectsOf('*');
  const common = {
    retention: 'limits',
    storage: 'file',
    discard: 'old',
    max_msgs: -1,
    max_msg_size: MAX_MESSAGE_BYTES,
    allow_direct: true,
    deny_delete: true,
    deny_purge: true,
    no_ack: false,
  } satisfies Partial<StreamConfig>;
  return [
    {
      name: ABOUT_STREAM,
      fixed: { ...common, subjects: [about], max_msgs_per_subject: 1 },
      initial: { max_bytes: ABOUT_BYTES, max_age: ABOUT_AGE_MS * NANOS_PER_MS },
    },
    {
      name: LOG_STREAM,
      fixed: {
        ...common,
        subjects: [log],
        max_msgs_per_subject: -1,
        ...(bytes === undefined ? {} : { max_bytes: bytes }),
        ...(ageMs === undefined ? {} : { max_age: ageMs * NANOS_PER_MS }),
      },
      initial: { max_bytes: DEFAULT_LOG_BYTES, max_age: DEFAULT_LOG_AGE_MS * NANOS_PER_MS },
    },
  ];
}

/** The whole configuration of a new stream. */
export function newStream({
  name,
  fixed,
  initial,
}: StreamSettings): Partial<StreamConfig> & StreamSettings['initial'] & { name: string } {
  return {
    num_replicas: 1,
    max_consumers: -1,
    duplicate_window: DUPLICATE_WINDOW_MS * NANOS_PER_MS,
    ...initial,
    ...fixed,
    name,
  };
}
