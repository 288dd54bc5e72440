import type { Capacity } from './capacity.ts';
import type { Storage } from './storage.ts';

export type AskCapacity = (storage: Storage) => Promise<Capacity>;

const DEADLINE_MS = 2000;

/**
 * What remote filesystems answered last. A dead server lets a call hang for ever, and each one takes one of the four threads that all
 * of Node shares. So they are asked one after another and never two at once: at most one thread is lost, and while it is, the others
 * are not known either. Nobody waits for an answer.
 */
export class RemoteAnswers {
  readonly #ask: AskCapacity;
  readonly #onTrouble: (message: string) => void;
  readonly #answers = new Map<string, { readonly capacity: Capacity; readonly round: number }>();
  readonly #inTrouble = new Set<string>();
  #round = 0;
  #isAsking = false;
  #isClosed = false;
  #deadline: NodeJS.Timeout | undefined;

  /** @param onTrouble called once when a mount stops to answer, and once when it answers again */
  constructor(ask: AskCapacity, onTrouble: (message: string) => void) {
    this.#ask = ask;
    this.#onTrouble = onTrouble;
  }

  /** `null` when nothing came since the round before, or that mount is in trouble. */
  lastOf({ mountPoint }: Storage): Capacity | null {
    const answer = this.#answers.get(mountPoint);
    return answer?.round === this.#round ? answer.capacity : null;
  }

  /** Begins to ask all of them; while a round before this is under way, that one goes on instead. */
  askAll(storages: readonly Storage[]): void {
    this.#round += 1;
    this.#forgetOthers(storages);
    if (!this.#isAsking && storages.length > 0) void this.#askEach(storages);
  }

  /** A call that hangs goes on; its answer has no effect. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#deadline);
  }

  async #askEach(storages: readonly Storage[]): Promise<void> {
    this.#isAsking = true;
    for (const storage of storages) {
      if (this.#isClosed) return;
      await this.#askOne(storage);
    }
    this.#isAsking = false;
  }

  async #askOne(storage: Storage): Promise<void> {
    const { mountPoint } = storage;
    this.#deadline = setTimeout(
      () => this.#failed(storage, 'does not answer; no remote figure is known until it does'),
      DEADLINE_MS,
    );
    this.#deadline.unref();
    try {
      const capacity = await this.#ask(storage);
      if (this.#isClosed) return;
      this.#answers.set(mountPoint, { capacity, round: this.#round });
      if (this.#inTrouble.delete(mountPoint)) this.#onTrouble(`${named(storage)} answers again`);
    } catch (error) {
      if (!this.#isClosed)
        this.#failed(storage, `cannot be read (${String(error)}); its figures are unknown until it can`);
    } finally {
      clearTimeout(this.#deadline);
    }
  }

  #failed(storage: Storage, how: string): void {
    this.#answers.delete(storage.mountPoint);
    if (this.#inTrouble.has(storage.mountPoint)) return;
    this.#inTrouble.add(storage.mountPoint);
    this.#onTrouble(`${named(storage)} ${how}`);
  }

  #forgetOthers(storages: readonly Storage[]): void {
    const present = new Set(storages.map(({ mountPoint }) => mountPoint));
    for (const mountPoint of this.#answers.keys()) {
      if (!present.has(mountPoint)) this.#answers.delete(mountPoint);
    }
    for (const mountPoint of this.#inTrouble) {
      if (!present.has(mountPoint)) this.#inTrouble.delete(mountPoint);
    }
  }
}

function named({ mountPoint, type }: Storage): string {
  return `Filesystem "${mountPoint}" (${type})`;
}
