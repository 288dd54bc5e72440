import { existsSync } from 'node:fs';
import { namesFromSocket } from './socket-names.ts';

const QUERY_EVERY_MS = 30_000;
const ANSWER_WITHIN_MS = 2_000;
const SHORT_ID_CHARACTERS = 12;

/**
 * Display names of containers known by id only: from the runtime's socket where there is one, else the short id. A name from a socket is final,
 * so that series keep their names; a short id is replaced as soon as a name is known.
 */
export class ContainerNames {
  readonly #sockets: readonly string[];
  readonly #closing = new AbortController();
  #names = new Map<string, string>();
  /** Ids whose socket failed to answer. It may have been restarting, so they are queried again. */
  readonly #unanswered = new Set<string>();
  #queriedAtMs = Number.NEGATIVE_INFINITY;
  #querying: Promise<void> | null = null;

  /** @param sockets of Docker or Podman; they need not exist */
  constructor(sockets: readonly string[]) {
    this.#sockets = sockets;
  }

  /** `null` until it has been queried. */
  nameOf(id: string): string | null {
    return this.#names.get(id) ?? null;
  }

  /**
   * Takes the ids present now, drops the others, and queries missing names in the background, at most every 30 s.
   * @param done called when an answer brought new names
   */
  update(ids: readonly string[], atMs: number, done: () => void): void {
    this.#names = new Map(
      ids.flatMap((id) => {
        const name = this.#names.get(id);
        return name === undefined ? [] : [[id, name] as const];
      }),
    );
    const nameless = ids.filter((id) => !this.#names.has(id) || this.#unanswered.has(id));
    if (nameless.length === 0 || this.#querying !== null) return;
    const sockets = this.#sockets.filter((path) => existsSync(path));
    if (sockets.length === 0) {
      for (const id of nameless) this.#names.set(id, shortId(id));
      this.#unanswered.clear();
      return;
    }
    if (atMs - this.#queriedAtMs < QUERY_EVERY_MS) return;
    this.#queriedAtMs = atMs;
    this.#querying = this.#query(sockets, nameless, done);
  }

  /** Settles when the running query has ended. */
  async settled(): Promise<void> {
    await this.#querying;
  }

  close(): void {
    this.#closing.abort();
  }

  async #query(sockets: readonly string[], nameless: readonly string[], done: () => void): Promise<void> {
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
    this.#querying = null;
    done();
  }
}

/** The name of a nameless container. */
export const shortId = (id: string): string => id.slice(0, SHORT_ID_CHARACTERS);
