import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../shared/client/transport.ts';
import { SUBPROTOCOL } from '../shared/protocol/constants.ts';
import { reportRefusal } from '../shared/transports/http-answer.ts';

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
    const abandoned = new AbortController();
    let isOver = false;
    const closed: TransportEvents['closed'] = (...how) => {
      if (!isOver) events.closed(...how);
      isOver = true;
    };
    socket.on('open', () => events.opened(this.name));
    socket.on('message', (frame: Buffer, isBinary) => {
      if (!isBinary) events.received(frame.toString());
    });
    // No WebSocket, but a sentence that says why, and maybe for how long.
    socket.on('unexpected-response', (_request, response) => {
      void toResponse(response)
        .then((refusal) => reportRefusal(refusal, { ...events, closed }, abandoned.signal))
        .catch(() => {}) // `close` says it
        .finally(() => socket.terminate());
    });
    let reason = '';
    // `close` follows every `error`, but without the message.
    socket.on('error', ({ message }) => {
      reason = message;
    });
    socket.on('close', (code, said) => closed(code, said.toString() || reason));
    return {
      canSend: true,
      send: (message) => {
        if (socket.readyState === socket.OPEN) socket.send(message);
      },
      renew: () => {},
      close: () => {
        abandoned.abort();
        socket.close();
      },
    };
  }
}

async function toResponse(response: IncomingMessage): Promise<Response> {
  const { 'content-type': type = '', 'retry-after': retryAfter = '' } = response.headers;
  const headers = { 'Content-Type': type, 'Retry-After': retryAfter };
  return new Response(await text(response), { status: response.statusCode ?? 502, headers });
}
