/** Loads a library: see `loadMessagePack`. */
import { Decoder } from '@msgpack/msgpack';
import { checkClientMessage, MessageError } from '../../shared/protocol/codec.ts';
import type { ClientMessage } from '../../shared/protocol/messages.ts';
import { MessagePackError, walkMessagePack, type Scalar } from '../../shared/protocol/msgpack-walk.ts';
import { isRecord } from '../../shared/protocol/wire-json.ts';
import { MessageRules, refuse, type Level } from './message-rules.ts';

// Names of keys are not kept from one client to the next.
const decoder = new Decoder({ keyDecoder: null });
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ONE_OBJECT = 'expected one MessagePack object per frame';
const [FLOAT32, FLOAT64, UINT64, INT64] = [0xca, 0xcb, 0xcf, 0xd3];

/** Reads one binary frame of a client. @throws MessageError */
export function decodeClientBytes(bytes: Uint8Array): ClientMessage {
  guardBytes(bytes);
  const value = decoder.decode(bytes);
  if (!isRecord(value)) refuse(ONE_OBJECT);
  return checkClientMessage(value);
}

/**
 * Checks a client's message before anything is made of it: what `guardMessage` does for JSON, and that it is one whole value, of what JSON has, to the last
 * byte. Nothing has a key twice, since other readers would take another of the two.
 * @throws MessageError `invalid_message`, with a sentence that names the fix and quotes nothing
 */
export function guardBytes(bytes: Uint8Array): void {
  const rules = new MessageRules();
  /** The keys of the open objects, the innermost last. */
  const keys: Set<string>[] = [];
  /** Called before whatever is not a string. */
  const beforeOther = ({ isObject, key }: Partial<Level> = {}): void => {
    if (isObject === true && key === null) refuse('give objects strings as keys');
  };
  const afterValue = (): void => {
    if (rules.level !== undefined) rules.level.key = null;
  };
  try {
    walkMessagePack(bytes, {
      open: (isMap) => {
        beforeOther(rules.level);
        rules.open(isMap);
        keys.push(new Set());
      },
      close: () => {
        rules.close();
        keys.pop();
        afterValue();
      },
      string: (start, end) => {
        const content = textOf(bytes.subarray(start, end));
        const isKey = rules.level?.isObject === true && rules.level.key === null;
        rules.string(content);
        if (!isKey) afterValue();
        else if (keys.at(-1)?.has(content) === true) refuse('give an object each key once');
        else keys.at(-1)?.add(content);
      },
      scalar: (kind, at) => {
        beforeOther(rules.level);
        checkScalar(kind, bytes, at);
        afterValue();
      },
    });
  } catch (error) {
    if (error instanceof MessagePackError) refuse(ONE_OBJECT);
    throw error;
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new MessageError('invalid_message', 'Invalid message: encode strings as UTF-8');
  }
}

function checkScalar(kind: Scalar, bytes: Uint8Array, at: number): void {
  if (kind === 'binary' || kind === 'extension') refuse('send neither binary data nor extensions');
  if (kind !== 'number') return;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const first = view.getUint8(0);
  if (first === UINT64 || first === INT64) {
    const value = Number(first === UINT64 ? view.getBigUint64(1) : view.getBigInt64(1));
    if (!Number.isSafeInteger(value)) refuse('leave out whole numbers beyond 2^53 - 1');
  } else if (first === FLOAT32 || first === FLOAT64) {
    const value = first === FLOAT32 ? view.getFloat32(1) : view.getFloat64(1);
    if (!Number.isFinite(value)) refuse('leave out NaN and infinities');
  }
}
