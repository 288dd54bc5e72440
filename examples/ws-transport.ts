import { WebSocket } from 'ws';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../shared/client/transport.ts';
import { SUBPROTOCOL } from '../shared/protocol/constants.ts';

const OPTIONS = {
  /** A dead network never answers. */
  handshakeTimeout: 4000,
  /** How long to wait for the agent's close frame. */
  closeTimeout: 1000,
  perMessageDeflate: false,
};

/** The live protocol over the package `ws`, for Node. */
export class WsTransport implements Transport {
  readonly name = 'WebSocket';
  readonly #url: URL;

  /** @param agentUrl `http(s)://…` @throws TypeError if it is no URL */
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
    // `close` follows every `error`, but without the message.
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
