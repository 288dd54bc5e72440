import { encode } from '../../shared/protocol/codec.ts';
import { CLIENT_LIMITS, PROTOCOL_VERSION, type WelcomeMessage } from '../../shared/protocol/messages.ts';
import { Frame } from './frame.ts';
import type { ScopeView } from './scope-view.ts';

/** A v1 client gets a heartbeat after this long without a message; checked once a second. */
export const HEARTBEAT_MS = 15_000;

/** An agent has few viewers, so they may reconnect sooner than RC-1's default. */
const RECONNECT = { baseMs: 500, capMs: 4000 } as const;

/** The part of the welcome that is about the agent itself. */
export interface Introduction {
  readonly version: string;
  readonly transports: readonly string[];
  /** The shortest interval that it offers. */
  readonly minIntervalMs: number;
}

/** The `welcome` of a scope: encoded once for any number of clients, and again when it has changed. */
export class Greeting {
  readonly #view: ScopeView;
  readonly #introduction: Introduction;
  #current: { readonly stamp: string; readonly message: WelcomeMessage; readonly frame: Frame } | null = null;

  constructor(view: ScopeView, introduction: Introduction) {
    this.#view = view;
    this.#introduction = introduction;
  }

  get welcome(): WelcomeMessage {
    return this.#made().message;
  }

  get welcomeFrame(): Frame {
    return this.#made().frame;
  }

  #made(): { readonly message: WelcomeMessage; readonly frame: Frame } {
    const { stamp } = this.#view;
    if (this.#current?.stamp !== stamp) {
      const message = welcomeOf(this.#view, this.#introduction);
      this.#current = { stamp, message, frame: Frame.of(encode(message)) };
    }
    return this.#current;
  }
}

/** Clients that support only one host read the first host's catalogue and tables at the top level. */
function welcomeOf(
  { hosts, hostCount, maxBackfill }: ScopeView,
  { version, transports, minIntervalMs }: Introduction,
): WelcomeMessage {
  const [first] = hosts;
  return {
    type: 'welcome',
    v: PROTOCOL_VERSION,
    server: { name: 'metrics-panel', version },
    heartbeat: { intervalMs: HEARTBEAT_MS },
    reconnect: RECONNECT,
    limits: {
      minIntervalMs,
      maxBackfill,
      maxMetrics: CLIENT_LIMITS.metrics,
      maxSubscriptions: CLIENT_LIMITS.subscriptions,
      maxMessageBytes: CLIENT_LIMITS.messageBytes,
    },
    transports: [...transports],
    hosts: hosts.map(({ host }) => host),
    hostCount,
    catalogue: [...(first?.catalogue ?? [])],
    tables: [...(first?.tables ?? [])],
  };
}
