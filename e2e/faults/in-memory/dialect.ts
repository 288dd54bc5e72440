import type { WireFormat } from '../../../agent/sessions/frame.ts';
import type { Frame } from '../../../agent/sessions/frame.ts';
import type { FrameDecoder } from '../../../shared/client/transport.ts';
import { PING } from '../../../shared/protocol/constants.ts';
import { MessagePackDecoder } from '../../../shared/protocol/msgpack-decoder.ts';
import { encodeText } from '../../../shared/protocol/msgpack-encoder.ts';
import { CompactJson } from './compact-json.ts';

/** How the clients of a case and their servers talk: the formats of the wire, and JSON with `compact` in each subscription. */
export type Dialect = WireFormat | 'compact';
export const DIALECTS: readonly Dialect[] = ['json', 'compact', 'msgpack'];

/** The client's and the server's end of one connection's frames. */
export interface Tongue {
  readonly format: WireFormat;
  /** Of the client. */
  readonly decoder: FrameDecoder | undefined;
  /** What a frame of the server is to the client. */
  read(frame: Frame): string | Uint8Array;
  /** What a message of the client is to the server. */
  write(text: string): string | Uint8Array;
}

export function speak(dialect: Dialect): Tongue {
  if (dialect === 'msgpack') {
    return {
      format: 'msgpack',
      decoder: new MessagePackDecoder(),
      read: (frame) => payloadOf(frame.wire('msgpack')),
      write: (text) => (text === PING ? text : encodeText(text)),
    };
  }
  const json = { format: 'json', decoder: undefined } as const;
  if (dialect === 'json') return { ...json, read: ({ text }) => text, write: (text) => text };
  const compact = new CompactJson();
  return { ...json, read: ({ text }) => compact.expand(text), write: (text) => compact.ask(text) };
}

/** RFC 6455, section 5.2. */
function payloadOf(wire: Buffer): string | Uint8Array {
  const short = wire.readUInt8(1);
  const payload = wire.subarray(short < 126 ? 2 : short === 126 ? 4 : 10);
  const isText = (wire.readUInt8(0) & 0x0f) === 1;
  return isText ? payload.toString() : payload;
}
