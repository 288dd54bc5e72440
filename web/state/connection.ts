import type { ConnectionStatus } from '../../shared/client/connection-status.ts';
import type { MetricsClient } from '../../shared/client/metrics-client.ts';
import { browserClock } from '../browser/browser-clock.ts';
import { pageClients, type ClientAddress, type ClientLease } from '../client/shared-clients.ts';
import { Observable } from './observable.ts';

/** The page's connection to its agent: the client that its panels share (docs/decisions/0018). */
export class Connection {
  /** Sent to the agent; setting another one authenticates again or reconnects. */
  readonly token = new Observable<string | undefined>(undefined);
  readonly status = new Observable<ConnectionStatus>({ state: 'disconnected' });
  /** The last welcome, even after the connection was lost; `null` before the first. */
  readonly welcome = new Observable<MetricsClient['welcome']>(null);
  /** For those who subscribe by themselves: start it after subscribing, never stop it. Another one for another token. */
  readonly client = new Observable<MetricsClient | null>(null);

  readonly #agentUrl: string;
  #lease: ClientLease | null = null;
  readonly #undo: (() => void)[] = [];

  /** @param agentUrl `http(s)://` address */
  constructor(agentUrl: string) {
    this.#agentUrl = agentUrl;
  }

  /** For requests over HTTP. */
  get address(): ClientAddress {
    return { agentUrl: this.#agentUrl, token: this.token.value };
  }

  /** Joins the shared client; the first subscription connects it. Returns the undo. */
  start(): () => void {
    const unfollow = this.token.follow(() => {
      this.#leave();
      // After the panels: a client with a single holder can take the new token without reconnecting.
      this.#undo.push(browserClock.schedule(() => this.#join(), 0));
    });
    return () => {
      unfollow();
      this.#leave();
    };
  }

  /** As `MetricsClient.ping`. */
  ping(answered: (roundTripMs: number) => void): void {
    this.#lease?.client.ping(answered);
  }

  /** Tries again with the token that was refused. */
  retry(): void {
    this.#lease?.client.start();
  }

  #join(): void {
    const lease = pageClients.lease({ agentUrl: this.#agentUrl, token: this.token.value }, []);
    const { client } = lease;
    this.#lease = lease;
    // A listener may change the token at once, which ends the lease of this client.
    const isCurrent = (): boolean => this.#lease === lease;
    this.#undo.push(
      () => lease.release(),
      client.onWelcome((welcome) => isCurrent() && this.welcome.set(welcome)),
      client.onStatus((status) => isCurrent() && this.status.set(status)),
    );
    this.client.set(client);
  }

  #leave(): void {
    this.#lease = null;
    this.client.set(null);
    for (const undo of this.#undo.splice(0)) undo();
  }
}
