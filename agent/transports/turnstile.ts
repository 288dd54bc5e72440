import type { Clock } from '../clock.ts';
import { WorkCredit } from './work-credit.ts';

/** Longer than this per turn of the event loop, and what else waits in it is late. */
const TURN_MS = 2;
/** Of one processor, for each connection that a subscriber may have: a quarter for the 64 of the default, and a second at once. */
const SHARE_PER_CONNECTION = 1 / 256;
const MOST_MS_PER_CONNECTION = 16;
/** Of one processor, for all together: the agent is never what its host suffers from. */
const SHARE_OF_ALL = 1 / 2;
const MOST_MS_OF_ALL = 5000;
/** How often those are looked at whose credit was used up. */
const REST_MS = 20;
/** While a sample is being taken. */
const HELD_MS = 1;
/** Beyond this, who asks for nothing is forgotten. */
const MIN_SWEPT = 1024;

/** Somebody who has work done, piece by piece. */
export interface Worker {
  /** Who asks for it, as `subscriberOf` says. */
  readonly subscriber: string;
  /** What a step costs that goes on elsewhere, ms. */
  readonly leastMs?: number;
  /** Does one small piece, of a millisecond or less. Returns whether there is another that can be done now. */
  step(): boolean;
}

export interface TurnstileOptions {
  readonly clock: Clock;
  /** That a subscriber may have: what he may use grows with it. */
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
 * Subscribers take turns, and of each his clients, so that whoever asks for little has it soon, however much others ask for. Who has used
 * more processor time than is his due waits, and loses nothing.
 */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #lanes = new Map<string, Lane>();
  /** With work, and with credit as far as is known. */
  #waiting: Lane[] = [];
  /** With work, and without. */
  #resting: Lane[] = [];
  readonly #ofAll: WorkCredit;
  #turnEndsMs = Number.NEGATIVE_INFINITY;
  #isWorking = false;
  #isTurnComing = false;
  #isRestTimed = false;
  #sweepAt = MIN_SWEPT;

  constructor(options: TurnstileOptions) {
    this.#options = options;
    this.#ofAll = new WorkCredit(SHARE_OF_ALL, MOST_MS_OF_ALL, options.clock.now());
  }

  /** Has the work of `worker` done, at once as far as there is room in this turn. */
  enter(worker: Worker): void {
    const lane = this.#laneOf(worker.subscriber);
    lane.workers.add(worker);
    if (!lane.isListed) this.#waiting.push(lane);
    lane.isListed = true;
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
    return new Promise((resolve, reject) => {
      this.admit(subscriber, () => {
        try {
          resolve(task());
        } catch (error) {
          reject(error as Error);
        }
      });
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
    if (this.#waiting.length > 0) this.#takeTurn();
  };

  /** How long is left to others before the next turn; 0 for no longer than they need. */
  #restMs(): number {
    const { clock, isHeld } = this.#options;
    if (this.#waiting.length === 0) return 0;
    if (isHeld?.() === true) return HELD_MS;
    return this.#ofAll.isOpen(clock.now()) ? 0 : TURN_MS;
  }

  #work(): void {
    const { clock, isHeld } = this.#options;
    if (isHeld?.() === true) return;
    this.#isWorking = true;
    try {
      let busyMs = Number.NaN;
      for (let nowMs = clock.now(); nowMs < this.#turnEndsMs; nowMs = clock.now()) {
        const lane = this.#nextLane(nowMs);
        if (lane === undefined) break;
        if (Number.isNaN(busyMs)) busyMs = clock.busy();
        busyMs = this.#serve(lane, busyMs);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  /** Does one step of the next worker. @param busyMs processor time until now @returns that until then */
  #serve(lane: Lane, busyMs: number): number {
    const [worker] = lane.workers;
    let busyUntilMs = busyMs;
    try {
      if (worker === undefined) return busyMs;
      lane.workers.delete(worker);
      if (worker.step()) lane.workers.add(worker);
      busyUntilMs = this.#options.clock.busy();
      const usedMs = Math.max(busyUntilMs - busyMs, worker.leastMs ?? 0);
      lane.credit.spend(usedMs);
      this.#ofAll.spend(usedMs);
    } finally {
      lane.isListed = lane.workers.size > 0;
      if (lane.isListed) this.#waiting.push(lane);
    }
    return busyUntilMs;
  }

  #nextLane(nowMs: number): Lane | undefined {
    for (let lane = this.#waiting.shift(); lane !== undefined; lane = this.#waiting.shift()) {
      if (lane.credit.isOpen(nowMs)) return lane;
      this.#rest(lane);
    }
    return undefined;
  }

  #rest(lane: Lane): void {
    this.#resting.push(lane);
    if (this.#isRestTimed) return;
    this.#isRestTimed = true;
    this.#options.clock.schedule(() => {
      this.#isRestTimed = false;
      this.#waiting = this.#waiting.concat(this.#resting.splice(0));
      if (!this.#isTurnComing) this.#takeTurn();
    }, REST_MS);
  }

  #laneOf(subscriber: string): Lane {
    const known = this.#lanes.get(subscriber);
    if (known !== undefined) return known;
    const nowMs = this.#options.clock.now();
    if (this.#lanes.size >= this.#sweepAt) this.#sweep(nowMs);
    const { connectionsPerSubscriber: count } = this.#options;
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
      if (!isListed && credit.isWhole(nowMs)) this.#lanes.delete(subscriber);
    }
    this.#sweepAt = Math.max(MIN_SWEPT, 2 * this.#lanes.size);
  }
}
