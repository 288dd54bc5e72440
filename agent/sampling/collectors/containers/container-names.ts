import { existsSync } from 'node:fs';
import { namesFromSocket } from './socket-names.ts';

const ASK_EVERY_MS = 30_000;
const ANSWER_WITHIN_MS = 2_000;
const SHORT_ID_CHARACTERS = 12;

/**
 * What people call the containers of which only the id is known: asked of the sockets that are there, otherwise the short id.
 * A name that was answered stays, so that a series does not change its name; a short id only until there is one.
 */
export class ContainerNames {
  readonly #sockets: readonly string[];
  readonly #closing = new AbortController();
  #names = new Map<string, string>();
  /** Those that a socket did not answer for. It may have been restarting, so it is asked again. */
  readonly #unanswered = new Set<string>();
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;

  /** @param sockets of Docker or Podman, that need not be there */
  constructor(sockets: readonly string[]) {
    this.#sockets = sockets;
  }

  /** `null` while it is being asked for, or is about to be. */
  nameOf(id: string): string | null {
    return this.#names.get(id) ?? null;
  }

  /**
   * The containers that are there now. Asks for the names of those that have none, at most each 30 s and without a wait;
   * forgets those that are gone.
   * @param done called when names have become known by an answer
   */
  update(ids: readonly string[], atMs: number, done: () => void): void {
    this.#names = new Map(
      ids.flatMap((id) => {
        const name = this.#names.get(id);
        return name === undefined ? [] : [[id, name] as const];
      }),
    );
    const nameless = ids.filter((id) => !this.#names.has(id) || this.#unanswered.has(id));
    if (nameless.length === 0 || this.#asking !== null) return;
    const sockets = this.#sockets.filter((path) => existsSync(path));
    if (sockets.length === 0) {
      for (const id of nameless) this.#names.set(id, shortId(id));
      this.#unanswered.clear();
      return;
    }
    if (atMs - this.#askedAtMs < ASK_EVERY_MS) return;
    this.#askedAtMs = atMs;
    this.#asking = this.#ask(sockets, nameless, done);
  }

  /** Settles when the question under way is answered, or given up. */
  async settled(): Promise<void> {
    await this.#asking;
  }

  close(): void {
    this.#closing.abort();
  }

  async #ask(sockets: readonly string[], nameless: readonly string[], done: () => void): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), this.#closing.signal]);
    const answers = await Promise.allSettled(sockets.map((path) => namesFromSocket(path, signal)));
    const isWhole = answers.every(({ status }) => status === 'fulfilled');
    this.#unanswered.clear();
    for (const id of nameless) {
      const names = answers.flatMap((answer) =>
        answer.status === 'fulfilled' ? [answer.value.get(id)] : [],
      );
      const name = names.find((one) => one !== undefined);
      if (name === undefined && !isWhole) this.#unanswered.add(id);
      this.#names.set(id, name ?? shortId(id));
    }
    this.#asking = null;
    done();
  }
}

/** What people call a container that has no name. */
export const shortId = (id: string): string => id.slice(0, SHORT_ID_CHARACTERS);
