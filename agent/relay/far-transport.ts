import { TransportLadder } from '../../shared/client/transport-ladder.ts';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';
import { CONNECTION_BROKEN, NO_CLOSE_CODE } from '../../shared/protocol/close-codes.ts';
import { LongPollTransport } from '../../shared/transports/long-poll.ts';
import { SseTransport } from '../../shared/transports/sse.ts';
import type { Clock } from '../clock.ts';
import { nodeFetch } from './node-fetch.ts';
import type { RelayCredentials } from './relay-credentials.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** The transports to another agent, best first, each connection with the credentials that are in the files by then. */
export class FarTransport implements Transport {
  readonly name = 'far';
  readonly #ladder: TransportLadder;
  readonly #read: () => Promise<RelayCredentials>;
  readonly #useToken: (token: string) => void;
  #ca: readonly string[] | undefined;

  /**
   * @param read rejects with an error whose message says why it cannot connect
   * @param useToken called before a connection that shows another token
   */
  constructor(
    url: string,
    clock: Clock,
    read: () => Promise<RelayCredentials>,
    useToken: (token: string) => void,
  ) {
    const ca = (): readonly string[] | undefined => this.#ca;
    const request = nodeFetch(ca);
    this.#ladder = new TransportLadder(
      [new WebSocketTransport(url, ca), new SseTransport(url, request), new LongPollTransport(url, request)],
      clock,
    );
    this.#read = read;
    this.#useToken = useToken;
  }

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    let connection: TransportConnection | null = null;
    let isOver = false;
    const end = (code: number, reason: string): void => {
      if (isOver) return;
      isOver = true;
      events.closed(code, reason);
    };
    const begin = async (): Promise<void> => {
      try {
        const { token, ca } = await this.#read();
        if (isOver) return;
        this.#ca = ca;
        if (token !== undefined) this.#useToken(token);
        connection = this.#ladder.connect({ token, subscriptions: () => purpose.subscriptions() }, events);
      } catch (error) {
        end(CONNECTION_BROKEN, error instanceof Error ? error.message : String(error));
      }
    };
    void begin();
    return {
      get canSend() {
        return connection?.canSend ?? false;
      },
      send: (text) => connection?.send(text),
      renew: () => connection?.renew(),
      close: () => {
        if (connection === null) queueMicrotask(() => end(NO_CLOSE_CODE, ''));
        else connection.close();
      },
    };
  }
}
