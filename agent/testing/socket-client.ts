import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A WebSocket client whose messages can be awaited one by one. */
export class SocketClient {
  readonly socket: WebSocket;
  /** `[code, reason]`, once it has closed. */
  readonly closed: Promise<[number, string]>;
  readonly #received: string[] = [];
  #arrived: () => void = () => {};

  private constructor(url: string, protocols: string[]) {
    this.socket = new WebSocket(url, protocols);
    this.socket.on('error', () => {});
    this.socket.on('message', (frame: Buffer) => {
      this.#received.push(frame.toString());
      this.#arrived();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve([code, reason.toString()]));
    });
  }

  /** @param url of the agent, `http://…/` */
  static async connect(url: string, ...protocols: string[]): Promise<SocketClient> {
    const client = new SocketClient(`${url.replace(/^http/, 'ws')}metrics`, protocols);
    await once(client.socket, 'open');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Waits for the next message. */
  async next(): Promise<string> {
    while (this.#received.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#received.shift() ?? '';
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
