import type { Socket } from 'node:net';

/** What is wrong with one way of a connection; may change at any time. */
export interface PipeFaults {
  delayMs: number;
  bytesPerSecond: number;
  isStalled: boolean;
}

/** Small enough that a slow link does not come in lumps, and that little waits here: the ends shall feel the slowness. */
const PIECE_BYTES = 1024;
const MAX_WAITING_BYTES = 4 * PIECE_BYTES;
/** Bytes of a fast link that may be under way because of its delay. */
const MAX_DELAYED_BYTES = 1024 * 1024;

interface Piece {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** One way through a proxy: what one socket receives goes to the other, with faults. */
export class FaultyPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: PipeFaults;
  readonly #waiting: Piece[] = [];
  #waitingBytes = 0;
  /** When the link has carried everything that it was given. */
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

  /** Drops what waits and all that comes. */
  swallow(): void {
    this.#isSwallowing = true;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.wake();
  }

  /** Looks again at what the faults let through. */
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
