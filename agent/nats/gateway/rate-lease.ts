import type { FeedPace } from '../../hosts/host-feed.ts';
import type { RateRequest } from '../bodies.ts';
import type { FeedParts } from './following.ts';

const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const PATIENCE = { firstMs: 1000, nextMs: 1000 } as const;

/** Asks a host for more than it publishes by itself, samples more often or tables, again and again while somebody wants that. */
export class RateLease {
  readonly #parts: Pick<FeedParts, 'broker' | 'subjects' | 'clock' | 'intervalMs'>;
  #isOver = false;
  #cancel: () => void = () => {};

  constructor(parts: Pick<FeedParts, 'broker' | 'subjects' | 'clock' | 'intervalMs'>) {
    this.#parts = parts;
  }

  /** Asks now, and from now on; does nothing after the end. */
  renew({ intervalMs, tables }: FeedPace): void {
    this.#cancel();
    if (this.#isOver) return;
    const { broker, subjects, clock, intervalMs: ownIntervalMs } = this.#parts;
    if (intervalMs >= ownIntervalMs && !tables) return;
    const lease: RateRequest = { intervalMs, tables, ttlMs: LEASE_MS };
    void broker.ask(subjects.ask('rate'), lease, () => true, PATIENCE);
    this.#cancel = clock.schedule(() => this.renew({ intervalMs, tables }), RENEW_MS);
  }

  /** The host forgets it by itself. */
  end(): void {
    this.#isOver = true;
    this.#cancel();
  }
}
