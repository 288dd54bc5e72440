import { WebSocket } from 'ws';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';
import { CONNECTION_BROKEN } from '../../shared/protocol/close-codes.ts';
import { PING, SUBPROTOCOL, SUBPROTOCOL_MSGPACK } from '../../shared/protocol/constants.ts';
import { MessagePackDecoder } from '../../shared/protocol/msgpack-decoder.ts';
import { encodeText } from '../../shared/protocol/msgpack-encoder.ts';
import { liveEndpoint } from '../../shared/transports/endpoints.ts';
import { connectErrorOf } from './connect-error.ts';

const OPTIONS = {
  /** A dead network never answers. */
  handshakeTimeout: 4000,
  /** How long to wait for the agent's close frame. */
  closeTimeout: 1000,
  perMessageDeflate: false,
  followRedirects: false,
  /** A catalogue of thousands of metrics takes a megabyte. */
  maxPayload: 16 * 1024 * 1024,
};

/** The better first; agents before MessagePack choose the other. */
const PROTOCOLS = [SUBPROTOCOL_MSGPACK, SUBPROTOCOL];

/** The live protocol over WebSocket, between agents. */
export class WebSocketTransport implements Transport {
  readonly name = 'WebSocket';
  readonly #url: string;
  readonly #ca: () => readonly string[] | undefined;

  /** @param agentUrl `http(s)://…` @param ca as of `tls.connect`; asked for each connection */
  constructor(agentUrl: string, ca: () => readonly string[] | undefined) {
    this.#url = liveEndpoint(agentUrl);
    this.#ca = ca;
  }

  connect(_purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    const ca = this.#ca();
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url, PROTOCOLS, {
        ...OPTIONS,
        ...(ca === undefined ? {} : { ca: [...ca] }),
      });
    } catch (error) {
      queueMicrotask(() => events.closed(CONNECTION_BROKEN, connectErrorOf(error).message));
      return { canSend: false, send: () => {}, renew: () => {}, close: () => {} };
    }
    const isPacked = (): boolean => socket.protocol === SUBPROTOCOL_MSGPACK;
    socket.on('open', () => events.opened(this.name, isPacked() ? new MessagePackDecoder() : undefined));
    socket.on('message', (frame: Buffer, isBinary) => events.received(isBinary ? frame : frame.toString()));
    let why = '';
    // `close` follows every `error`, but without its reason.
    socket.on('error', (error) => {
      why = connectErrorOf(error).message;
    });
    socket.on('close', (code, reason) => events.closed(code, reason.toString() || why));
    return {
      canSend: true,
      send: (text) => {
        if (socket.readyState !== WebSocket.OPEN) return;
        socket.send(isPacked() && text !== PING ? encodeText(text) : text);
      },
      renew: () => {},
      close: () => socket.close(),
    };
  }
}
