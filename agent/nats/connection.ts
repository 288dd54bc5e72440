import { readFileSync } from 'node:fs';
import {
  AuthorizationError,
  connect,
  InvalidArgumentError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
  type Auth,
  type ConnectionOptions,
  type NatsConnection,
  type TlsOptions,
} from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { NatsSettings } from '../config.ts';
import { isUntrusted, trustedCertificates } from '../outbound/trusted-certificates.ts';
import { errorCode } from '../system-error.ts';
import { authenticate, CredentialsError } from './credentials.ts';
import { Refusals } from './foreign-credentials.ts';
import { identityCheck } from './server-identity.ts';

const DIAL_MS = 5000;
const PING_EVERY_MS = 10_000;
const RETRY_FROM_MS = 500;
/** Spread, so that thousands of agents do not come back at once. */
const RETRY_SPREAD_MS = 1500;
const MAX_TOLD = 64;

export interface NatsLinkOptions {
  readonly settings: NatsSettings;
  /** Who it is, for the server's list of connections and as the part of `_INBOX.<name>` that answers come to. */
  readonly name: string;
  /** Default: a host of that name. */
  readonly isGateway?: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Time between questions to the server whether it is there; it is given up after three without an answer. Default: 10 s. */
  readonly pingEveryMs?: number;
  /** Called with each new client, before `onChange`: subscribe here. A client keeps its subscriptions over reconnects. */
  readonly opened?: (client: NatsConnection) => void;
}

/** A connection to NATS that is made again for as long as it takes: a server that is away, refuses, or stands still is no error, and told once. */
export class NatsLink {
  readonly #options: NatsLinkOptions;
  readonly #listeners = new Set<() => void>();
  readonly #told = new Set<string>();
  readonly #problems: Problems;
  readonly #refusals: Refusals;
  #client: NatsConnection | undefined;
  #isConnected = false;
  #reason: string | undefined = 'not connected yet';
  /** Whether the present outage is told. */
  #isTold = false;
  #isClosed = false;
  #cancelRetry: () => void = () => {};

  constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#problems = {};
    const { name, isGateway = false, clock, log } = options;
    this.#refusals = new Refusals({
      role: isGateway ? { kind: 'gateway' } : { kind: 'host', name },
      clock,
      log,
      tell: (refusal) => this.#forbidden(refusal),
    });
    void this.#dial();
  }

  /** `undefined` while there is no connection: what is published then is lost without an error. */
  get client(): NatsConnection | undefined {
    return this.#isConnected ? this.#client : undefined;
  }

  /** Why there is no connection; `undefined` while there is one. */
  get reason(): string | undefined {
    return this.#isConnected ? undefined : this.#reason;
  }

  /** Publishes a core message; nothing happens while there is no connection. What is larger than the server takes is told once. */
  publish(subject: string, text: string): void {
    try {
      this.client?.publish(subject, text);
    } catch (error) {
      if (error instanceof InvalidArgumentError) this.#tooLarge(subject, text);
      // Else the connection was lost just now.
    }
  }

  /** Calls `listener` when a connection is there or lost. Returns the undo. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends what waits, if that takes no longer than `flushMs`, and closes for good. */
  async close(flushMs = 500): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#refusals.begin();
    const client = this.#client;
    if (client === undefined) return;
    if (this.#isConnected) {
      let cancel = (): void => {};
      const patience = new Promise<void>((resolve) => {
        cancel = this.#options.clock.schedule(resolve, flushMs);
      });
      await Promise.race([client.flush().catch(() => {}), patience]);
      cancel();
    }
    this.#isConnected = false;
    await client.close();
  }

  /** The client itself connects again only after the first time. */
  async #dial(): Promise<void> {
    const { settings, name, pingEveryMs = PING_EVERY_MS, opened } = this.#options;
    try {
      const client = await connect({
        ...natsOptions(settings, name, this.#problems),
        pingInterval: pingEveryMs,
      });
      if (this.#isClosed) {
        await client.close();
        return;
      }
      this.#client = client;
      void this.#watch(client);
      opened?.(client);
      this.#connected(client);
    } catch (error) {
      if (this.#isClosed) return;
      this.#failed(error);
      this.#retry();
    }
  }

  #retry(): void {
    if (this.#isClosed) return;
    this.#cancelRetry = this.#options.clock.schedule(() => void this.#dial(), retryMs());
  }

  async #watch(client: NatsConnection): Promise<void> {
    for await (const status of client.status()) {
      if (status.type === 'disconnect') this.#lost();
      else if (status.type === 'reconnect') this.#connected(client);
      else if (status.type === 'error') this.#failed(status.error);
    }
    // A client that gives up is replaced.
    if (this.#isClosed || this.#client !== client) return;
    this.#client = undefined;
    this.#lost();
    this.#retry();
  }

  #connected(client: NatsConnection): void {
    this.#isConnected = true;
    this.#reason = undefined;
    this.#isTold = false;
    this.#options.log.info(
      { server: client.getServer(), version: client.info?.version },
      `Connected to NATS at ${client.getServer()}`,
    );
    this.#tell();
  }

  #lost(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#refusals.begin();
    this.#reason ??= 'the connection was lost';
    if (!this.#isClosed) this.#tellOutage(`The connection to NATS is lost: trying again`);
    this.#tell();
  }

  #failed(error: unknown): void {
    const { log, settings } = this.#options;
    if (error instanceof PermissionViolationError) {
      this.#refusals.add(error);
      return;
    }
    const file = this.#problems.credentials;
    const isRefused = error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;
    if (isRefused) {
      this.#reason = file ?? 'the server refuses the credentials';
      this.#tellOutage(
        file ??
          (settings.credentialsFile === null
            ? 'NATS wants credentials: name a file with --nats-credentials (METRICS_PANEL_NATS_CREDENTIALS)'
            : `NATS refuses the credentials in ${settings.credentialsFile}: put in those of a user that the server knows; they are read again at each attempt`),
      );
      return;
    }
    const reason = reasonOf(error);
    if (this.#isConnected) {
      log.warn({ err: error }, `NATS reports an error: ${reason}`);
      return;
    }
    this.#reason = reason;
    this.#tellOutage(`NATS cannot be reached at ${settings.servers.join(', ')} (${reason}): trying again`);
  }

  #forbidden({ operation, subject }: PermissionViolationError): void {
    if (!this.#isNews(operation, subject)) return;
    const what = operation === 'subscription' ? 'subscribe to' : 'publish to';
    this.#options.log.warn(
      { subject },
      `NATS does not allow this user to ${what} ${subject}: correct its permissions in the server's configuration (metrics-panel nats init prints them)`,
    );
  }

  #tooLarge(subject: string, text: string): void {
    if (!this.#isNews('size', subject)) return;
    this.#options.log.warn(
      { subject, maxPayload: this.#client?.info?.max_payload },
      `NATS takes no message of ${Buffer.byteLength(text)} bytes, as ${subject} needs them: raise max_payload in the server's configuration`,
    );
  }

  /** Whether it was not told of this subject before. Those of answers are made up for each of them. */
  #isNews(problem: string, subject: string): boolean {
    const key = `${problem} ${subject.startsWith('_') ? subject.split('.', 1)[0] : subject}`;
    if (this.#told.has(key) || this.#told.size >= MAX_TOLD) return false;
    this.#told.add(key);
    return true;
  }

  #tellOutage(sentence: string): void {
    if (!this.#isTold) this.#options.log.warn(sentence);
    this.#isTold = true;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** What the client library has no way to report. */
export interface Problems {
  /** Why the file with credentials is of no use. */
  credentials?: string;
}

/**
 * How the client library connects: for good once it has been connected. Files are read again at each attempt.
 * @param name as of `NatsLinkOptions`
 */
export function natsOptions(
  { servers, credentialsFile, caFile }: NatsSettings,
  name: string,
  problems: Problems = {},
): ConnectionOptions {
  return {
    servers: [...servers],
    name: `metrics-panel ${name}`,
    inboxPrefix: `_INBOX.${name}`,
    timeout: DIAL_MS,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: retryMs,
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
    ...(credentialsFile === null
      ? {}
      : { authenticator: (nonce) => tryToAuthenticate(credentialsFile, nonce, problems) }),
    ...(caFile === null && !servers.some((server) => server.startsWith('tls:'))
      ? {}
      : { tls: tlsOptions(servers, caFile) }),
  };
}

/** An error here would end the client. */
function tryToAuthenticate(path: string, nonce: string | undefined, problems: Problems): Auth {
  try {
    const auth = authenticate(path, nonce);
    delete problems.credentials;
    return auth;
  } catch (error) {
    problems.credentials = error instanceof CredentialsError ? error.message : `${path} is of no use.`;
    return undefined;
  }
}

/** The client library hands on to Node whatever is in here. */
function tlsOptions(
  servers: readonly string[],
  caFile: string | null,
): TlsOptions & { readonly checkServerIdentity: ReturnType<typeof identityCheck> } {
  const identity = { checkServerIdentity: identityCheck(servers) };
  if (caFile === null) return identity;
  return {
    ...identity,
    get ca() {
      return trustedCertificates(caFile, readFileSync(caFile, 'utf8')).join('\n');
    },
  };
}

/** What to do where {@link isUntrusted} is the code of an error: Node's own words name an option of Node. */
export const UNTRUSTED_SERVER = 'is not signed by a known authority: give its certificate with --nats-ca';

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error) ?? (error instanceof Error ? errorCode(error.cause) : undefined);
  if (isUntrusted(code)) return `its certificate ${UNTRUSTED_SERVER}`;
  return code === undefined || message.includes(code) ? message : `${message}, ${code}`;
}

function retryMs(): number {
  return RETRY_FROM_MS + Math.random() * RETRY_SPREAD_MS;
}
