import { matchesGlob } from '../../shared/protocol/catalogue.ts';

/** What names are made of (`namePart` in sampling/instances.ts), and `*`. */
export const NAME_OR_GLOB = /^[\w.:@+~*-]+$/;

/** What may be seen: names and globs of each kind of thing. */
export interface Scope {
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  /** Ids of hosts. */
  readonly hosts: readonly string[];
}

/** What somebody may see and do, as long as it is good. */
export interface Grant {
  readonly scope: Scope;
  /** Whether tokens may be made, listed and revoked. */
  readonly isAdmin: boolean;
  /** Id of the signed token that it comes from; `null` for the secret, and where none was shown. */
  readonly tokenId: string | null;
  /** Milliseconds from when it was given until it ends; `null` for one that does not. */
  readonly expiresInMs: number | null;
}

/** A thing that can be asked for. `facts` are what is known of a host; `state` is the agent's own, beyond that it is alive. */
export type Resource =
  | { readonly kind: 'metric' | 'table' | 'host'; readonly name: string }
  | { readonly kind: 'facts' | 'state' | 'tokens' };

export const EVERYTHING: Scope = { metrics: ['*'], tables: ['*'], hosts: ['*'] };
export const NOTHING: Scope = { metrics: [], tables: [], hosts: [] };

const LISTS = { metric: 'metrics', table: 'tables', host: 'hosts' } as const;

/**
 * Whether the bearer of a grant may have a thing: the one place where that is decided, for every route, message and table.
 * What it may not have does not exist for it.
 */
export function isAllowed(grant: Pick<Grant, 'scope' | 'isAdmin'>, resource: Resource): boolean {
  switch (resource.kind) {
    case 'metric':
    case 'table':
    case 'host':
      return grant.scope[LISTS[resource.kind]].some((pattern) => matchesGlob(pattern, resource.name));
    // The names of disks and graphics cards are worth something to an attacker, and part of no metric.
    case 'facts':
    case 'state':
      return isEverything(grant.scope);
    case 'tokens':
      return grant.isAdmin;
  }
}

export function isEverything({ metrics, tables, hosts }: Scope): boolean {
  return [metrics, tables, hosts].every((patterns) => patterns.includes('*'));
}

/** Equal for scopes in which the same is allowed, as far as their words tell. */
export function scopeKey({ metrics, tables, hosts }: Scope): string {
  return JSON.stringify([metrics, tables, hosts].map((patterns) => [...new Set(patterns)].toSorted()));
}
