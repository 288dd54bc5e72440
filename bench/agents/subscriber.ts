import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { METRICS_PATH } from '../../agent/transports/websocket.ts';
import { SUBPROTOCOL } from '../../shared/protocol/messages.ts';

const TRY_FOR_MS = 10_000;

interface Message {
  readonly type: string;
  readonly values?: readonly (number | null)[];
  readonly series?: readonly { readonly name: string }[];
  readonly tables?: readonly { readonly name: string }[];
  readonly messages?: readonly Message[];
}

/** One client of an agent, which follows what it is asked to, and remembers the last values. */
export class Subscriber {
  samples = 0;
  tables = 0;
  bytes = 0;
  #socket: WebSocket | null = null;
  #welcome: Message | null = null;
  #series: readonly string[] = [];
  #values: readonly (number | null)[] = [];

  /** Follows everything that the agent has, metrics and tables. Waits for the agent to listen, and for the first sample. */
  static async ofEverything(port: number, intervalMs: number): Promise<Subscriber> {
    const subscriber = new Subscriber();
    const socket = await connect(port, (frame) => subscriber.#take(frame));
    subscriber.#socket = socket;
    while (subscriber.#welcome === null) await sleep(2);
    const tables = (subscriber.#welcome.tables ?? []).map(({ name }) => name);
    socket.send(JSON.stringify({ action: 'subscribe', metrics: ['*'], tables, intervalMs }));
    while (subscriber.samples === 0) await sleep(2);
    return subscriber;
  }

  /** The last value of a metric; `null` where it is not known. */
  value(name: string): number | null {
    return this.#values[this.#series.indexOf(name)] ?? null;
  }

  get metrics(): number {
    return this.#series.length;
  }

  close(): void {
    this.#socket?.terminate();
  }

  #take(frame: Buffer): void {
    this.bytes += frame.length;
    this.#receive(JSON.parse(frame.toString()) as Message);
  }

  #receive(message: Message): void {
    const { type, values, series, messages } = message;
    if (type === 'error') throw new Error(JSON.stringify(message));
    if (type === 'welcome') this.#welcome = message;
    if (type === 'subscribed') this.#series = (series ?? []).map(({ name }) => name);
    if (type === 'table') this.tables += 1;
    if (type === 'metrics') {
      this.samples += 1;
      this.#values = values ?? [];
    }
    for (const part of messages ?? []) this.#receive(part);
  }
}

/**
 * A v1 connection to an agent that may not listen yet.
 * @param retryMs after a connection that nobody took
 */
export async function connect(
  port: number,
  onFrame: (frame: Buffer) => void,
  retryMs = 20,
): Promise<WebSocket> {
  const deadlineMs = performance.now() + TRY_FOR_MS;
  for (;;) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${METRICS_PATH}`, SUBPROTOCOL);
    socket.on('message', onFrame);
    try {
      await once(socket, 'open');
      return socket;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(retryMs);
    }
  }
}
