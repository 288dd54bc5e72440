import type { Socket } from 'node:net';

/** Faults of one direction of a connection; may change at any time. */
export interface PipeFaults {
  delayMs: number;
  bytesPerSecond: number;
  isStalled: boolean;
}

/** Small, so that a slow link is smooth and little is buffered here: both ends should feel the backpressure. */
const PIECE_BYTES = 1024;
const MAX_WAITING_BYTES = 4 * PIECE_BYTES;
/** Bytes that may be under way on a delayed link. */
const MAX_DELAYED_BYTES = 1024 * 1024;

interface Piece {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** One direction of a proxied connection: forwards bytes from one socket to another, with faults. */
export class FaultyPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: PipeFaults;
  readonly #waiting: Piece[] = [];
  #waitingBytes = 0;
  /** When the link will have carried everything passed to it. */
  #freeAtMs = 0;
  #isSwallowing = false;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, faults: PipeFaults) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => {
      this.#hasEnded = true;
      this.wake();
    });
    to.on('drain', () => this.wake());
    this.wake();
  }

  /** Discards buffered and future bytes. */
  swallow(): void {
    this.#isSwallowing = true;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.wake();
  }

  /** Applies changed faults. */
  wake(): void {
    clearTimeout(this.#timer);
    const { isStalled, bytesPerSecond } = this.#faults;
    if (isStalled && !this.#isSwallowing) {
      this.#from.pause();
      return;
    }
    for (
      let next = this.#waiting[0];
      next !== undefined && !this.#to.writableNeedDrain;
      [next] = this.#waiting
    ) {
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.wake(), waitMs);
        break;
      }
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes.length;
      this.#to.write(next.bytes);
    }
    if (this.#hasEnded && this.#waiting.length === 0 && !this.#isSwallowing) this.#to.end();
    const most = bytesPerSecond === Number.POSITIVE_INFINITY ? MAX_DELAYED_BYTES : MAX_WAITING_BYTES;
    if (this.#waitingBytes < most) this.#from.resume();
    else this.#from.pause();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #take(bytes: Buffer): void {
    if (this.#isSwallowing) return;
    const { delayMs, bytesPerSecond } = this.#faults;
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      const piece = bytes.subarray(start, start + PIECE_BYTES);
      this.#freeAtMs = Math.max(this.#freeAtMs, performance.now()) + (piece.length * 1000) / bytesPerSecond;
      this.#waiting.push({ bytes: piece, dueMs: this.#freeAtMs + delayMs });
      this.#waitingBytes += piece.length;
    }
    this.wake();
  }
}
