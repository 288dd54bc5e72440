import { encodeBatch } from '../../shared/protocol/codec.ts';

/** RFC 6455, section 5.2: FIN and the opcode of text. */
const FINAL_TEXT = 0x81;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

/** One message, encoded once for any number of connections. */
export class Frame {
  /** The messages of a batch, or the single message. */
  readonly members: readonly string[];
  readonly text: string;
  #wire: Buffer | undefined;

  private constructor(text: string, members: readonly string[]) {
    this.text = text;
    this.members = members;
  }

  static of(text: string): Frame {
    return new Frame(text, [text]);
  }

  /** A `batch` of encoded messages. */
  static batch(members: readonly string[]): Frame {
    return new Frame(encodeBatch(members), members);
  }

  /** A single message unchanged, several as a `batch`. */
  static ofAll(texts: readonly string[]): Frame {
    const [text] = texts;
    return text !== undefined && texts.length === 1 ? Frame.of(text) : Frame.batch(texts);
  }

  /** The WebSocket frame. Servers do not mask frames, so all sockets share these bytes: never write to them. */
  get wire(): Buffer {
    return (this.#wire ??= toWire(this.text));
  }
}

function toWire(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length < LENGTH_IN_16_BITS ? 2 : length < 0x1_0000 ? 4 : 10;
  const wire = Buffer.allocUnsafe(headerLength + length);
  wire[0] = FINAL_TEXT;
  if (headerLength === 2) wire[1] = length;
  else if (headerLength === 4) {
    wire[1] = LENGTH_IN_16_BITS;
    wire.writeUInt16BE(length, 2);
  } else {
    wire[1] = LENGTH_IN_64_BITS;
    wire.writeBigUInt64BE(BigInt(length), 2);
  }
  wire.write(text, headerLength);
  return wire;
}
