import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';

const BROKEN = 1006;
const CLOSED = 1005;

/** A transport that is loaded when it is first to connect; the time that this takes is part of its time to open. */
export class LazyTransport implements Transport {
  readonly name: string;
  readonly #load: () => Promise<Transport>;

  /** @param load may be asked again when it failed */
  constructor(name: string, load: () => Promise<Transport>) {
    this.name = name;
    this.#load = load;
  }

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    let connection: TransportConnection | null = null;
    let isOver = false;
    const end = (code: number): void => {
      if (isOver) return;
      isOver = true;
      events.closed(code, '');
    };
    const begin = async (): Promise<void> => {
      try {
        const transport = await this.#load();
        if (!isOver) connection = transport.connect(purpose, events);
      } catch {
        end(BROKEN);
      }
    };
    void begin();
    return {
      get canSend() {
        return connection?.canSend ?? false;
      },
      send: (text) => connection?.send(text),
      // What has not begun will ask for the newest purpose.
      renew: () => connection?.renew(),
      close: () => {
        if (connection === null) queueMicrotask(() => end(CLOSED));
        else connection.close();
      },
    };
  }
}
