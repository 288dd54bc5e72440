import { encode, encodeBatch, encodeMetrics } from '../../shared/protocol/codec.ts';
import { PONG, type History } from '../../shared/protocol/messages.ts';
import type { SampleRow } from '../../shared/protocol/message-columns.ts';
import { messagePack, type MessagePack } from './message-pack.ts';

/** What WebSocket frames contain. Other transports know only JSON. */
export type WireFormat = 'json' | 'msgpack';

/** A sample before it is encoded. */
export interface ChannelSample {
  readonly sub: string;
  /** Number of its channel. */
  readonly channel: number;
  readonly row: SampleRow;
}

/** A message of a subscription: its JSON, or a sample for connections whose format is MessagePack. */
export type Member = string | ChannelSample;
/** Any message. Points of the past are columns in MessagePack, as samples are. */
type Message = Member | History;

/** RFC 6455, section 5.2: FIN and the opcode. */
const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
/** The most that a value takes: a head and a float64. */
const MAX_VALUE_BYTES = 9;

/** One message, encoded once for any number of connections. */
export class Frame {
  /** The messages of a batch, or the single message. */
  readonly members: readonly Message[];
  readonly #isBatch: boolean;
  #text: string | undefined;
  #wire: Buffer | undefined;
  #packed: Buffer | undefined;

  private constructor(members: readonly Message[], isBatch: boolean) {
    this.members = members;
    this.#isBatch = isBatch;
  }

  static of(member: Message): Frame {
    return new Frame([member], false);
  }

  /** A `batch` of messages. */
  static batch(members: readonly Message[]): Frame {
    return new Frame(members, true);
  }

  /** A single message unchanged, several as a `batch`. */
  static ofAll(members: readonly Message[]): Frame {
    return new Frame(members, members.length !== 1);
  }

  /** The members as JSON. */
  get texts(): readonly string[] {
    return this.members.map(textOf);
  }

  get text(): string {
    return (this.#text ??= this.#isBatch ? encodeBatch(this.texts) : textOf(this.members[0] ?? ''));
  }

  /** The WebSocket frame. Servers do not mask frames, so all sockets of a format share these bytes: never write to them. */
  wire(format: WireFormat): Buffer {
    if (format === 'json') return (this.#wire ??= textWire(this.text));
    return (this.#packed ??= this.#pack(messagePack()));
  }

  #pack(codec: MessagePack): Buffer {
    // The answer to a ping is no message.
    if (this.members[0] === PONG) return this.wire('json');
    const parts = packMembers(this.members, codec);
    return binaryWire(this.#isBatch ? [codec.batchHead(parts.length), ...parts] : parts);
  }
}

/** The length of a message in characters; of a sample in MessagePack, the most bytes that it takes. */
export function lengthOf(message: Message): number {
  if (typeof message === 'string') return message.length;
  if (!('row' in message)) return encode(message).length;
  return MAX_VALUE_BYTES * (3 + message.row.values.length);
}

function textOf(message: Message): string {
  if (typeof message === 'string') return message;
  if (!('row' in message)) return encode(message);
  const { sub, row } = message;
  const { values, ...head } = row;
  return encodeMetrics({ sub, ...head }, JSON.stringify(values));
}

/** Consecutive samples of a channel become one extension with a row each. */
function packMembers(members: readonly Message[], codec: MessagePack): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < members.length;) {
    const member = members[at] ?? '';
    if (typeof member === 'string' || !('row' in member)) {
      parts.push(typeof member === 'string' ? codec.encodeText(member) : codec.encodeHistory(member));
      at += 1;
      continue;
    }
    const { channel } = member;
    const rows: SampleRow[] = [];
    for (let next: Message | undefined = member; isOf(next, channel); next = members[at]) {
      rows.push(next.row);
      at += 1;
    }
    parts.push(codec.encodeSamples({ channel, rows }));
  }
  return parts;
}

function isOf(member: Message | undefined, channel: number): member is ChannelSample {
  return typeof member === 'object' && 'row' in member && member.channel === channel;
}

/** A frame whose payload, at its end, is still to be written. */
function wireOf(firstByte: number, length: number): Buffer {
  const headerLength = length < LENGTH_IN_16_BITS ? 2 : length < 0x1_0000 ? 4 : 10;
  const wire = Buffer.allocUnsafe(headerLength + length);
  wire[0] = firstByte;
  if (headerLength === 2) wire[1] = length;
  else if (headerLength === 4) {
    wire[1] = LENGTH_IN_16_BITS;
    wire.writeUInt16BE(length, 2);
  } else {
    wire[1] = LENGTH_IN_64_BITS;
    wire.writeBigUInt64BE(BigInt(length), 2);
  }
  return wire;
}

function textWire(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const wire = wireOf(FINAL_TEXT, length);
  wire.write(text, wire.length - length);
  return wire;
}

function binaryWire(parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const part of parts) length += part.length;
  const wire = wireOf(FINAL_BINARY, length);
  let at = wire.length - length;
  for (const part of parts) {
    wire.set(part, at);
    at += part.length;
  }
  return wire;
}
