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

/** What a token may allow beside seeing: `alerts:write` to silence, acknowledge and test alerts, and to change their rules. */
export const PERMISSIONS = ['alerts:write'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a client may see and do. */
export interface Grant {
  readonly scope: Scope;
  /** Not of an admin, who may do everything. */
  readonly may?: readonly string[];
  /** Whether it may create, list and revoke tokens. */
  readonly isAdmin: boolean;
  /** Id of the signed token that it comes from; `null` for the admin secret and for no token. */
  readonly tokenId: string | null;
  /** Counted from when it was granted; `null` for never. */
  readonly expiresInMs: number | null;
}

/**
 * Something that a grant may allow. `hostDetails`: what is known of a host in addition to its metrics; `state`: the agent's own, except that it is alive;
 * `alert`: one of a series, or of the host itself; `alertSettings`: rules, channels and silences, which name what all hosts have; `alertChanges`: to change
 * something about an alert that one sees, or, with `alertSettings`, those.
 */
export type Resource =
  | { readonly kind: 'metric' | 'table' | 'host'; readonly name: string }
  | { readonly kind: 'alert'; readonly host: string; readonly metric: string | null }
  | { readonly kind: 'hostDetails' | 'state' | 'tokens' | 'alertSettings' | 'alertChanges' };

export const EVERYTHING: Scope = { metrics: ['*'], tables: ['*'], hosts: ['*'] };
export const NOTHING: Scope = { metrics: [], tables: [], hosts: [] };

const LISTS = { metric: 'metrics', table: 'tables', host: 'hosts' } as const;

/**
 * Whether a grant allows a resource: the only place that decides this, for every route, message and table. To a client, a resource that
 * it may not have does not exist.
 */
export function isAllowed(grant: Pick<Grant, 'scope' | 'isAdmin' | 'may'>, resource: Resource): boolean {
  switch (resource.kind) {
    case 'metric':
    case 'table':
    case 'host':
      return grant.scope[LISTS[resource.kind]].some((pattern) => matchesGlob(pattern, resource.name));
    case 'alert': {
      const { host, metric } = resource;
      const seesHost = isAllowed(grant, { kind: 'host', name: host });
      return seesHost && (metric === null || isAllowed(grant, { kind: 'metric', name: metric }));
    }
    // Names of disks and graphics cards help attackers, and belong to no metric.
    case 'hostDetails':
    case 'state':
    case 'alertSettings':
      return isEverything(grant.scope);
    case 'tokens':
      return grant.isAdmin;
    case 'alertChanges':
      return grant.isAdmin || mayWriteAlerts(grant);
  }
}

const ALERTS_WRITE: Permission = 'alerts:write';

function mayWriteAlerts({ may = [] }: Pick<Grant, 'may'>): boolean {
  return may.includes(ALERTS_WRITE);
}

export function isEverything({ metrics, tables, hosts }: Scope): boolean {
  return [metrics, tables, hosts].every((patterns) => patterns.includes('*'));
}

/** Equal for scopes with the same patterns. */
export function scopeKey({ metrics, tables, hosts }: Scope): string {
  return JSON.stringify([metrics, tables, hosts].map((patterns) => [...new Set(patterns)].toSorted()));
}
