import type { Position } from '../../shared/protocol/messages.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { LivePosition } from './cohort.ts';
import type { Channel } from './frame-cache.ts';
import type { Frame } from './frame.ts';

/** What a subscription waits for before it can be answered: the history is being opened or a remote host is asked, or a turn to look further. */
export type Delay = 'opening' | 'seeking';

/** What a cohort needs to go on for a subscription. */
export interface LiveCursor extends LivePosition {
  readonly channel: Channel;
}

/** A client's cursor into one host's samples. Frames are pulled: a sender with room calls `next`. */
export interface Subscription {
  /** Identity of the run whose samples come next. */
  readonly epoch: string;
  /** The newest sample of that run. */
  readonly head: Position;
  /** Whether past samples come next, a batch at a time. */
  readonly isBehind: boolean;
  /** How many samples come in one frame while it is live. */
  readonly batchLength: number;
  /** Called before anything is sent: begins if it had to wait for the first sample of a store. */
  catchUp(): void;
  /** Whether `next` may have a frame. */
  readonly isDue: boolean;
  /** The next frame to send; `undefined` if there is none now. Call only while the client reads. */
  next(): Frame | undefined;
  /** Called for a sample while the client does not read: a live subscription skips to it later. */
  hold(): void;
  /** Called about once a second. Returns whether `next` has a batch that is overdue, since no sample has brought it. */
  round(): boolean;
  /** Makes samples due that wait for their batch. Returns whether there are any. */
  flush(): boolean;
  /** Continues with other series from here on. Returns whether they must be announced to the client. */
  changeSeries(set: MetricSet): boolean;
  /** Where a client that has received everything so far can continue, as `since` of another subscription. */
  position(): Position;
  /** What its samples call it, if they are compact. */
  readonly channel?: number | undefined;
  /** `null` unless everything due was sent, so that the next sample is all it waits for; absent where samples come in another way. */
  readonly live?: LiveCursor | null;
  /** Continues where a cohort has come to since `live`. */
  goOnAt?(position: LivePosition): void;
  /** Differs between subscriptions that differ in epoch, series, interval or tables. */
  readonly fingerprint: string;
}
