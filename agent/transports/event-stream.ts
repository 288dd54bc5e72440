import type { SSEStreamingApi } from 'hono/streaming';
import type { Connection, StreamListener } from '../sessions/connection.ts';
import type { Frame } from '../sessions/frame.ts';

/** What may wait for the client in this process; the kernel and the streams below hold some more. */
const MAX_WAITING_CHARACTERS = 16 * 1024;
/** Proxies drop a connection that is silent for long, and some hold back a response until it has a body. */
const COMMENT_EVERY_ROUNDS = 15;
const COMMENT = ':\n\n';
/** After so many comments' time without progress the client is gone. */
const MAX_STUCK_COMMENTS = 2;

/**
 * One client's stream of server-sent events: each message is one event, and its `id` is the cursor from which the client
 * can go on. A message waits until the streams below take it; while much waits, `canSend` is false.
 */
export class EventStream implements Connection {
  readonly #early: Frame[] = [];
  #stream: SSEStreamingApi | null = null;
  #listener: StreamListener | null = null;
  #waitingCharacters = 0;
  #rounds = 0;
  #stuckComments = 0;
  #isBlocked = false;
  #isClosed = false;

  canSend(): boolean {
    this.#isBlocked = this.#waitingCharacters >= MAX_WAITING_CHARACTERS;
    return !this.#isBlocked;
  }

  send(frame: Frame): void {
    if (this.#isClosed) return;
    if (this.#listener === null) {
      this.#early.push(frame);
      this.#waitingCharacters += frame.text.length;
    } else this.#write(toEvent(frame, this.#listener.cursor()));
  }

  /** An event stream has no close codes: `goodbye` has said what there is to say. */
  close(): void {
    void this.#stream?.close();
    this.ended();
  }

  /** Begins to write, with what was sent before there was a stream. */
  begin(stream: SSEStreamingApi, listener: StreamListener): void {
    this.#stream = stream;
    this.#listener = listener;
    this.#waitingCharacters = 0;
    this.#write(COMMENT);
    this.#early.forEach((frame, index) => {
      // A client that gets only some of these would miss the others if it came back with the cursor behind them all.
      const isLast = index === this.#early.length - 1;
      this.#write(toEvent(frame, isLast ? listener.cursor() : ''));
    });
    this.#early.length = 0;
  }

  /** The client has left, or the stream was closed. */
  ended(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener?.closed();
  }

  round(): void {
    if (this.#stream === null || this.#isClosed) return;
    this.#rounds += 1;
    if (this.#rounds % COMMENT_EVERY_ROUNDS !== 0) return;
    if (this.#waitingCharacters === 0) this.#write(COMMENT);
    else this.#stuckComments += 1;
    if (this.#stuckComments < MAX_STUCK_COMMENTS) return;
    this.#stream.abort();
    this.ended();
  }

  #write(text: string): void {
    void this.#writeAndWait(text);
  }

  async #writeAndWait(text: string): Promise<void> {
    this.#waitingCharacters += text.length;
    await this.#stream?.write(text);
    this.#waitingCharacters -= text.length;
    this.#stuckComments = 0;
    if (this.#isBlocked && !this.#isClosed && this.canSend()) this.#listener?.drained();
  }
}

/** @param cursor `''` leaves the client's position as it is */
function toEvent({ text }: Frame, cursor: string): string {
  return cursor === '' ? `data: ${text}\n\n` : `data: ${text}\nid: ${cursor}\n\n`;
}
