import { WebSocket } from 'ws';
import { CLIENT_LIMITS, SUBPROTOCOL } from '../../shared/protocol/constants.ts';

export interface GreedyOrder {
  readonly port: number;
  readonly token: string;
  readonly localAddress: string;
}

/** Ten messages a second are allowed. */
const REQUEST_EVERY_MS = 105;

const REQUEST = JSON.stringify({
  type: 'batch',
  messages: Array.from({ length: CLIENT_LIMITS.subscriptions }, (_, index) => {
    return { action: 'subscribe', sub: `s${index}`, metrics: ['*'], intervalMs: 100, backfill: 9000 };
  }),
});

/** Stays inside all limits, reads all it is sent, and requests the whole past of everything with each message it may send. */
export class GreedyViewer {
  readonly #socket: WebSocket;

  /** @param ended called once, with whether the agent had accepted the connection */
  constructor({ port, token, localAddress }: GreedyOrder, ended: (wasOpen: boolean) => void) {
    let timer: NodeJS.Timeout | undefined;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/metrics`, SUBPROTOCOL, { localAddress });
    this.#socket.on('open', () => {
      this.#socket.send(JSON.stringify({ type: 'auth', token }));
      timer = setInterval(() => this.#socket.send(REQUEST), REQUEST_EVERY_MS);
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      clearInterval(timer);
      ended(timer !== undefined);
    });
  }

  leave(): void {
    this.#socket.terminate();
  }
}
