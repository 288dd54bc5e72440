/** Reads messages of an agent from MessagePack (docs/binary.md). Loads a library: import it only once somebody wants MessagePack. */
import { Decoder, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { MessagePackError, walkMessagePack } from './msgpack-walk.ts';
import {
  decodeNumbers,
  decodeSampleRows,
  NUMBERS_EXTENSION,
  SAMPLES_EXTENSION,
  type SampleRows,
} from './message-columns.ts';
import { isRecord, MessageError } from './wire-json.ts';

/** More than any message has. */
const MAX_DEPTH = 16;
/** The same for numbers in columns: all of one frame, so that a hostile one takes no more memory than a large one. */
const MAX_NUMBERS = 2 ** 20;

/** More subscriptions than a connection may have. All are looked at for each announcement. */
const MAX_CHANNELS = 256;

/** Samples before they have the name of their subscription. */
class Samples {
  readonly content: SampleRows;

  constructor(content: SampleRows) {
    this.content = content;
  }
}

/** Reads the frames of one connection, in order: it keeps which channel is which subscription. */
export class MessagePackDecoder {
  readonly #decoder: Decoder;
  readonly #allowance = { numbers: MAX_NUMBERS };
  readonly #subs = new Map<number, string>();

  constructor() {
    const extensionCodec = new ExtensionCodec();
    extensionCodec.register({
      type: SAMPLES_EXTENSION,
      encode: () => null,
      decode: (bytes) => new Samples(decodeSampleRows(bytes, this.#allowance)),
    });
    extensionCodec.register({
      type: NUMBERS_EXTENSION,
      encode: () => null,
      decode: (bytes) => decodeNumbers(bytes, this.#allowance),
    });
    this.#decoder = new Decoder({ extensionCodec });
  }

  /**
   * Reads one frame. Returns what `JSON.parse` would of the same message as text, unchecked: samples are `metrics` messages. Several of one channel that
   * come as one are a `batch`.
   * @throws MessageError
   */
  decode(bytes: Uint8Array): unknown {
    this.#allowance.numbers = MAX_NUMBERS;
    const messages = this.#messagesOf(decodeValue(this.#decoder, bytes), true);
    return messages.length === 1 ? messages[0] : { type: 'batch', messages };
  }

  #messagesOf(value: unknown, mayBatch: boolean): unknown[] {
    if (value instanceof Samples) return this.#samplesOf(value.content);
    // Later agents may send others.
    if (value instanceof ExtData) return [];
    if (!isRecord(value)) return [value];
    const { type, messages } = value;
    if (mayBatch && type === 'batch' && Array.isArray(messages)) {
      const members = messages.flatMap((member) => this.#messagesOf(member, false));
      return [{ ...value, messages: members }];
    }
    this.#learn(value);
    return [value];
  }

  #samplesOf({ channel, rows }: SampleRows): unknown[] {
    const sub = this.#subs.get(channel);
    if (sub === undefined)
      throw new MessageError('invalid_message', 'Invalid samples: of a channel that was not announced');
    return rows.map(({ seq, prev, ts, values }) => ({ type: 'metrics', sub, seq, prev, ts, values }));
  }

  #learn({ type, sub, channel }: Record<string, unknown>): void {
    if ((type !== 'subscribed' && type !== 'unsubscribed') || typeof sub !== 'string') return;
    for (const [known, of] of this.#subs) if (of === sub) this.#subs.delete(known);
    if (type !== 'subscribed' || typeof channel !== 'number') return;
    this.#subs.set(channel, sub);
    const [oldest] = this.#subs.keys();
    if (this.#subs.size > MAX_CHANNELS && oldest !== undefined) this.#subs.delete(oldest);
  }
}

function decodeValue(decoder: Decoder, bytes: Uint8Array): unknown {
  let depth = 0;
  try {
    walkMessagePack(bytes, {
      open: () => {
        depth += 1;
        if (depth > MAX_DEPTH) throw new MessagePackError('It is too deep');
      },
      close: () => (depth -= 1),
      string: () => {},
      scalar: () => {},
    });
    return decoder.decode(bytes);
  } catch (cause) {
    throw new MessageError('invalid_message', 'Invalid MessagePack: expected one message per frame', {
      cause,
    });
  }
}
