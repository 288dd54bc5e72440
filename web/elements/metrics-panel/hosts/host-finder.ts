import type { MetricsClient } from '../../../../shared/client/metrics-client.ts';

/** Waits until the agent has a host: exactly one of a name, or any. */
export class HostFinder {
  readonly #found: () => void;
  readonly #told: () => void;
  #named: readonly string[] | null = null;
  #of: { readonly client: MetricsClient; readonly name: string | null } | null = null;
  #unfollow: () => void = () => {};

  /**
   * @param found called when there is one
   * @param told called when `named` has changed
   */
  constructor(found: () => void, told: () => void) {
    this.#found = found;
    this.#told = told;
  }

  /** Ids of the hosts of the name: none or several; `null` before the agent has told. */
  get named(): readonly string[] | null {
    return this.#named;
  }

  /**
   * @param client `null`: it looks no longer
   * @param name `null`: any host
   */
  look(client: MetricsClient | null, name: string | null): void {
    if (client === null) {
      this.stop();
      return;
    }
    if (this.#of?.client === client && this.#of.name === name) return;
    this.stop();
    this.#of = { client, name };
    const labels = new Map<string, string>();
    let wasFound = false;
    this.#unfollow = client.followHosts([name ?? '*'], {
      hosts: ({ complete, hosts, removed }) => {
        if (complete) labels.clear();
        for (const id of removed) labels.delete(id);
        for (const { id, label } of hosts) labels.set(id, label);
        const named = [...labels].filter(([id, label]) => id === name || label === name);
        const isFound = name === null ? labels.size > 0 : labels.has(name) || named.length === 1;
        if (isFound && !wasFound) this.#found();
        wasFound = isFound;
        const before = this.#named?.join('\n');
        this.#named = isFound ? null : named.map(([id]) => id);
        if (this.#named?.join('\n') !== before) this.#told();
      },
      refused: () => {},
    });
  }

  stop(): void {
    this.#of = null;
    this.#named = null;
    this.#unfollow();
    this.#unfollow = () => {};
  }
}
