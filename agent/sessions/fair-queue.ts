import type { Clock } from '../clock.ts';
import { TimeBudget } from './time-budget.ts';

/** Work per turn of the event loop; more would delay everything else. */
const TURN_MS = 2;
/** Share of one processor for each connection that a client may open: 1/8 for the default of 64, after a burst of 1 s. */
const SHARE_PER_CONNECTION = 1 / 512;
const MOST_MS_PER_CONNECTION = 16;
/** Even a single connection may follow many charts. */
const LEAST_CONNECTIONS = 16;
/** Share of one processor for all clients together, so that the agent never slows down its host. */
const SHARE_OF_ALL = 1 / 4;
const MOST_MS_OF_ALL = 5000;
/** A step that took longer was interrupted: the process was suspended, or another one had the processor. */
const MAX_STEP_MS = 10;
/** Each doubling of recent use lowers a client by one rank; up to 1 ms rank alike. */
const RANKS = 12;
/** How often clients without credit are checked again. */
const REST_MS = 20;
/** Delay of the next turn while a sample is being taken. */
const HELD_MS = 1;
/** Number of lanes beyond which idle ones are forgotten. */
const MIN_SWEPT = 1024;
/** Recent use so small that forgetting it makes no difference. */
const FORGETTABLE_MS = 0.5;

/** Work that is done piece by piece. */
export interface Worker {
  /** The client to charge, from `clientKeyOf`. */
  readonly clientKey: string;
  /** Least cost to charge for a step, ms: for work that continues elsewhere. */
  readonly leastMs?: number;
  /** Does one piece of work, 1 ms or less. Returns whether another can be done now. */
  step(): boolean;
}

export interface FairQueueOptions {
  readonly clock: Clock;
  /** Connections that a client may open; its share grows with them. */
  readonly connectionsPerClient: number;
  /** Whether something more urgent is about to run. */
  readonly isHeld?: () => boolean;
}

interface Lane {
  readonly workers: Set<Worker>;
  readonly credit: TimeBudget;
  /** Whether it is in `#waiting` or `#resting`. */
  isListed: boolean;
}

