import { CLIENT_LIMITS, PROTOCOL_VERSION, type Welcome } from '../../shared/protocol/messages.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { Frame } from './frame.ts';
import type { ScopeView } from './scope-view.ts';

/** A v1 client that was sent nothing for this long is sent a life sign; the hub looks once a second. */
export const HEARTBEAT_MS = 15_000;

/** One host's agent has few viewers, so they may come back sooner than RC-1's default. */
const RECONNECT = { baseMs: 500, capMs: 4000 } as const;

/** Who the agent is: what does not depend on the host that it measures. */
export interface Introduction {
  readonly version: string;
  readonly transports: readonly string[];
}

/** What a v1 client is told first, and when that changes: made and encoded once for thousands that come at once. */
export class Greeting {
  readonly #view: ScopeView;
  readonly #introduction: Introduction;
  #welcome: { readonly revision: number; readonly message: Welcome; readonly frame: Frame } | null = null;
  #host: { readonly revision: number; readonly frame: Frame | null } | null = null;

  constructor(view: ScopeView, introduction: Introduction) {
    this.#view = view;
    this.#introduction = introduction;
  }

  get welcome(): Welcome {
    return this.#current().message;
  }

  get welcomeFrame(): Frame {
    return this.#current().frame;
  }

  /** For those who have had an earlier welcome; `null` when they may not know of the host. The same again when nothing that they see has changed. */
  get hostFrame(): Frame | null {
    const { revision } = this.#view.feed;
    if (this.#host?.revision !== revision) {
      const { host, catalogue, tables } = this.#view;
      const known = this.#host?.frame ?? null;
      this.#host = { revision, frame: known };
      if (host !== null) {
        const text = encode({ type: 'host', ...host, catalogue: [...catalogue], tables: [...tables] });
        // A change of what is not seen from here is none.
        if (text !== known?.text) this.#host = { revision, frame: Frame.of(text) };
      }
    }
    return this.#host.frame;
  }

  #current(): { readonly message: Welcome; readonly frame: Frame } {
    const { revision } = this.#view.feed;
    if (this.#welcome?.revision !== revision) {
      const message = welcomeTo(this.#view, this.#introduction);
      this.#welcome = { revision, message, frame: Frame.of(encode(message)) };
    }
    return this.#welcome;
  }
}

function welcomeTo(
  { feed, host, catalogue, tables, maxBackfill }: ScopeView,
  { version, transports }: Introduction,
): Welcome {
  return {
    type: 'welcome',
    v: PROTOCOL_VERSION,
    server: { name: 'metrics-panel', version },
    heartbeat: { intervalMs: HEARTBEAT_MS },
    reconnect: RECONNECT,
    limits: {
      minIntervalMs: feed.unitMs,
      maxBackfill,
      maxMetrics: CLIENT_LIMITS.metrics,
      maxSubscriptions: CLIENT_LIMITS.subscriptions,
      maxMessageBytes: CLIENT_LIMITS.messageBytes,
    },
    transports: [...transports],
    hosts: host === null ? [] : [host],
    catalogue: [...catalogue],
    tables: [...tables],
  };
}
