import type { Clock } from '../clock.ts';
import { WorkCredit } from '../transports/work-credit.ts';

/** Longer than this per turn of the event loop, and what else waits in it is late. */
const TURN_MS = 2;
/** Of one processor, for each connection that a subscriber may have: an eighth for the 64 of the default, and a second at once. */
const SHARE_PER_CONNECTION = 1 / 512;
const MOST_MS_PER_CONNECTION = 16;
/** A single viewer of many charts needs as much as that many connections. */
const LEAST_CONNECTIONS = 16;
/** Of one processor, for all together: the agent is never what its host suffers from. */
const SHARE_OF_ALL = 1 / 4;
const MOST_MS_OF_ALL = 5000;
/** What took longer was kept by somebody else: this process stood still, or another had the processor. */
const MAX_STEP_MS = 10;
/** Who has used twice as much lately is one rank behind; 1 ms and less make no difference. */
const RANKS = 12;
/** How often those are looked at whose credit was used up. */
const REST_MS = 20;
/** While a sample is being taken. */
const HELD_MS = 1;
/** Beyond this, who asks for nothing is forgotten. */
const MIN_SWEPT = 1024;
/** So little used lately that it makes no difference. */
const FORGETTABLE_MS = 0.5;

/** Somebody who has work done, piece by piece. */
export interface Worker {
  /** Who asks for it, as `subscriberOf` says. */
  readonly subscriber: string;
  /** What a step costs that goes on elsewhere, ms. */
  readonly leastMs?: number;
  /** Does one small piece, of a millisecond or less. Returns whether there is another that can be done now. */
  step(): boolean;
}

export interface FairQueueOptions {
  readonly clock: Clock;
  /** That a subscriber may have: what they may use grows with it. */
  readonly connectionsPerSubscriber: number;
  /** Whether something is about to be done that goes before all this. */
  readonly isHeld?: () => boolean;
}

interface Lane {
  readonly workers: Set<Worker>;
  readonly credit: WorkCredit;
  /** Whether it waits or rests. */
  isListed: boolean;
}

/**
 * Lets in the work that clients cause, for some milliseconds of each turn of the event loop: everything but the samples that follow by themselves.
 * Who has used least goes first; subscribers who have used about the same take turns, and so do the clients of each. So whoever asks for little has it
 * soon, however many others ask for much. Who has used more time than is their due waits, and loses nothing.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  readonly #lanes = new Map<string, Lane>();
  /** With work, and with credit as far as is known, by their ranks. */
  readonly #waiting: Lane[][] = Array.from({ length: RANKS }, () => []);
  #waitingCount = 0;
  /** With work, and without. */
  readonly #resting: Lane[] = [];
  readonly #ofAll: WorkCredit;
  #turnEndsMs = Number.NEGATIVE_INFINITY;
  #isWorking = false;
  #isTurnComing = false;
  #isRestTimed = false;
  #sweepAt = MIN_SWEPT;

  constructor(options: FairQueueOptions) {
    this.#options = options;
    this.#ofAll = new WorkCredit(SHARE_OF_ALL, MOST_MS_OF_ALL, options.clock.now());
  }

  /** Has the work of `worker` done, at once as far as there is room in this turn. */
  enter(worker: Worker): void {
    const lane = this.#laneOf(worker.subscriber);
    lane.workers.add(worker);
    if (!lane.isListed) this.#wait(lane, this.#options.clock.now());
    if (this.#isWorking) return;
    if (this.#isTurnComing) this.#work();
    else this.#takeTurn();
  }

  /** Does `task`, at once when there is room in this turn. */
  admit(subscriber: string, task: () => void, leastMs = 0): void {
    const step = (): boolean => {
      task();
      return false;
    };
    this.enter({ subscriber, leastMs, step });
  }

  /** The same, and settles with what comes of it. */
  admitted<T>(subscriber: string, task: () => T): Promise<T> {
    const run = async (): Promise<T> => task();
    return new Promise((resolve) => {
      this.admit(subscriber, () => resolve(run()));
    });
  }

  /** Works, and has the next turn come, with which this one is over. */
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

  /** How long is left to others before the next turn; 0 for no longer than they need. */
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

  /** Does one step of the next worker. @returns the time when it is done */
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

  #laneOf(subscriber: string): Lane {
    const known = this.#lanes.get(subscriber);
    if (known !== undefined) return known;
    const nowMs = this.#options.clock.now();
    if (this.#lanes.size >= this.#sweepAt) this.#sweep(nowMs);
    const count = Math.max(this.#options.connectionsPerSubscriber, LEAST_CONNECTIONS);
    const credit = new WorkCredit(
      Math.min(1, count * SHARE_PER_CONNECTION),
      count * MOST_MS_PER_CONNECTION,
      nowMs,
    );
    const lane = { workers: new Set<Worker>(), credit, isListed: false };
    this.#lanes.set(subscriber, lane);
    return lane;
  }

  #sweep(nowMs: number): void {
    for (const [subscriber, { isListed, credit }] of this.#lanes) {
      if (!isListed && credit.recentMs(nowMs) < FORGETTABLE_MS) this.#lanes.delete(subscriber);
    }
    this.#sweepAt = Math.max(MIN_SWEPT, 2 * this.#lanes.size);
  }
}
