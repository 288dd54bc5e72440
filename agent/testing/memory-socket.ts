import { Socket, type SocketConstructorOpts } from 'node:net';

/** As much as waits in a socket before `write` returns false. */
const HIGH_WATER_BYTES = 16 * 1024;

/**
 * The server's end of a connection without a network, for `server.emit('connection', …)`. A test decides how much the kernel takes, and when the
 * client reads it.
 */
export class MemorySocket extends Socket {
  /** Called with what the client reads. */
  onRead: (bytes: Buffer) => void = () => {};
  isReading = true;
  readonly #kernelBytes: number;
  /** What the kernel holds. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** A write that has to wait for room. */
  #waiting: { readonly bytes: Buffer; readonly done: () => void } | null = null;

  /** @param kernelBytes beyond which the kernel takes nothing more */
  constructor(kernelBytes: number) {
    super({ allowHalfOpen: true, writableHighWaterMark: HIGH_WATER_BYTES } as SocketConstructorOpts);
    this.#kernelBytes = kernelBytes;
    for (const [name, value] of Object.entries({ remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' }))
      Object.defineProperty(this, name, { value });
  }

  /** Bytes that the client sends. */
  receive(bytes: Buffer): void {
    if (!this.destroyed) this.push(bytes);
  }

  /** The client ends its side. */
  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  /** The client reads what is there, if it reads at all. */
  deliver(): void {
    while (this.isReading && this.#heldBytes > 0) {
      const bytes = Buffer.concat(this.#held);
      this.#held = [];
      this.#heldBytes = 0;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting !== null) this.#take(waiting.bytes, waiting.done);
      this.onRead(bytes);
    }
  }

  override setNoDelay(): this {
    return this;
  }

  override setKeepAlive(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.#take(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk, done);
  }

  override _writev(
    chunks: { readonly chunk: Buffer | string; readonly encoding: BufferEncoding }[],
    done: () => void,
  ): void {
    const bytes = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    );
    this.#take(Buffer.concat(bytes), done);
  }

  override _final(done: () => void): void {
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
    // As `Socket` does once its handle is closed.
    process.nextTick(() => this.emit('close', error !== null));
  }

  #take(bytes: Buffer, done: () => void): void {
    if (this.#heldBytes >= this.#kernelBytes) {
      this.#waiting = { bytes, done };
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    done();
  }
}
