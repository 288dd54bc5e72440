import { isAllowed, type Scope } from '../auth/grant.ts';
import type { HostStream } from './host-stream.ts';

/** Hosts that have come and gone at once. A host that takes the place of another is in both lists. */
export interface HostChange {
  readonly added: readonly HostStream[];
  readonly removed: readonly HostStream[];
}

/** The hosts that this agent serves, its own first. There may be ten thousand: what is called for each client or each added host asks for one by its id. */
export class HostRegistry {
  readonly #hosts = new Map<string, HostStream>();
  readonly #listeners = new Set<(change: HostChange) => void>();
  #revision = 0;

  constructor(hosts: readonly HostStream[] = []) {
    for (const host of hosts) this.#hosts.set(host.host.id, host);
  }

  /** Increases when hosts are added or removed. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#hosts.size;
  }

  get(id: string): HostStream | undefined {
    return this.#hosts.get(id);
  }

  /** Whether it is served, and was not replaced by another with its id. */
  has(host: HostStream): boolean {
    return this.#hosts.get(host.host.id) === host;
  }

  /** All hosts, in the order in which they were added; one that took the place of another has its place here too. */
  [Symbol.iterator](): IterableIterator<HostStream> {
    return this.#hosts.values();
  }

  /** The first host that a scope includes. */
  first(scope: Scope): HostStream | undefined {
    for (const stream of this) if (includes(scope, stream)) return stream;
    return undefined;
  }

  /** Among the hosts that a scope includes, the one of that id, or the only one with that label. Looking for a label takes long where hosts are many. */
  find(name: string, scope: Scope): HostStream | undefined {
    const named = this.#hosts.get(name);
    if (named !== undefined && includes(scope, named)) return named;
    let found: HostStream | undefined;
    for (const stream of this) {
      if (stream.host.label !== name || !includes(scope, stream)) continue;
      if (found !== undefined) return undefined;
      found = stream;
    }
    return found;
  }

  /** The hosts that a scope includes (default: all), in that order. Takes long where they are many. */
  list(scope?: Scope): readonly HostStream[] {
    const all = [...this];
    if (scope === undefined) return all;
    return all.filter((stream) => includes(scope, stream));
  }

  /** Adds a host, or replaces the one with its id. Returns the undo. */
  add(host: HostStream): () => void {
    return this.addAll([host]);
  }

  /** As `add`, for many hosts at once. Returns the undo for all of them. */
  addAll(hosts: readonly HostStream[]): () => void {
    const added = new Map(hosts.map((host) => [host.host.id, host]));
    const removed = [...added].flatMap(([id, host]) => {
      const before = this.#hosts.get(id);
      this.#hosts.set(id, host);
      return before === undefined || before === host ? [] : before;
    });
    this.#changed({ added: [...added.values()], removed });
    return () => this.removeAll(hosts);
  }

  /** Removes hosts; those that are not served are ignored. */
  removeAll(hosts: readonly HostStream[]): void {
    const removed = hosts.filter((host) => this.has(host));
    if (removed.length === 0) return;
    for (const { host } of removed) this.#hosts.delete(host.id);
    this.#changed({ added: [], removed });
  }

  /** Calls `listener` after hosts were added or removed. Returns the undo. */
  onChange(listener: (change: HostChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `attach` for each present and future host, and the function it returns when that host is removed. Returns the undo. */
  forEach(attach: (host: HostStream) => () => void): () => void {
    const attached = new Map<HostStream, () => void>();
    const update = ({ added, removed }: HostChange): void => {
      for (const host of removed) {
        attached.get(host)?.();
        attached.delete(host);
      }
      for (const host of added) if (!attached.has(host)) attached.set(host, attach(host));
    };
    update({ added: [...this], removed: [] });
    const unfollow = this.onChange(update);
    return () => {
      unfollow();
      for (const detach of attached.values()) detach();
    };
  }

  #changed(change: HostChange): void {
    this.#revision += 1;
    for (const listener of this.#listeners) listener(change);
  }
}

/** Whether a scope includes a host. */
export function includes(scope: Scope, { host }: HostStream): boolean {
  return isAllowed({ scope, isAdmin: false }, { kind: 'host', name: host.id });
}
