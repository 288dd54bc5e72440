import * as v from 'valibot';
import type { Clock } from '../../clock.ts';
import { runSchema, type RunBody } from '../bodies.ts';

export interface RivalsOptions {
  readonly run: RunBody;
  readonly publish: (text: string) => void;
  readonly clock: Clock;
  /** Called once if another run goes on in place of this one. */
  readonly yielded: (rival: RunBody) => void;
}

/** A rival answers within milliseconds. */
const LISTEN_MS = 1000;
const ANSWER_AT_MOST_EVERY_MS = 200;

/**
 * Finds other agents that publish under the same name: each tells its run, and of two, the one that began later goes on. What the log says of a later run is
 * no proof that it still runs, as the clock may have been set back meanwhile.
 */
export class Rivals {
  readonly #options: RivalsOptions;
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #isYielded = false;

  constructor(options: RivalsOptions) {
    this.#options = options;
  }

  /** Tells this run to others. */
  tell(): void {
    this.#options.publish(JSON.stringify(this.#options.run));
  }

  /** Settles once a later run would have answered. */
  async ask(): Promise<void> {
    this.tell();
    await new Promise<void>((resolve) => {
      this.#options.clock.schedule(resolve, LISTEN_MS);
    });
  }

  /** Call with what a run has told, this one included. */
  hear(text: string): void {
    const { run, clock, yielded } = this.#options;
    const rival = read(text);
    if (rival === undefined || rival.e === run.e || this.#isYielded) return;
    if (rival.s > run.s || (rival.s === run.s && rival.e > run.e)) {
      this.#isYielded = true;
      yielded(rival);
      return;
    }
    if (clock.now() - this.#answeredAtMs < ANSWER_AT_MOST_EVERY_MS) return;
    this.#answeredAtMs = clock.now();
    this.tell();
  }
}

function read(text: string): RunBody | undefined {
  try {
    return v.parse(runSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}
