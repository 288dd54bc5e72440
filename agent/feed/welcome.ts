import { CLIENT_LIMITS, PROTOCOL_VERSION, type Welcome } from '../../shared/messages.ts';
import { encode } from '../../shared/codec.ts';
import { Frame } from '../transports/frame.ts';
import type { Feed } from './feed.ts';

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
  readonly #feed: Feed;
  readonly #introduction: Introduction;
  #welcome: { readonly revision: number; readonly message: Welcome; readonly frame: Frame } | null = null;
  #host: { readonly revision: number; readonly frame: Frame } | null = null;

  constructor(feed: Feed, introduction: Introduction) {
    this.#feed = feed;
    this.#introduction = introduction;
  }

  get welcome(): Welcome {
    return this.#current().message;
  }

  get welcomeFrame(): Frame {
    return this.#current().frame;
  }

  /** For those who have had an earlier welcome. */
  get hostFrame(): Frame {
    const { host, catalogue, tables, revision } = this.#feed;
    if (this.#host?.revision !== revision) {
      this.#host = {
        revision,
        frame: Frame.of(encode({ type: 'host', ...host, catalogue: [...catalogue], tables: [...tables] })),
      };
    }
    return this.#host.frame;
  }

  #current(): { readonly message: Welcome; readonly frame: Frame } {
    const { revision } = this.#feed;
    if (this.#welcome?.revision !== revision) {
      const message = welcomeTo(this.#feed, this.#introduction);
      this.#welcome = { revision, message, frame: Frame.of(encode(message)) };
    }
    return this.#welcome;
  }
}

function welcomeTo(feed: Feed, { version, transports }: Introduction): Welcome {
  return {
    type: 'welcome',
    v: PROTOCOL_VERSION,
    server: { name: 'metrics-panel', version },
    heartbeat: { intervalMs: HEARTBEAT_MS },
    reconnect: RECONNECT,
    limits: {
      minIntervalMs: feed.unitMs,
      maxBackfill: feed.ring.capacity,
      maxMetrics: CLIENT_LIMITS.metrics,
      maxSubscriptions: CLIENT_LIMITS.subscriptions,
      maxMessageBytes: CLIENT_LIMITS.messageBytes,
    },
    transports: [...transports],
    hosts: [feed.host],
    catalogue: [...feed.catalogue],
    tables: [...feed.tables],
  };
}
