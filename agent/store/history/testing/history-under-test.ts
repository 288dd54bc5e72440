import type { SampleHistory } from '../../sample-history.ts';
import type { SequencedSample } from '../../sample-store.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** A history that is written by one run of the agent after another, and what can happen to it. */
export interface HistoryUnderTest {
  /** The agent starts: opens what the run before has left. */
  begin(host: SimulatedHost): SampleHistory;
  /** Returns whether there was room for it. */
  append(sample: SequencedSample): boolean;
  close(): void;
  /** As a kill -9: what is not written is lost. */
  kill(): void;
  /** No room on the disk. @param writes that still succeed, all of one transaction perhaps; -1: those that need no new page */
  fill(writes: number): void;
  free(): void;
  /** Deletes the oldest, as the maintenance does. @param days of samples at one second to keep */
  retain(days: number): void;
  /** Removes all files. */
  remove(): void;
}
