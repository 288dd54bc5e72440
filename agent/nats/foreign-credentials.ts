import type { Logger } from 'pino';
import type { PermissionViolationError } from '@nats-io/transport-node';
import type { Clock } from '../clock.ts';

/** What the user of a connection is meant to be. */
export type Role = { readonly kind: 'gateway' } | { readonly kind: 'host'; readonly name: string };

/** All that is refused at the beginning of a connection is refused by then. */
const JUDGE_AFTER_MS = 1000;
/** Of kinds of subjects: permissions that lack less were written by hand, and each of them has to be told. */
const ENOUGH = { host: 3, gateway: 2 } as const;

/** Why a whole connection is of no use, if what was refused says so: with the key of another user nearly everything is. */
export function foreignCredentials(role: Role, refused: readonly string[]): string | undefined {
  const prefix = role.kind === 'gateway' ? 'metrics.*.' : `metrics.${role.name}.`;
  const kinds = new Set(
    refused.flatMap((subject) => {
      if (subject.startsWith(prefix)) return subject.slice(prefix.length).split('.', 1);
      return role.kind === 'gateway' && subject.startsWith('$JS.API.') ? '$JS' : [];
    }),
  );
  kinds.delete('');
  if (kinds.size < ENOUGH[role.kind]) return undefined;
  return role.kind === 'gateway'
    ? 'These credentials are not those of a gateway: give its key, gateway.nk, with --nats-credentials'
    : `These credentials are not for ${role.name}: give the key of that host with --nats-credentials, or --publish-as the name that the key was made for`;
}

export interface RefusalsOptions {
  readonly role: Role;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells of one that has its own cause. */
  readonly tell: (refusal: PermissionViolationError) => void;
}

/** What a server refuses on one connection: told one by one, or in one sentence if the credentials are another's. */
export class Refusals {
  readonly #options: RefusalsOptions;
  #waiting: PermissionViolationError[] = [];
  #state: 'none' | 'waiting' | 'foreign' | 'single' = 'none';
  #cancel: () => void = () => {};

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  add(refusal: PermissionViolationError): void {
    if (this.#state === 'foreign') return;
    if (this.#state === 'single') {
      this.#options.tell(refusal);
      return;
    }
    this.#waiting.push(refusal);
    if (this.#state === 'waiting') return;
    this.#state = 'waiting';
    this.#cancel = this.#options.clock.schedule(() => this.#judge(), JUDGE_AFTER_MS);
  }

  /** A connection begins, or the last one is over. */
  begin(): void {
    this.#cancel();
    if (this.#state === 'waiting') this.#judge();
    this.#state = 'none';
  }

  #judge(): void {
    const { role, log, tell } = this.#options;
    const waiting = this.#waiting;
    this.#waiting = [];
    const sentence = foreignCredentials(
      role,
      waiting.map(({ subject }) => subject),
    );
    this.#state = sentence === undefined ? 'single' : 'foreign';
    if (sentence === undefined) for (const refusal of waiting) tell(refusal);
    else log.warn(sentence);
  }
}
