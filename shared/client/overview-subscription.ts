import type { HostsMessage } from '../protocol/messages.ts';
import type { SubscriptionError } from './client-subscription.ts';
import type { SubscribeRequest } from './transport.ts';

/** How hosts are. */
export type ToldHosts = Pick<HostsMessage, 'complete' | 'hosts' | 'removed'>;

export interface HostsListener {
  /** `complete` replaces everything told before, and more parts of it may follow at once; the others are changes. `removed` are ids. */
  hosts(told: ToldHosts): void;
  /** The agent refused the subscription; it is retried after the next reconnect. */
  refused(error: SubscriptionError): void;
}

/** A subscription to how hosts are, over all connections of a client. Each connection tells everything again. */
export class OverviewSubscription {
  readonly sub: string;
  readonly #patterns: readonly string[];
  readonly #listener: HostsListener;
  #isRefused = false;

  constructor(sub: string, patterns: readonly string[], listener: HostsListener) {
    this.sub = sub;
    this.#patterns = patterns;
    this.#listener = listener;
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  toRequest(): SubscribeRequest {
    return { action: 'subscribe', sub: this.sub, hosts: [...this.#patterns], id: this.sub };
  }

  told({ complete, hosts, removed }: HostsMessage): void {
    this.#listener.hosts({ complete, hosts, removed });
  }

  /** The agent refused it. @returns whether to subscribe again */
  refused(error: SubscriptionError): boolean {
    this.#isRefused = true;
    this.#listener.refused(error);
    return false;
  }

  /** Each answer replaces the one before, so that none needs to be waited for. */
  requested(): void {}

  forgive(): void {
    this.#isRefused = false;
  }
}
