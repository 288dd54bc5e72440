import { connect, type Socket } from 'node:net';

/** After this silence, half-close the connection, for an agent that waits for more input. */
const QUIET_MS = 150;
/** An agent that has neither answered nor closed by then hangs. */
const HANGS_AFTER_MS = 20_000;

/** How a connection ended. */
export type End = 'closed' | 'left' | 'unreachable' | 'hung';

export interface PeerOptions {
  readonly port: number;
  /** Local address to connect from. */
  readonly localAddress: string;
  /** Called with the bytes received and not consumed, whenever there are more. @returns how many it consumes, or that it has all it wants */
  readonly take: (received: Buffer, peer: RawPeer) => number | 'enough';
}

/** A TCP connection that sends exactly the given bytes. It always ends. */
export class RawPeer {
  readonly ended: Promise<End>;
  readonly #socket: Socket;
  readonly #take: PeerOptions['take'];
  #received: Buffer = Buffer.alloc(0);
  #quiet: NodeJS.Timeout | undefined;
  #end: End = 'closed';

  constructor({ port, localAddress, take }: PeerOptions) {
    this.#take = take;
    this.#socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true, allowHalfOpen: true });
    const hanging = setTimeout(() => this.#leave('hung'), HANGS_AFTER_MS);
    this.#socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      // A reset closes too.
      if (code === 'ECONNREFUSED') this.#end = 'unreachable';
    });
    this.#socket.on('data', (chunk: Buffer) => this.#more(chunk));
    this.#socket.on('end', () => this.#socket.end());
    this.ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        clearTimeout(hanging);
        clearTimeout(this.#quiet);
        resolve(this.#end);
      });
    });
  }

  /** Received, not yet consumed. */
  get rest(): Buffer {
    return this.#received;
  }

  write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
    this.#waitForQuiet();
  }

  #more(chunk: Buffer): void {
    this.#waitForQuiet();
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const done = this.#take(this.#received, this);
    if (done === 'enough') this.#leave('left');
    else this.#received = this.#received.subarray(done);
  }

  #waitForQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#socket.end(), QUIET_MS);
  }

  /** Closes by a reset, so that thousands of connections leave no TIME_WAIT behind. */
  #leave(end: End): void {
    this.#end = end;
    this.#socket.resetAndDestroy();
  }
}