/**
 * Fair queueing, by processor time, of the work that clients cause (except live samples): a few milliseconds in each turn of the event loop.
 * The client key that has used the least goes first; keys with about the same use alternate, and so do the connections of each. So small requests
 * finish soon, however much others request. Work beyond a client's share waits and is never dropped.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with work, by rank; whether they have credit is checked in their turn. */
  readonly #waiting: Lane[][] = Array.from({ length: RANKS }, () => []);
  #waitingCount = 0;
  /** Lanes with work and without credit. */
  readonly #resting: Lane[] = [];
  readonly #ofAll: TimeBudget;
  #turnEndsMs = Number.NEGATIVE_INFINITY;
  #isWorking = false;
  #isTurnComing = false;
  #isRestTimed = false;
  #sweepAt = MIN_SWEPT;

  constructor(options: FairQueueOptions) {
    this.#options = options;
    this.#ofAll = new TimeBudget(SHARE_OF_ALL, MOST_MS_OF_ALL, options.clock.now());
  }

  /** Queues a worker. Its work begins at once if this turn has time left. */
  enter(worker: Worker): void {
    const lane = this.#laneOf(worker.clientKey);
    lane.workers.add(worker);
    if (!lane.isListed) this.#wait(lane, this.#options.clock.now());
    if (this.#isWorking) return;
    if (this.#isTurnComing) this.#work();
    else this.#takeTurn();
  }

  /** Queues a single task. It runs at once if this turn has time left. */
  admit(clientKey: string, task: () => void, leastMs = 0): void {
    const step = (): boolean => {
      task();
      return false;
    };
    this.enter({ clientKey, leastMs, step });
  }

  /** Like `admit`, but settles with the task's result. */
  admitted<T>(clientKey: string, task: () => T): Promise<T> {
    const run = async (): Promise<T> => task();
    return new Promise((resolve) => {
      this.admit(clientKey, () => resolve(run()));
    });
  }

  /** Works, and schedules the next turn, which ends this one. */
  #takeTurn(): void {
    const { clock } = this.#options;
    this.#turnEndsMs = clock.now() + TURN_MS;
    try {
      this.#work();
    } finally {
      this.#isTurnComing = true;
      const restMs = this.#restMs();
      if (restMs === 0) setImmediate(this.#goOn);
      else clock.schedule(this.#goOn, restMs);
    }
  }

  readonly #goOn = (): void => {
    this.#isTurnComing = false;
    if (this.#waitingCount > 0) this.#takeTurn();
  };

  /** How long to leave the event loop to others before the next turn; 0 for one turn of the event loop. */
  #restMs(): number {
    const { clock, isHeld } = this.#options;
    if (this.#waitingCount === 0) return 0;
    return isHeld?.() === true ? HELD_MS : this.#ofAll.opensInMs(clock.now());
  }

  #work(): void {
    const { clock, isHeld } = this.#options;
    if (isHeld?.() === true) return;
    this.#isWorking = true;
    try {
      let nowMs = clock.now();
      while (nowMs < this.#turnEndsMs) {
        const lane = this.#nextLane(nowMs);
        if (lane === undefined) break;
        nowMs = this.#serve(lane, nowMs);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  /** Runs one step of the lane's next worker. Returns the time afterwards. */
  #serve(lane: Lane, sinceMs: number): number {
    const [worker] = lane.workers;
    let nowMs = sinceMs;
    try {
      if (worker === undefined) return nowMs;
      lane.workers.delete(worker);
      if (worker.step()) lane.workers.add(worker);
    } finally {
      nowMs = this.#options.clock.now();
      const usedMs = Math.max(Math.min(nowMs - sinceMs, MAX_STEP_MS), worker?.leastMs ?? 0);
      lane.credit.spend(usedMs);
      this.#ofAll.spend(usedMs);
      lane.isListed = false;
      if (lane.workers.size > 0) this.#wait(lane, nowMs);
    }
    return nowMs;
  }

  #wait(lane: Lane, nowMs: number): void {
    lane.isListed = true;
    this.#waitingCount += 1;
    const rank = Math.floor(Math.log2(1 + lane.credit.recentMs(nowMs)));
    this.#waiting[Math.min(rank, RANKS - 1)]?.push(lane);
  }

  #nextLane(nowMs: number): Lane | undefined {
    for (const lanes of this.#waiting) {
      for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
        this.#waitingCount -= 1;
        if (lane.credit.isOpen(nowMs)) return lane;
        this.#rest(lane);
      }
    }
    return undefined;
  }

  #rest(lane: Lane): void {
    this.#resting.push(lane);
    if (this.#isRestTimed) return;
    this.#isRestTimed = true;
    const { clock } = this.#options;
    clock.schedule(() => {
      this.#isRestTimed = false;
      for (const rested of this.#resting.splice(0)) this.#wait(rested, clock.now());
      if (!this.#isTurnComing) this.#takeTurn();
    }, REST_MS);
  }

  #laneOf(clientKey: string): Lane {
    const known = this.#lanes.get(clientKey);
    if (known !== undefined) return known;
    const nowMs = this.#options.clock.now();
    if (this.#lanes.size >= this.#sweepAt) this.#sweep(nowMs);
    const count = Math.max(this.#options.connectionsPerClient, LEAST_CONNECTIONS);
    const credit = new TimeBudget(
      Math.min(1, count * SHARE_PER_CONNECTION),
      count * MOST_MS_PER_CONNECTION,
      nowMs,
    );
    const lane = { workers: new Set<Worker>(), credit, isListed: false };
    this.#lanes.set(clientKey, lane);
    return lane;
  }

  #sweep(nowMs: number): void {
    for (const [clientKey, { isListed, credit }] of this.#lanes) {
      if (!isListed && credit.recentMs(nowMs) < FORGETTABLE_MS) this.#lanes.delete(clientKey);
    }
    this.#sweepAt = Math.max(MIN_SWEPT, 2 * this.#lanes.size);
  }
}
