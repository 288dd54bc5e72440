/** Where answers wait for room in memory: in order, but an answer that fits goes before one that does not. */
export class AnswerRoom {
  readonly #size: number;
  readonly #sizePerClient: number;
  readonly #held = new Map<string, number>();
  #heldByAll = 0;
  readonly #waiting = new Set<{
    readonly clientKey: string;
    readonly size: number;
    readonly enter: () => void;
  }>();

  /** @param size of everything held at once @param sizePerClient of what is held for one client key, and the most of one answer */
  constructor(size: number, sizePerClient: number) {
    this.#size = size;
    this.#sizePerClient = sizePerClient;
  }

  /** Waits for room. Settles with what gives it back, to be called once; rejects if `signal` aborts before. */
  async enter(clientKey: string, size: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!this.#fits(clientKey, size)) await this.#wait(clientKey, size, signal);
    else this.#hold(clientKey, size);
    return () => {
      this.#hold(clientKey, -size);
      for (const waiting of this.#waiting) if (this.#fits(waiting.clientKey, waiting.size)) waiting.enter();
    };
  }

  #wait(clientKey: string, size: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        reject(new Error('The client has left', { cause: signal.reason }));
      };
      const waiting = {
        clientKey,
        size,
        enter: () => {
          this.#waiting.delete(waiting);
          signal.removeEventListener('abort', leave);
          this.#hold(clientKey, size);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', leave);
    });
  }

  #fits(clientKey: string, size: number): boolean {
    return (
      this.#heldByAll + size <= this.#size && (this.#held.get(clientKey) ?? 0) + size <= this.#sizePerClient
    );
  }

  #hold(clientKey: string, size: number): void {
    this.#heldByAll += size;
    const held = (this.#held.get(clientKey) ?? 0) + size;
    if (held > 0) this.#held.set(clientKey, held);
    else this.#held.delete(clientKey);
  }
}
