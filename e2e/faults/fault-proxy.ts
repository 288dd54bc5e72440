import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaultyPipe, type PipeFaults } from './faulty-pipe.ts';

/** `down` is from the agent to its clients, `up` the reverse. */
export type Direction = 'down' | 'up';

const DIRECTIONS: readonly Direction[] = ['down', 'up'];

interface Link {
  readonly client: Socket;
  readonly agent: Socket;
}

/**
 * A TCP proxy on loopback that injects faults. They affect open and future connections, until `restore`.
 */
export class FaultProxy {
  readonly #agentPort: number;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #pipes = new Set<FaultyPipe>();
  readonly #faults: Record<Direction, PipeFaults> = { down: noFaults(), up: noFaults() };
  #isCut = false;
  #isSwallowing = false;
  #accepted = 0;
  #emptied: () => void = () => {};

  private constructor(agentPort: number) {
    this.#agentPort = agentPort;
    // Pass on half-closed connections as such.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  /** @param agentUrl `http://127.0.0.1:PORT/` */
  static async start(agentUrl: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(Number(new URL(agentUrl).port));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** URL to use in place of the agent's. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Connections accepted so far, except those reset at once. */
  get acceptedCount(): number {
    return this.#accepted;
  }

  get openCount(): number {
    return this.#links.size;
  }

  /** Delays each byte, in both directions. */
  delay(delayMs: number): void {
    for (const direction of DIRECTIONS) this.#faults[direction].delayMs = delayMs;
  }

  /** Limits the rate, in both directions. */
  limit(bytesPerSecond: number): void {
    for (const direction of DIRECTIONS) this.#faults[direction].bytesPerSecond = bytesPerSecond;
  }

  /** Holds all bytes until `restore`; new connections open, but carry nothing either. */
  stall(directions: readonly Direction[] = DIRECTIONS): void {
    for (const direction of directions) this.#faults[direction].isStalled = true;
    this.#wakePipes();
  }

  /** Discards all bytes, on open connections for good, without a sign to either side. */
  swallow(): void {
    this.#isSwallowing = true;
    for (const pipe of this.#pipes) pipe.swallow();
  }

  /** Ends every connection with a RST to both sides. */
  reset(): void {
    for (const { client, agent } of this.#links) {
      reset(client);
      reset(agent);
    }
  }

  /** Sends a FIN to the receiver of this direction; the other direction stays open. */
  halfClose(direction: Direction): void {
    for (const { client, agent } of this.#links) (direction === 'down' ? client : agent).end();
  }

  /** Resets every connection, and each new one at once. */
  cut(): void {
    this.#isCut = true;
    this.reset();
  }

  /** Ends all faults. Swallowed bytes stay lost. */
  restore(): void {
    this.#isCut = false;
    this.#isSwallowing = false;
    for (const direction of DIRECTIONS) Object.assign(this.#faults[direction], noFaults());
    this.#wakePipes();
  }

  /** Settles when everything is closed. May be called repeatedly. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    // A socket that is still connecting would be reset only once it is connected.
    for (const { client, agent } of this.#links) for (const socket of [client, agent]) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
      if (this.#links.size === 0) resolve();
    });
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    if (this.#isCut) {
      client.resetAndDestroy();
      return;
    }
    this.#accepted += 1;
    const agent = connect({ port: this.#agentPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    agent.on('error', () => client.resetAndDestroy());
    const link = { client, agent };
    this.#links.add(link);
    const pipes = [
      new FaultyPipe(agent, client, this.#faults.down),
      new FaultyPipe(client, agent, this.#faults.up),
    ];
    for (const pipe of pipes) {
      this.#pipes.add(pipe);
      if (this.#isSwallowing) pipe.swallow();
    }
    let open = 2;
    const ended = (): void => {
      open -= 1;
      if (open > 0) return;
      this.#links.delete(link);
      for (const pipe of pipes) {
        pipe.stop();
        this.#pipes.delete(pipe);
      }
      if (this.#links.size === 0) this.#emptied();
    };
    client.on('close', () => {
      if (client.errored !== null) agent.resetAndDestroy();
      ended();
    });
    agent.on('close', ended);
  }

  #wakePipes(): void {
    for (const pipe of this.#pipes) pipe.wake();
  }
}

/** Node never closes a socket that is reset while it is ending. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function noFaults(): PipeFaults {
  return { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, isStalled: false };
}
