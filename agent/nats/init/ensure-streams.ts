import {
  JetStreamApiError,
  StoreCompression,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { OperatorError } from '../../operator-error.ts';
import { LOG_STREAM } from '../subjects.ts';
import {
  MIN_LOG_AGE_MS,
  newStream,
  streamSettings,
  type LogLimits,
  type StreamSettings,
} from './stream-settings.ts';

const STREAM_NOT_FOUND = 10_059;
const NO_ROOM: readonly number[] = [10_047, 10_122];
const SUBJECTS_OVERLAP = 10_065;
const NANOS_PER_MS = 1e6;
/** Less is no log worth having. */
const MIN_BYTES = 16e6;
/** What the server takes at the making of a stream only. */
const UNCHANGEABLE: ReadonlySet<string> = new Set(['storage', 'retention']);

type Settings = Readonly<Record<string, unknown>>;

/**
 * Creates the streams of a fleet, or corrects them. What an operator may have chosen (size, age, replicas) is left alone unless it cannot work.
 * @param tell takes a sentence for each stream
 * @returns whether all is as it should be now
 * @throws OperatorError
 */
export async function ensureStreams(
  { streams }: JetStreamManager,
  limits: LogLimits,
  tell: (sentence: string) => void,
): Promise<boolean> {
  let isGood = true;
  for (const settings of streamSettings(limits)) {
    const { name } = settings;
    const existing = await orSay(name, () => configOf(streams, name));
    if (existing === null) {
      tell(await create(streams, settings, limits));
      continue;
    }
    const { changed, stuck } = await correct(streams, settings, existing);
    if (changed !== '') tell(`${name}: changed ${changed}`);
    if (stuck !== '') {
      isGood = false;
      tell(
        `${name}: cannot change ${stuck}: delete the stream and run this again, agents fill it from their memory`,
      );
    }
    if (changed === '' && stuck === '')
      tell(`${name}: as it should be, at most ${sizeText(existing.max_bytes)}`);
  }
  return isGood;
}

async function create(
  streams: JetStreamManager['streams'],
  settings: StreamSettings,
  limits: LogLimits,
): Promise<string> {
  const { name } = settings;
  const wanted = newStream(settings);
  // A server that allows less gets a smaller one, unless a size was asked for.
  const isFlexible = name !== LOG_STREAM || limits.bytes === undefined;
  for (let { max_bytes: bytes } = wanted; ; bytes = Math.floor(bytes / 2)) {
    try {
      await streams.add({ ...wanted, max_bytes: bytes });
      return `${name}: created, at most ${sizeText(bytes)}`;
    } catch (error) {
      if (!isNoRoom(error)) throw refusal(name, error);
      if (!isFlexible || bytes / 2 < MIN_BYTES) throw noRoom(name, bytes, error);
    }
  }
}

/** @returns what is different now, and what could not be made so */
async function correct(
  streams: JetStreamManager['streams'],
  { name, fixed, initial }: StreamSettings,
  existing: StreamConfig,
): Promise<{ readonly changed: string; readonly stuck: string }> {
  const is: Settings = { ...existing };
  const should: Settings = { ...fixed, ...unusable(name, existing, initial) };
  const different = Object.keys(should).filter((key) => !isSame(is[key], should[key]));
  const stuck = different.filter((key) => UNCHANGEABLE.has(key));
  const changes = different.filter((key) => !UNCHANGEABLE.has(key));
  const differences = (keys: readonly string[]): string =>
    keys.map((key) => `${key} from ${valueText(key, is[key])} to ${valueText(key, should[key])}`).join(', ');
  if (changes.length > 0) {
    const update = Object.fromEntries(changes.map((key) => [key, should[key]]));
    try {
      await streams.update(name, update);
    } catch (error) {
      if (isNoRoom(error)) throw noRoom(name, Number(should['max_bytes'] ?? existing.max_bytes), error);
      throw refusal(name, error);
    }
  }
  return { changed: differences(changes), stuck: differences(stuck) };
}

/** The values that an operator chose and that cannot work, as they should be. */
function unusable(
  name: string,
  { max_bytes: bytes, max_age: age, compression }: StreamConfig,
  initial: StreamSettings['initial'],
): Settings {
  // 0 is no limit: the size is one.
  const isShort = name === LOG_STREAM && age > 0 && age < MIN_LOG_AGE_MS * NANOS_PER_MS;
  return {
    ...(bytes > 0 ? {} : { max_bytes: initial.max_bytes }),
    ...(isShort ? { max_age: initial.max_age } : {}),
    // Unknown to nats-server 2.9.
    ...(compression === undefined || compression === StoreCompression.None
      ? {}
      : { compression: StoreCompression.None }),
  };
}

async function configOf(streams: JetStreamManager['streams'], name: string): Promise<StreamConfig | null> {
  try {
    return (await streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return null;
    throw error;
  }
}

async function orSay<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusal(name, error);
  }
}

/** An answer of JetStream as a sentence; other errors as they are. */
function refusal(name: string, error: unknown): unknown {
  if (!(error instanceof JetStreamApiError)) return error;
  const message =
    error.code === SUBJECTS_OVERLAP
      ? `Another stream takes subjects of ${name}: delete it, or take them from it, and run this again.`
      : `The server refuses the stream ${name}: ${error.message}.`;
  return new OperatorError('nats_stream', message, { cause: error });
}

function noRoom(name: string, bytes: number, cause: unknown): OperatorError {
  const orLess = name === LOG_STREAM ? ', or give a smaller --log-size' : '';
  return new OperatorError(
    'nats_room',
    `The server has no room for ${sizeText(bytes)} of ${name}: raise max_file of jetstream in its configuration${orLess}.`,
    { cause },
  );
}

function isNoRoom(error: unknown): boolean {
  return error instanceof JetStreamApiError && NO_ROOM.includes(error.code);
}

/** A server leaves out what is false. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? false) === JSON.stringify(other);
}

function valueText(key: string, value: unknown): string {
  if (key === 'max_bytes' && typeof value === 'number') return value > 0 ? sizeText(value) : 'unlimited';
  if (key === 'max_age' && typeof value === 'number') return value > 0 ? ageText(value) : 'unlimited';
  return JSON.stringify(value ?? false);
}

function sizeText(bytes: number): string {
  return bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1).replace(/\.0$/, '')} GB`
    : `${Math.round(bytes / 1e6)} MB`;
}

function ageText(nanos: number): string {
  const minutes = Math.round(nanos / NANOS_PER_MS / 60_000);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
