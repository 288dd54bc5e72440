import type { Position } from '../../shared/protocol/messages.ts';
import type { Frame } from './frame.ts';
import type { MetricSet } from '../store/metric-set.ts';

/** What a session holds: something that follows the ring on behalf of a client. */
export interface Subscription {
  /** A sample is there: sends it if it is due and the client reads. Returns whether there is a past that `step` has to send first. */
  sampled(): boolean;
  /** Sends what is due, of the past one batch. Returns whether there is more of that. */
  step(): boolean;
  /** Goes on with other series, from here on. Returns whether the client has to be told. */
  follow(set: MetricSet): boolean;
  /** From where a client that has got everything sent so far can go on, as `since` of another subscription. */
  position(): Position;
  /** Differs from that of a subscription with another epoch, other series or another interval. */
  readonly fingerprint: string;
}

/** Where a subscription sends to. */
export interface Outlet {
  /** Whether the client reads what it is sent: see `Connection.canSend`. */
  canSend(): boolean;
  send(frame: Frame): void;
}
