import { CONNECTION_BROKEN, NO_CLOSE_CODE } from '../../shared/protocol/close-codes.ts';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';

/** Loads a transport when it connects first; loading counts as time to open. */
export class LazyTransport implements Transport {
  readonly name: string;
  readonly #load: () => Promise<Transport>;

  /** @param load called for each connection, also after a failure */
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
        end(CONNECTION_BROKEN);
      }
    };
    void begin();
    return {
      get canSend() {
        return connection?.canSend ?? false;
      },
      send: (text) => connection?.send(text),
      // Before it has loaded there is nothing to renew: it will read the newest purpose.
      renew: () => connection?.renew(),
      close: () => {
        if (connection === null) queueMicrotask(() => end(NO_CLOSE_CODE));
        else connection.close();
      },
    };
  }
}
