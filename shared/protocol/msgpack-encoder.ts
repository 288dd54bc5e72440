/** Messages as MessagePack (docs/binary.md). Loads a library: import it only once somebody wants MessagePack. */
import { Encoder, ExtData } from '@msgpack/msgpack';
import type { ClientRequest, History } from './messages.ts';
import {
  encodeNumbers,
  encodeSampleRows,
  NUMBERS_EXTENSION,
  SAMPLES_EXTENSION,
  type SampleRows,
} from './message-columns.ts';

const encoder = new Encoder({ ignoreUndefined: true });
/** A `batch` up to the number of its messages. */
const BATCH = Uint8Array.from([0x82, ...encoder.encode('type'), ...encoder.encode('batch')]);
const MESSAGES = encoder.encode('messages');
/** Of a whole pair it writes the characters themselves. */
const ESCAPED_SURROGATE = /\\ud[89a-f]/;
/** Not behind a backslash that is itself escaped. */
const LONE_SURROGATE = /(?<=(?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;
const [FIXED_ARRAY, ARRAY16] = [0x90, 0xdc];

/** A message of a client. */
export function encodeMessage(message: ClientRequest): Uint8Array<ArrayBuffer> {
  return encoder.encode(message);
}

/**
 * @param text JSON that `JSON.stringify` wrote. Lone surrogates, which it escapes, are no text in UTF-8 and become the replacement character. A key
 * `__proto__`, at which readers stop, is left out.
 */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(parsed(text));
}

function parsed(text: string): unknown {
  const fit = ESCAPED_SURROGATE.test(text) ? text.replaceAll(LONE_SURROGATE, '\\ufffd') : text;
  const leaveOut = fit.includes('"__proto__"')
    ? (key: string, value: unknown) => (key === '__proto__' ? undefined : value)
    : undefined;
  return JSON.parse(fit, leaveOut);
}

/** Some `metrics` messages of one channel. */
export function encodeSamples(samples: SampleRows): Uint8Array<ArrayBuffer> {
  return encoder.encode(new ExtData(SAMPLES_EXTENSION, encodeSampleRows(samples)));
}

/** A slice of the past, its points as columns. */
export function encodeHistory({ ts, mean, min, max, ...head }: History): Uint8Array<ArrayBuffer> {
  const points = { ts: numbers(ts), mean: mean.map(numbers), min: min?.map(numbers), max: max?.map(numbers) };
  return encoder.encode(Object.assign({}, parsed(JSON.stringify(head)), points));
}

function numbers(values: readonly (number | null)[]): ExtData {
  return new ExtData(NUMBERS_EXTENSION, encodeNumbers(values));
}

/** What comes before the messages of a `batch`. @param count below 65,536 */
export function batchHead(count: number): Uint8Array<ArrayBuffer> {
  const array = count < 16 ? [FIXED_ARRAY + count] : [ARRAY16, count >> 8, count & 255];
  return Uint8Array.from([...BATCH, ...MESSAGES, ...array]);
}
