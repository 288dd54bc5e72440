import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { HostDetails, Position } from '../../shared/protocol/messages.ts';
import type { SequencedSample } from '../store/sample-store.ts';

/** What a feed has to deliver first. */
export type FeedStart =
  /** Everything after this sample. */
  | { readonly since: Position }
  /** So many past samples at the host's own interval, the newest included. */
  | { readonly backfill: number }
  /** Everything that the host itself holds. */
  | 'everything';

/** How a host is to be sampled for its followers. */
export interface FeedPace {
  /** Time between samples; every sample that the host takes is delivered all the same. */
  readonly intervalMs: number;
  /** Whether tables are wanted with them. */
  readonly tables: boolean;
}

/** What is known of a host beside its name, and what it measures. */
export interface HostIdentity {
  readonly facts: HostDetails;
  readonly catalogue: readonly MetricDescriptor[];
  readonly tables: readonly TableDescriptor[];
}

/** Told by a feed, in the order of time. */
export interface FeedListener {
  /** Before the first sample, and with each change; the catalogue of a change is that of the next sample too. */
  described(identity: HostIdentity): void;
  /**
   * All samples from the start up to now, oldest first. None if the host does not answer: they come one by one, from the same start on, once it does. Once;
   * the first sample has its catalogue, as has each after a change.
   */
  filled(samples: readonly SequencedSample[]): void;
  /**
   * The next sample; never one before `filled`. Nothing is missing between two, unless the later one has a `gapReason`. The first of another run has its
   * catalogue.
   */
  sample(sample: SequencedSample): void;
}

/** Delivers the samples of one host that another agent samples: from that agent, or through a broker. */
export interface HostFeed {
  /**
   * Delivers until it is closed. Whatever breaks on the way, the feed mends: it goes on after the last sample that it has delivered, and says what is lost in
   * the `gapReason` of the next. Calls the listener after it has returned.
   */
  open(start: FeedStart, pace: FeedPace, listener: FeedListener): OpenFeed;
}

export interface OpenFeed {
  setPace(pace: FeedPace): void;
  close(): void;
}
