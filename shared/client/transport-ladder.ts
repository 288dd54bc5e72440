import type { Clock } from '../clock.ts';
import { CONNECTION_BROKEN, NO_CLOSE_CODE } from '../protocol/close-codes.ts';
import type {
  ConnectionPurpose,
  ConnectionRefusal,
  Transport,
  TransportConnection,
  TransportEvents,
} from './transport.ts';

/** How long a transport may take to connect and to deliver the agent's first frame (TR-1). */
const OPEN_WITHIN_MS = 4000;
/** How long the transport that worked is tried first, before the best again (TR-1). */
const REMEMBERED_MS = 10 * 60_000;
/** Failed attempts on the remembered transport before trying others: a restarting agent does not mean a new proxy. */
const LOYAL_ATTEMPTS = 2;

/**
 * Several transports as one: each attempt to connect goes down the ladder, best first, until the agent answers (TR-1). Remembers the
 * transport that worked, so that a client behind a proxy does not wait for the better ones each time.
 */
export class TransportLadder implements Transport {
  readonly name = 'ladder';
  readonly #rungs: readonly Transport[];
  readonly #clock: Clock;
  #winner: { readonly transport: Transport; readonly sinceMs: number } | null = null;
  #failedAttempts = 0;

  /** @param rungs the best first; at least one */
  constructor(rungs: readonly Transport[], clock: Clock) {
    this.#rungs = rungs;
    this.#clock = clock;
  }

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    const rungs = this.#rungsToTry();
    let isClosed = false;
    let current: TransportConnection | null = null;

    const finish = (code: number, reason: string, refusal?: ConnectionRefusal): void => {
      if (isClosed) return;
      isClosed = true;
      events.closed(code, reason, refusal);
    };
    /** The last reason that a failed rung gave. */
    let why: readonly [reason: string, refusal: ConnectionRefusal | undefined] = ['', undefined];
    const tryRung = (index: number): void => {
      const transport = rungs[index];
      if (transport === undefined) {
        this.#failedAttempts += 1;
        finish(CONNECTION_BROKEN, ...why);
        return;
      }
      // A proxy may accept any connection; only a frame proves that the agent is reached.
      let hasSpoken = false;
      let isOver = false;
      const giveUp = (): void => {
        isOver = true;
        cancelTimeout();
        if (!isClosed) tryRung(index + 1);
      };
      const cancelTimeout = this.#clock.schedule(() => {
        const late = current;
        giveUp();
        late?.close();
      }, OPEN_WITHIN_MS);
      current = transport.connect(purpose, {
        opened: (_name, decoder) => {
          if (!isOver && !isClosed) events.opened(transport.name, decoder);
        },
        received: (frame) => {
          if (isOver || isClosed) return;
          if (!hasSpoken) {
            hasSpoken = true;
            cancelTimeout();
            this.#worked(transport);
          }
          events.received(frame);
        },
        closed: (code, reason, refusal) => {
          cancelTimeout();
          if (isOver) return;
          if (reason !== '') why = [reason, refusal];
          // The agent would close every transport with this code; a broken pipe says nothing about the others.
          if (hasSpoken || code >= 4000 || refusal?.code !== undefined) finish(code, reason, refusal);
          else giveUp();
        },
      });
    };
    tryRung(0);

    return {
      get canSend() {
        return current?.canSend ?? false;
      },
      send: (text) => current?.send(text),
      renew: () => current?.renew(),
      close: () => {
        if (isClosed) return;
        current?.close();
        finish(NO_CLOSE_CODE, '');
      },
    };
  }

  #rungsToTry(): readonly Transport[] {
    const winner = this.#rememberedWinner();
    if (winner === null) return this.#rungs;
    if (this.#failedAttempts < LOYAL_ATTEMPTS) return [winner];
    return [winner, ...this.#rungs.filter((rung) => rung !== winner)];
  }

  #rememberedWinner(): Transport | null {
    if (this.#winner === null || this.#clock.now() - this.#winner.sinceMs > REMEMBERED_MS) return null;
    return this.#winner.transport;
  }

  #worked(transport: Transport): void {
    this.#failedAttempts = 0;
    if (this.#rememberedWinner() !== transport) this.#winner = { transport, sinceMs: this.#clock.now() };
  }
}
