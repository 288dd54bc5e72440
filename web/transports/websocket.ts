import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';
import { SUBPROTOCOL } from '../../shared/protocol.ts';
import { liveEndpoint } from './endpoints.ts';

/** The live protocol over a browser's WebSocket. `agentUrl` is `http(s)://…`. */
export class WebSocketTransport implements Transport {
  readonly name = 'WebSocket';
  readonly #url: string;

  constructor(agentUrl: string) {
    this.#url = liveEndpoint(agentUrl);
  }

  connect(_purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url, SUBPROTOCOL);
    } catch {
      // A page on https may not open ws: to another machine; browsers throw instead of failing the connection.
      queueMicrotask(() => events.closed(1006, `The browser refuses to connect to ${this.#url}`));
      return { canSend: false, send: () => {}, renew: () => {}, close: () => {} };
    }
    socket.addEventListener('open', () => events.opened(this.name));
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') events.received(data);
    });
    // `error` says nothing that `close`, which always follows, does not say.
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
