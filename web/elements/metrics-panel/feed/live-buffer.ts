import type { Sample, SampleGap } from '../../../../shared/client/client-subscription.ts';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { SeriesBuffer } from './series-buffer.ts';

/**
 * The series buffer of a subscription that comes and goes: what is shown, and the buffer that will replace it once it holds
 * everything that the agent had when it was asked for.
 */
export class LiveBuffer {
  #shown: SeriesBuffer | null = null;
  #filling: SeriesBuffer | null = null;
  /** Epoch of the current subscription; undefined before its first announcement. */
  #epoch: string | undefined;
  /** Newest sample that the agent had when the subscription began: earlier ones are of the past. */
  #headSeq = 0;
  #newestSeq = 0;
  /** Newest sample reported to listeners: a refill brings some of them again. */
  #reportedSeq = 0;

  /** `null` until the agent has announced the series. */
  get shown(): SeriesBuffer | null {
    return this.#shown;
  }

  get isFilling(): boolean {
    return this.#filling !== null;
  }

  /** The agent is still sending samples of the past, which are shown as they arrive. */
  get isBehind(): boolean {
    return this.#filling === null && this.#newestSeq > 0 && !this.isAtHead;
  }

  get isAtHead(): boolean {
    return this.#newestSeq >= this.#headSeq;
  }

  get #target(): SeriesBuffer | null {
    return this.#filling ?? this.#shown;
  }

  /** Another subscription begins. @param keepsShown what is shown stays until the new buffer is filled */
  restart(keepsShown: boolean): void {
    this.#filling = null;
    this.#epoch = undefined;
    this.#headSeq = 0;
    this.#newestSeq = 0;
    if (keepsShown) return;
    this.#shown = null;
    this.#reportedSeq = 0;
  }

  announce(announcement: Subscribed, points: number): void {
    const { epoch, seq } = announcement;
    if (epoch !== (this.#epoch ?? this.#shown?.announcement.epoch)) this.#reportedSeq = 0;
    // After the first announcement, `seq` may count another run, or name a sample that is not due.
    if (epoch !== this.#epoch) this.#headSeq = this.#epoch === undefined ? seq : 0;
    this.#epoch = epoch;
    const buffer = SeriesBuffer.of(announcement, points, this.#target);
    const isShown = this.#shown === null || this.isAtHead;
    if (isShown) this.#shown = buffer;
    this.#filling = isShown ? null : buffer;
  }

  /** Returns the series of the sample's values if listeners have not seen it, else `null`. */
  add(sample: Sample): Subscribed['series'] | null {
    if (this.#shown === null) return null;
    this.#target?.add(sample);
    this.#newestSeq = sample.seq;
    if (this.#filling !== null && this.isAtHead) {
      this.#shown = this.#filling.after(this.#shown);
      this.#filling = null;
    }
    if (sample.seq <= this.#reportedSeq) return null;
    this.#reportedSeq = sample.seq;
    return this.#target?.announcement.series ?? null;
  }

  /** Returns whether listeners have not seen the gap. */
  addGap(gap: SampleGap): boolean {
    this.#target?.addGap(gap);
    return gap.from > this.#reportedSeq;
  }
}
