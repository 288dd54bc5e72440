import type { FrameDecoder } from '../../../shared/client/transport.ts';
import { PING, SUBPROTOCOL, SUBPROTOCOL_MSGPACK } from '../../../shared/protocol/constants.ts';
import { MessagePackDecoder } from '../../../shared/protocol/msgpack-decoder.ts';
import { encodeText } from '../../../shared/protocol/msgpack-encoder.ts';
import { CompactJson } from './compact-json.ts';

/** How the clients of a case and their servers talk: the formats of the wire, and JSON with `compact` in each subscription. */
export type Dialect = 'json' | 'compact' | 'msgpack';
export const DIALECTS: readonly Dialect[] = ['json', 'compact', 'msgpack'];

/** The client's side of one connection's messages. */
export interface Tongue {
  readonly protocol: string;
  readonly decoder?: FrameDecoder;
  /** What a text of the server is to the client. */
  read(text: string): string;
  /** What a message of the client is to the server. */
  write(text: string): string | Uint8Array;
}

export function speak(dialect: Dialect): Tongue {
  if (dialect === 'json') return { protocol: SUBPROTOCOL, read: (text) => text, write: (text) => text };
  if (dialect === 'msgpack') {
    return {
      protocol: SUBPROTOCOL_MSGPACK,
      decoder: new MessagePackDecoder(),
      read: (text) => text,
      write: (text) => (text === PING ? text : encodeText(text)),
    };
  }
  const compact = new CompactJson();
  return {
    protocol: SUBPROTOCOL,
    read: (text) => compact.expand(text),
    write: (text) => compact.ask(text),
  };
}
