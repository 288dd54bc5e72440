import { randomBytes } from 'node:crypto';
import { TimeWindow } from '../../shared/time-window.ts';
import type { Sample } from '../sampling/sampler.ts';

const KEPT_MS = 15 * 60 * 1000;
const MAX_SAMPLES = 3600;

/**
 * The last samples of one host by sequence number (RT-1, RT-2): 15 minutes of them, at most 3,600.
 * Every sample pushed gets the next number; those held are `oldest` … `head`.
 */
export class Ring {
  /** Identity of this agent run: 128 random bits in hexadecimal. */
  readonly epoch = randomBytes(16).toString('hex');
  readonly #window: TimeWindow;
  #head = 0;

  constructor(intervalMs: number, metricCount: number) {
    this.#window = new TimeWindow(Math.min(Math.ceil(KEPT_MS / intervalMs), MAX_SAMPLES), metricCount);
  }

  get capacity(): number {
    return this.#window.capacity;
  }

  /** Sequence number of the newest sample, 0 before the first. */
  get head(): number {
    return this.#head;
  }

  /** Sequence number of the oldest sample held; `head + 1` when none is. */
  get oldest(): number {
    return this.#head - this.#window.length + 1;
  }

  push({ timestampMs, values }: Sample): void {
    this.#window.push(timestampMs, values);
    this.#head += 1;
  }

  /** Unix ms. @throws RangeError when `seq` is not held. */
  timestampAt(seq: number): number {
    return this.#window.timestampAt(seq - this.oldest);
  }

  /** `null` is not known. @throws RangeError when `seq` is not held. */
  valueAt(column: number, seq: number): number | null {
    return this.#window.valueAt(column, seq - this.oldest);
  }
}
