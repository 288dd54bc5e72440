import type { Transport, TransportConnection, TransportEvents } from '../../shared/client/transport.ts';
import { SUBPROTOCOL } from '../../shared/messages.ts';

/** The live protocol over a browser's WebSocket. `url` is `ws(s)://HOST/metrics`. */
export class WebSocketTransport implements Transport {
  readonly name = 'WebSocket';
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  connect(events: TransportEvents): TransportConnection {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#url, SUBPROTOCOL);
    } catch {
      // A page on https may not open ws: to another machine; browsers throw instead of failing the connection.
      queueMicrotask(() => events.closed(1006, `The browser refuses to connect to ${this.#url}`));
      return { send: () => {}, close: () => {} };
    }
    socket.addEventListener('open', () => events.opened());
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') events.received(data);
    });
    // `error` says nothing that `close`, which always follows, does not say.
    socket.addEventListener('close', ({ code, reason }) => events.closed(code, reason));
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close: () => socket.close(),
    };
  }
}

/** `https://host:8443` → `wss://host:8443/metrics`. A path is kept, for agents behind a base path. */
export function liveEndpoint(agentUrl: string): string {
  const url = new URL(agentUrl);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  url.pathname = `${url.pathname.replace(/\/$/, '')}/metrics`;
  url.search = '';
  url.hash = '';
  return url.href;
}
