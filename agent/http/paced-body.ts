import type { Clock } from '../clock.ts';
import type { FairQueue, Worker } from '../sessions/fair-queue.ts';

/** A chunk is sent with this many bytes or more. */
const CHUNK_BYTES = 16 * 1024;
/** A client that reads nothing for this long counts as gone (FC-3). */
const PATIENCE_MS = 30_000;
/** How long a client that reads slowly may keep an answer in memory. */
const DEADLINE_MS = 5 * 60_000;
/** What compressing a chunk costs in other threads, about. */
const COMPRESSING_MS = 0.5;

export interface PacedBodyOptions {
  readonly clientKey: string;
  readonly fairQueue: FairQueue;
  readonly clock: Clock;
  /** Pieces of the body, each made in a millisecond or less. */
  readonly pieces: Iterator<string | Uint8Array, void>;
  /** Whether the client may still have them. */
  readonly isGood: () => boolean;
  /** Called once, when no more pieces are needed. */
  readonly ended: () => void;
  /** Cuts the connection, so that the client knows that something is missing. @param error a defect, if that is why */
  readonly cut: (error?: unknown) => void;
}

/** The body of a response, made in steps of the fair queue and no further ahead than the client reads. */
export class PacedBody implements Worker {
  readonly clientKey: string;
  readonly leastMs = COMPRESSING_MS;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #options: PacedBodyOptions;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  /** Settles the stream's wait for a chunk; `null` while it does not wait. */
  #pulled: (() => void) | null = null;
  #isOver = false;
  #cancelPatience: () => void = () => {};
  readonly #cancelDeadline: () => void;

  constructor(options: PacedBodyOptions) {
    this.#options = options;
    this.clientKey = options.clientKey;
    this.#cancelDeadline = options.clock.schedule(() => this.#cut(), DEADLINE_MS);
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        this.#controller = controller;
        this.#wait();
      },
      pull: () =>
        new Promise((resolve) => {
          this.#pulled = resolve;
          this.#cancelPatience();
          options.fairQueue.enter(this);
        }),
      cancel: () => this.#end(),
    });
  }

  step(): boolean {
    if (this.#isOver || this.#pulled === null) return false;
    try {
      if (!this.#options.isGood()) this.#cut();
      else this.#sendChunk();
    } catch (error) {
      this.#cut(error);
    }
    return false;
  }

  #sendChunk(): void {
    const gathered: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < CHUNK_BYTES) {
      const { value, done } = this.#options.pieces.next();
      if (done === true) break;
      const piece = typeof value === 'string' ? Buffer.from(value) : value;
      gathered.push(piece);
      bytes += piece.length;
    }
    if (bytes > 0) this.#controller?.enqueue(new Uint8Array(Buffer.concat(gathered)));
    if (bytes >= CHUNK_BYTES) this.#wait();
    else {
      this.#end();
      this.#controller?.close();
    }
    this.#pulled?.();
    this.#pulled = null;
  }

  #wait(): void {
    this.#cancelPatience = this.#options.clock.schedule(() => this.#cut(), PATIENCE_MS);
  }

  #cut(error?: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#options.cut(error);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelPatience();
    this.#cancelDeadline();
    this.#options.ended();
  }
}
