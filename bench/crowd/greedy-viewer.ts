import { WebSocket } from 'ws';
import { METRICS_PATH } from '../../agent/transports/websocket.ts';
import { CLIENT_LIMITS, SUBPROTOCOL } from '../../shared/protocol/messages.ts';

export interface GreedyOrder {
  readonly port: number;
  readonly token: string;
  readonly localAddress: string;
}

/** Ten messages a second are allowed. */
const ASK_EVERY_MS = 105;

const ASK = JSON.stringify({
  type: 'batch',
  messages: Array.from({ length: CLIENT_LIMITS.subscriptions }, (_, index) => {
    return { action: 'subscribe', sub: `s${index}`, metrics: ['*'], intervalMs: 100, backfill: 9000 };
  }),
});

/** A viewer inside all limits that reads whatever it is sent, and asks for the whole past of everything in each message that it may send. */
export class GreedyViewer {
  readonly #socket: WebSocket;

  /** @param ended called once, with whether it had been let in */
  constructor({ port, token, localAddress }: GreedyOrder, ended: (wasOpen: boolean) => void) {
    let asking: NodeJS.Timeout | undefined;
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}${METRICS_PATH}`, SUBPROTOCOL, { localAddress });
    this.#socket.on('open', () => {
      this.#socket.send(JSON.stringify({ type: 'auth', token }));
      asking = setInterval(() => this.#socket.send(ASK), ASK_EVERY_MS);
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      clearInterval(asking);
      ended(asking !== undefined);
    });
  }

  leave(): void {
    this.#socket.terminate();
  }
}
