import type { Clock } from '../../clock.ts';
import { effectiveIntervalMs, type Following } from '../../hosts/host-stream.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import type { RateRequest } from '../bodies.ts';

/** One that is not renewed is forgotten, however long its owner meant it to last. */
const MAX_TTL_MS = 60_000;

interface Lease {
  readonly following: Following;
  cancel: () => void;
}

/** Demands of gateways for samples more often, and for tables, each for a time. */
export class RateLeases {
  readonly #host: LocalHost;
  readonly #clock: Clock;
  /** By stride, so that however many gateways make few of them; 0 is that for tables. */
  readonly #leases = new Map<number, Lease>();

  constructor(host: LocalHost, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** Whether anybody wants tables in `live`. */
  get wantsTables(): boolean {
    return this.#leases.has(0);
  }

  /** Demands from now on, or for longer. */
  add({ intervalMs, tables, ttlMs }: RateRequest): void {
    const { unitMs } = this.#host;
    const stride = effectiveIntervalMs(this.#host, Math.max(intervalMs, unitMs)) / unitMs;
    const endsAfterMs = Math.min(ttlMs, MAX_TTL_MS);
    this.#renew(stride, endsAfterMs);
    if (tables) this.#renew(0, endsAfterMs);
  }

  /** Ends all of them. */
  clear(): void {
    for (const [key, lease] of this.#leases) this.#end(key, lease);
  }

  #renew(key: number, ttlMs: number): void {
    const known = this.#leases.get(key);
    known?.cancel();
    const lease = known ?? { following: this.#follow(key), cancel: () => {} };
    lease.cancel = this.#clock.schedule(() => this.#end(key, lease), ttlMs);
    this.#leases.set(key, lease);
  }

  #follow(key: number): Following {
    if (key === 0)
      return this.#host.follow({
        stride: this.#host.intervalMs / this.#host.unitMs,
        backfill: 0,
        tables: true,
      });
    return this.#host.follow({ stride: key, backfill: 0, tables: false, every: true });
  }

  #end(key: number, { following, cancel }: Lease): void {
    cancel();
    following.end();
    this.#leases.delete(key);
  }
}
