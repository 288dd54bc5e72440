import type { Position } from '../../shared/messages.ts';
import type { Frame } from '../transports/frame.ts';
import type { MetricSet } from './metric-set.ts';

/** What a session holds: something that follows the ring on behalf of a client. */
export interface Subscription {
  /** Sends what is due, if anything is and the client reads; called after each sample and when the client has drained. */
  advance(): void;
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
