import { matchesGlob } from '../../shared/protocol/catalogue.ts';

/** Characters of names (`namePart` in sampling/instances.ts), and `*`. */
export const NAME_OR_GLOB = /^[\w.:@+~*-]+$/;

/** What may be seen, as names and globs. */
export interface Scope {
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  /** Ids of hosts. */
  readonly hosts: readonly string[];
}

/** What a client may see and do. */
export interface Grant {
  readonly scope: Scope;
  /** Whether it may create, list and revoke tokens. */
  readonly isAdmin: boolean;
  /** Id of the signed token that it comes from; `null` for the admin secret and for no token. */
  readonly tokenId: string | null;
  /** Counted from when it was granted; `null` for never. */
  readonly expiresInMs: number | null;
}

/** Something that a grant may allow. `hostDetails`: what is known of a host in addition to its metrics; `state`: the agent's own, except that it is alive. */
export type Resource =
  | { readonly kind: 'metric' | 'table' | 'host'; readonly name: string }
  | { readonly kind: 'hostDetails' | 'state' | 'tokens' };

export const EVERYTHING: Scope = { metrics: ['*'], tables: ['*'], hosts: ['*'] };
export const NOTHING: Scope = { metrics: [], tables: [], hosts: [] };

const LISTS = { metric: 'metrics', table: 'tables', host: 'hosts' } as const;

/**
 * Whether a grant allows a resource: the only place that decides this, for every route, message and table. To a client, a resource that
 * it may not have does not exist.
 */
export function isAllowed(grant: Pick<Grant, 'scope' | 'isAdmin'>, resource: Resource): boolean {
  switch (resource.kind) {
    case 'metric':
    case 'table':
    case 'host':
      return grant.scope[LISTS[resource.kind]].some((pattern) => matchesGlob(pattern, resource.name));
    // Names of disks and graphics cards help attackers, and belong to no metric.
    case 'hostDetails':
    case 'state':
      return isEverything(grant.scope);
    case 'tokens':
      return grant.isAdmin;
  }
}

export function isEverything({ metrics, tables, hosts }: Scope): boolean {
  return [metrics, tables, hosts].every((patterns) => patterns.includes('*'));
}

/** Equal for scopes with the same patterns. */
export function scopeKey({ metrics, tables, hosts }: Scope): string {
  return JSON.stringify([metrics, tables, hosts].map((patterns) => [...new Set(patterns)].toSorted()));
}
