import type { Clock } from '../../clock.ts';

/** As in the bodies of a host: its epoch, and when it began by the host's clock. */
export interface RunClaim {
  readonly e: string;
  readonly s: number;
}

/**
 * Of two agents under one name, the one that began later counts. The clock of a host may be set back while it restarts, so that a run that seems to be
 * older counts as well once nothing has been heard of the present one for this long.
 */
const FORGET_AFTER_MS = 30_000;

/** Which run of an agent is the present one. */
export class HostRun {
  readonly #clock: Clock;
  #present: RunClaim | null = null;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get epoch(): string | undefined {
    return this.#present?.e;
  }

  /** Takes what is said of a run before anything was heard of it. */
  expect({ e, s }: RunClaim): void {
    this.#present ??= { e, s };
  }

  /** Whether a run is the present one, or began later by its own account. */
  isReached({ e, s }: RunClaim): boolean {
    const present = this.#present;
    return present === null || present.e === e || s > present.s || (s === present.s && e > present.e);
  }

  /** Takes what the host says now. Returns whether it counts. */
  hears(claim: RunClaim): boolean {
    const isForgotten = this.#clock.now() - this.#heardMs >= FORGET_AFTER_MS;
    if (!this.isReached(claim) && !isForgotten) return false;
    const { e, s } = claim;
    if (this.#present?.e !== e) this.#present = { e, s };
    this.#heardMs = this.#clock.now();
    return true;
  }
}
