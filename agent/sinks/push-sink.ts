import type { Clock } from '../clock.ts';
import type { Exporter } from '../exports/exporter.ts';
import { readPush } from '../exports/reading.ts';
import { effectiveIntervalMs, type HostStream } from '../hosts/host-stream.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { SampleSink } from './sample-sink.ts';

export interface PushSinkOptions {
  /** Between two pushes; that of the host, if it is longer. */
  readonly intervalMs: number;
  readonly exporter: Exporter;
  readonly clock: Clock;
}

/** Clients get a sample first. */
const AFTER_SAMPLE_MS = 50;

/** Gives an exporter each host's values at the push interval, on the grid of whole intervals. All its work follows a sample, so that it never wakes the agent. */
export class PushSink implements SampleSink {
  readonly #options: PushSinkOptions;
  readonly #cancels = new Map<HostStream, () => void>();

  constructor(options: PushSinkOptions) {
    this.#options = options;
  }

  accept(stream: HostStream, { seq }: SequencedSample): void {
    const { clock, exporter, intervalMs } = this.#options;
    const stride = effectiveIntervalMs(stream, intervalMs) / stream.unitMs;
    if (!stream.store.startsCell(seq, stride)) exporter.visit();
    else if (!this.#cancels.has(stream)) {
      const push = (): void => {
        this.#cancels.delete(stream);
        const reading = readPush(stream, seq, stride);
        if (reading !== null) exporter.push(reading);
        exporter.visit();
      };
      this.#cancels.set(stream, clock.schedule(push, AFTER_SAMPLE_MS));
    }
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.values()) cancel();
    await this.#options.exporter.stop();
  }
}
