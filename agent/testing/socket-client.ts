import { once } from 'node:events';
import { WebSocket } from 'ws';
import { PING, SUBPROTOCOL_MSGPACK } from '../../shared/protocol/messages.ts';
import { MessagePackDecoder } from '../../shared/protocol/msgpack-decoder.ts';
import { encodeText } from '../../shared/protocol/msgpack-encoder.ts';

/** A WebSocket client whose messages can be awaited one by one. They are JSON here, also where MessagePack travels. */
export class SocketClient {
  readonly socket: WebSocket;
  /** `[code, reason]`, once it has closed. */
  readonly closed: Promise<[number, string]>;
  readonly #received: string[] = [];
  #arrived: () => void = () => {};

  private constructor(url: string, protocols: string[]) {
    this.socket = new WebSocket(url, protocols);
    this.socket.on('error', () => {});
    const decoder = new MessagePackDecoder();
    this.socket.on('message', (frame: Buffer, isBinary) => {
      this.#received.push(isBinary ? JSON.stringify(decoder.decode(frame)) : frame.toString());
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
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const isPacked = this.socket.protocol === SUBPROTOCOL_MSGPACK && text !== PING;
    this.socket.send(isPacked ? encodeText(text) : text);
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
