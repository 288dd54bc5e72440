import { WebSocket } from 'ws';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../shared/client/transport.ts';
import { SUBPROTOCOL } from '../shared/protocol/constants.ts';

const OPTIONS = {
  /** A handshake that takes longer has failed: a dead network may answer nothing at all. */
  handshakeTimeout: 4000,
  /** How long the agent may take to answer a close before the socket is cut. */
  closeTimeout: 1000,
  perMessageDeflate: false,
};

/** The live protocol over `ws`, for programs on Node. */
export class WsTransport implements Transport {
  readonly name = 'WebSocket';
  readonly #url: URL;

  /** @param agentUrl `http(s)://…` @throws TypeError when that is no address */
  constructor(agentUrl: string) {
    this.#url = new URL(agentUrl.replace(/\/?$/, '/metrics'));
    this.#url.protocol = this.#url.protocol === 'https:' ? 'wss:' : 'ws:';
  }

  connect(_purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    const socket = new WebSocket(this.#url, SUBPROTOCOL, OPTIONS);
    socket.on('open', () => events.opened(this.name));
    socket.on('message', (frame: Buffer, isBinary) => {
      if (!isBinary) events.received(frame.toString());
    });
    let reason = '';
    // `close` follows, and knows less.
    socket.on('error', ({ message }) => {
      reason = message;
    });
    socket.on('close', (code, text) => events.closed(code, text.toString() || reason));
    return {
      canSend: true,
      send: (text) => {
        if (socket.readyState === socket.OPEN) socket.send(text);
      },
      renew: () => {},
      close: () => socket.close(),
    };
  }
}
