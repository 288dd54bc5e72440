import type { Sample, SubscriptionError } from '../../../../shared/client/client-subscription.ts';
import type { HostStatus, HostSummary, Series, Subscribed } from '../../../../shared/protocol/messages.ts';
import type { Point } from '../../../charts/gaps.ts';
import { LiveBuffer } from '../feed/shown-samples.ts';

/** Until the host has announced its own. */
const USUAL_INTERVAL_MS = 1000;

/** One of the hosts that are compared, and its samples. */
export class ComparedHost {
  readonly id: string;
  /** Of eight, so that it keeps its colour while it is shown. */
  readonly place: number;
  readonly #buffers = new LiveBuffer();
  #summary: HostSummary;
  /** Whose first sample is yet to come. */
  #awaited: Subscribed | null = null;
  refusal: SubscriptionError | null = null;
  /** When its newest sample of the present arrived, on the reader's monotonic clock; `null` before the first. */
  heardMs: number | null = null;
  /** How far its clock was ahead of the reader's then. */
  aheadMs: number | null = null;

  constructor(summary: HostSummary, place: number) {
    this.id = summary.id;
    this.place = place;
    this.#summary = summary;
  }

  get label(): string {
    return this.#summary.label;
  }

  get status(): HostStatus {
    return this.#summary.status;
  }

  learn(summary: HostSummary): void {
    this.#summary = summary;
  }

  get series(): readonly Series[] {
    return this.#buffers.shown?.announcement.series ?? [];
  }

  get intervalMs(): number {
    return this.#buffers.shown?.announcement.intervalMs ?? USUAL_INTERVAL_MS;
  }

  /** Unix ms on its clock; `null` before the first sample. */
  get newestMs(): number | null {
    const samples = this.#buffers.shown?.samples;
    return samples === undefined || samples.length === 0 ? null : samples.timestampAt(samples.length - 1);
  }

  announced(announcement: Subscribed, points: number): void {
    this.refusal = null;
    if (this.newestMs === null) this.#awaited = announcement;
    this.#buffers.announce(announcement, points);
  }

  /** Returns the series of its values, or `null` if it was told before. */
  sampled(sample: Sample, nowMs: number): readonly Series[] | null {
    const series = this.#buffers.add(sample);
    if (this.#buffers.isAtHead && this.status.state !== 'down') {
      this.heardMs = nowMs;
      this.aheadMs = sample.timestampMs - Date.now();
    }
    return series;
  }

  /** What was announced, once: with its first sample. */
  takeReady(): Subscribed | null {
    const ready = this.#awaited;
    this.#awaited = null;
    return ready;
  }

  /** Its samples of a metric; `null` if it has none of that name. */
  pointsOf(metric: string): readonly Point[] | null {
    const buffer = this.#buffers.shown;
    const column = this.series.findIndex(({ name }) => name === metric);
    if (buffer === null || column < 0) return null;
    const { samples } = buffer;
    return Array.from({ length: samples.length }, (_, row) => ({
      x: samples.timestampAt(row),
      y: samples.valueAt(column, row) ?? Number.NaN,
    }));
  }
}
