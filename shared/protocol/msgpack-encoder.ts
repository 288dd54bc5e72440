/** Messages as MessagePack (docs/binary.md). Loads a library: import it only once somebody wants MessagePack. */
import { Encoder, ExtData } from '@msgpack/msgpack';
import type { ClientRequest } from './messages.ts';
import { encodeSampleRows, SAMPLES_EXTENSION, type SampleRows } from './sample-columns.ts';

const encoder = new Encoder({ ignoreUndefined: true });
/** A `batch` up to the number of its messages. */
const BATCH = Uint8Array.from([0x82, ...encoder.encode('type'), ...encoder.encode('batch')]);
const MESSAGES = encoder.encode('messages');
const [FIXED_ARRAY, ARRAY16] = [0x90, 0xdc];

/** A message of a client. */
export function encodeMessage(message: ClientRequest): Uint8Array<ArrayBuffer> {
  return encoder.encode(message);
}

/** @param value as `JSON.parse` makes them, its strings well-formed */
export function encodeValue(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(value);
}

/** Some `metrics` messages of one channel. */
export function encodeSamples(samples: SampleRows): Uint8Array<ArrayBuffer> {
  return encoder.encode(new ExtData(SAMPLES_EXTENSION, encodeSampleRows(samples)));
}

/** What comes before the messages of a `batch`. @param count below 65,536 */
export function batchHead(count: number): Uint8Array<ArrayBuffer> {
  const array = count < 16 ? [FIXED_ARRAY + count] : [ARRAY16, count >> 8, count & 255];
  return Uint8Array.from([...BATCH, ...MESSAGES, ...array]);
}
