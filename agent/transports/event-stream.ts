import type { SSEStreamingApi } from 'hono/streaming';
import type { Connection, StreamListener } from '../sessions/connection.ts';
import type { Frame } from '../sessions/frame.ts';

/** Limit of what waits in this process; the kernel and the response stream buffer some more. */
const MAX_WAITING_CHARACTERS = 16 * 1024;
/** Proxies drop idle connections, and some buffer a response until it has a body. */
const COMMENT_EVERY_ROUNDS = 15;
const COMMENT = ':\n\n';
/** Intervals without progress after which the client counts as gone. */
const MAX_STUCK_COMMENTS = 2;

/**
 * One client's stream of server-sent events. Each message is one event, with the cursor to resume from as its `id`. `canSend` is false while much
 * waits to be written.
 */
export class EventStream implements Connection {
  readonly format = 'json';
  readonly #queuedBeforeBegin: Frame[] = [];
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
      this.#queuedBeforeBegin.push(frame);
      this.#waitingCharacters += frame.text.length;
    } else this.#write(toEvent(frame, this.#listener.cursor()));
  }

  /** Server-sent events have no close codes; a `goodbye` message comes before this. */
  close(): void {
    void this.#stream?.close();
    this.ended();
  }

  /** Starts writing, beginning with what was sent before. */
  begin(stream: SSEStreamingApi, listener: StreamListener): void {
    this.#stream = stream;
    this.#listener = listener;
    this.#waitingCharacters = 0;
    this.#write(COMMENT);
    this.#queuedBeforeBegin.forEach((frame, index) => {
      // Only the last event carries the cursor: a client that received only some of them must not resume after all of them.
      const isLast = index === this.#queuedBeforeBegin.length - 1;
      this.#write(toEvent(frame, isLast ? listener.cursor() : ''));
    });
    this.#queuedBeforeBegin.length = 0;
  }

  /** The client has disconnected, or the stream was closed. */
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

/** @param cursor `''` leaves the client's position unchanged */
function toEvent({ text }: Frame, cursor: string): string {
  return cursor === '' ? `data: ${text}\n\n` : `data: ${text}\nid: ${cursor}\n\n`;
}
