import type { Reading } from './reading.ts';

/** Sends values to somebody else. Never waits, never throws for what a receiver does, and sets no timer while it is idle. */
export interface Exporter {
  /** Called at each push interval. */
  push(reading: Reading): void;
  /** Called after each sample: for what is sent again. */
  visit(): void;
  /** Settles within about a second. */
  stop(): Promise<void>;
}
