import type { Broadcast } from './broadcast.ts';
import type { Frame } from './frame.ts';
import type { ScopedHost } from './scope-view.ts';

/** What a client that polls was told of the hosts that it follows: each poll begins where the cursor of the one before says. */
export class HostIntroductions {
  /** By host, the digest of the `host` message, or of what a welcome says instead. */
  readonly #told = new Map<Broadcast, string>();

  /** @param digest of an earlier poll, as `toldOf` was then */
  knows({ broadcast }: ScopedHost, digest: string | undefined): void {
    if (digest !== undefined) this.#told.set(broadcast, digest);
  }

  /** Called for the host that the welcome has just described. */
  welcomed(host: ScopedHost): void {
    this.#told.set(host.broadcast, host.hostDigest);
  }

  toldOf({ broadcast }: ScopedHost): string | undefined {
    return this.#told.get(broadcast);
  }

  /** Whether the client has yet to be told how the host is now. */
  isDue(host: ScopedHost): boolean {
    return host.broadcast.stream.isDescribed && this.#told.get(host.broadcast) !== host.hostDigest;
  }

  next(host: ScopedHost): Frame | undefined {
    if (!this.isDue(host)) return undefined;
    this.#told.set(host.broadcast, host.hostDigest);
    return host.hostFrame;
  }
}
