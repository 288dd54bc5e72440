import type { Position } from '../../shared/protocol/messages.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { Frame } from './frame.ts';

/** A cursor into one host's samples on behalf of a client. It is pulled: whoever can send asks it for the next frame. */
export interface Subscription {
  /** Whether past samples come next, a batch at a time. */
  readonly isBehind: boolean;
  /** Whether `next` may have a frame. */
  readonly isDue: boolean;
  /** The next frame to send; `undefined` when there is none now. Call it only while the client reads. */
  next(): Frame | undefined;
  /** A sample came while the client does not read: a live subscription skips to it later. */
  hold(): void;
  /** Continues with other series from here on. Returns whether the client has to be told. */
  changeSeries(set: MetricSet): boolean;
  /** Where a client that has received everything so far can continue, as `since` of another subscription. */
  position(): Position;
  /** Differs from that of a subscription with another epoch, other series or another interval. */
  readonly fingerprint: string;
}
