import { isAllowed, type Scope } from '../auth/grant.ts';
import type { HostStream } from './host-stream.ts';

/** The hosts that this agent serves, its own first. */
export class HostRegistry {
  readonly #hosts = new Map<string, HostStream>();
  readonly #listeners = new Set<() => void>();
  #revision = 0;

  constructor(hosts: readonly HostStream[] = []) {
    for (const host of hosts) this.#hosts.set(host.host.id, host);
  }

  /** Increases when a host is added or removed. */
  get revision(): number {
    return this.#revision;
  }

  get(id: string): HostStream | undefined {
    return this.#hosts.get(id);
  }

  /** The hosts that a scope includes (default: all), in the order in which they were added. */
  list(scope?: Scope): readonly HostStream[] {
    const all = [...this.#hosts.values()];
    if (scope === undefined) return all;
    return all.filter(({ host }) => isAllowed({ scope, isAdmin: false }, { kind: 'host', name: host.id }));
  }

  /** Adds a host, or replaces the one with its id. Returns the undo. */
  add(host: HostStream): () => void {
    const { id } = host.host;
    this.#hosts.set(id, host);
    this.#changed();
    return () => {
      if (this.#hosts.get(id) !== host) return;
      this.#hosts.delete(id);
      this.#changed();
    };
  }

  /** Calls `listener` when a host was added or removed. Returns the undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `attach` for each present and future host, and the function it returns when that host is removed. Returns the undo. */
  forEach(attach: (host: HostStream) => () => void): () => void {
    const attached = new Map<HostStream, () => void>();
    const update = (): void => {
      const present = new Set(this.#hosts.values());
      for (const [host, detach] of attached) {
        if (present.has(host)) continue;
        attached.delete(host);
        detach();
      }
      for (const host of present) if (!attached.has(host)) attached.set(host, attach(host));
    };
    update();
    const unfollow = this.onChange(update);
    return () => {
      unfollow();
      for (const detach of attached.values()) detach();
    };
  }

  #changed(): void {
    this.#revision += 1;
    for (const listener of this.#listeners) listener();
  }
}
