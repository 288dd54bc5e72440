import type { Capacity } from './capacity.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 10_000;
/** Room for an early tick. */
const EARLY_MS = 500;
/** Automounters check for expiry only now and then, so a mount goes after its timeout plus up to two thirds. */
const IDLE_TIMES = 3;
const IDLE_EVERY_MS = 60_000;

/** The mount is gone since it was listed: its path now leads to another filesystem, or would remount it. */
class NotMountedError extends Error {
  readonly code = 'not_mounted';

  constructor() {
    super('it is not mounted any more');
    this.name = 'NotMountedError';
  }
}

interface Kept {
  readonly answer: Promise<Capacity>;
  readonly queriedAtMs: number;
}

/** Keeps each filesystem's last answer or error until it may be queried again. */
export class KeptAnswers {
  readonly #query: (storage: Storage) => Promise<Capacity>;
  #byMount = new Map<string, Kept | null>();
  #atMs = Number.NaN;

  constructor(query: (storage: Storage) => Promise<Capacity>) {
    this.#query = query;
  }

  /** Starts a round and forgets filesystems that are not `present`. @param atMs monotonic */
  begin(present: readonly Storage[], atMs: number): void {
    this.#atMs = atMs;
    this.#byMount = new Map(
      present.map((storage) => [keyOf(storage), this.#byMount.get(keyOf(storage)) ?? null]),
    );
  }

  of(storage: Storage): Promise<Capacity> {
    const kept = this.#byMount.get(keyOf(storage));
    if (kept === undefined) return Promise.reject(new NotMountedError());
    if (kept !== null && this.#atMs - kept.queriedAtMs < pauseMs(storage) - EARLY_MS) return kept.answer;
    const answer = this.#query(storage);
    this.#byMount.set(keyOf(storage), { answer, queriedAtMs: this.#atMs });
    return answer;
  }
}

function pauseMs({ idleMs }: Storage): number {
  return idleMs === null ? EVERY_MS : Math.max(IDLE_EVERY_MS, idleMs * IDLE_TIMES);
}

function keyOf({ id, mountPoint }: Storage): string {
  return `${id} ${mountPoint}`;
}
