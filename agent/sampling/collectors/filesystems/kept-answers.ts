import type { Capacity } from './capacity.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 10_000;
/** Room for a tick that comes a little early. */
const EARLY_MS = 500;
/** What is unmounted when nobody uses it goes after its time and up to two thirds more, as automounters look whether it is over now and then. */
const IDLE_TIMES = 3;
const IDLE_EVERY_MS = 60_000;

/** The mount has gone since it was listed: its path leads to another filesystem now, or would bring it back. */
class NotMountedError extends Error {
  readonly code = 'not_mounted';

  constructor() {
    super('it is not mounted any more');
    this.name = 'NotMountedError';
  }
}

interface Kept {
  readonly answer: Promise<Capacity>;
  readonly askedAtMs: number;
}

/** What filesystems answered, or failed with: each is asked so often as it may be, and in between that is told. */
export class KeptAnswers {
  readonly #ask: (storage: Storage) => Promise<Capacity>;
  #byMount = new Map<string, Kept | null>();
  #atMs = Number.NaN;

  constructor(ask: (storage: Storage) => Promise<Capacity>) {
    this.#ask = ask;
  }

  /** Begins a round. @param present the others are forgotten; @param atMs monotonic */
  begin(present: readonly Storage[], atMs: number): void {
    this.#atMs = atMs;
    this.#byMount = new Map(
      present.map((storage) => [keyOf(storage), this.#byMount.get(keyOf(storage)) ?? null]),
    );
  }

  of(storage: Storage): Promise<Capacity> {
    const kept = this.#byMount.get(keyOf(storage));
    if (kept === undefined) return Promise.reject(new NotMountedError());
    if (kept !== null && this.#atMs - kept.askedAtMs < pauseMs(storage) - EARLY_MS) return kept.answer;
    const answer = this.#ask(storage);
    this.#byMount.set(keyOf(storage), { answer, askedAtMs: this.#atMs });
    return answer;
  }
}

function pauseMs({ idleMs }: Storage): number {
  return idleMs === null ? EVERY_MS : Math.max(IDLE_EVERY_MS, idleMs * IDLE_TIMES);
}

function keyOf({ id, mountPoint }: Storage): string {
  return `${id} ${mountPoint}`;
}
