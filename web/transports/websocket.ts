import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';
import { CLOSE_CODES, CONNECTION_BROKEN } from '../../shared/protocol/close-codes.ts';
import { SUBPROTOCOL } from '../../shared/protocol/constants.ts';
import { liveEndpoint } from '../../shared/transports/endpoints.ts';

const MIXED_CONTENT =
  'This page came over HTTPS and the agent would not: give it a certificate (--tls-cert, --tls-key)';

/** The live protocol over a browser's WebSocket. */
export class WebSocketTransport implements Transport {
  readonly name = 'WebSocket';
  readonly #url: string;

  /** @param agentUrl `http(s)://…` */
  constructor(agentUrl: string) {
    this.#url = liveEndpoint(agentUrl);
  }

  connect(_purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url, SUBPROTOCOL);
    } catch {
      // Mixed content: an https page may open neither ws: nor http: to another machine, and the constructor throws.
      queueMicrotask(() => {
        if (location.protocol === 'https:' && this.#url.startsWith('ws:'))
          events.closed(CLOSE_CODES.notAllowed, MIXED_CONTENT);
        else events.closed(CONNECTION_BROKEN, `The browser refuses to connect to ${this.#url}`);
      });
      return { canSend: false, send: () => {}, renew: () => {}, close: () => {} };
    }
    socket.addEventListener('open', () => events.opened(this.name));
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') events.received(data);
    });
    // `close` follows every `error` and says as much.
    socket.addEventListener('close', ({ code, reason }) => events.closed(code, reason));
    return {
      canSend: true,
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      renew: () => {},
      close: () => socket.close(),
    };
  }
}
