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
/** Of runs that another one has replaced. */
const MAX_ENDED = 64;

/** Which run of an agent is the present one. */
export class HostRun {
  readonly #clock: Clock;
  #present: RunClaim | null = null;
  #heardMs = Number.NEGATIVE_INFINITY;
  /** Oldest first. */
  readonly #ended = new Set<string>();

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

  /** Whether what was written by a run counts: if it is the present one, or may have followed that without being heard. */
  mayFollow(claim: RunClaim): boolean {
    return !this.#ended.has(claim.e) && !this.#isEarlier(claim);
  }

  /** Takes what the host says now. Returns whether it counts. */
  hears(claim: RunClaim): boolean {
    const isForgotten = this.#clock.now() - this.#heardMs >= FORGET_AFTER_MS;
    if (this.#isEarlier(claim) && !isForgotten) return false;
    if (this.#present?.e !== claim.e) this.#begin(claim);
    this.#heardMs = this.#clock.now();
    return true;
  }

  #isEarlier({ e, s }: RunClaim): boolean {
    const present = this.#present;
    return present !== null && present.e !== e && (s < present.s || (s === present.s && e < present.e));
  }

  #begin({ e, s }: RunClaim): void {
    if (this.#present !== null) this.#ended.add(this.#present.e);
    this.#ended.delete(e);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    this.#present = { e, s };
  }
}
