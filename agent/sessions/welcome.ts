import { encode } from '../../shared/protocol/codec.ts';
import { CLIENT_LIMITS, PROTOCOL_VERSION, type Welcome } from '../../shared/protocol/messages.ts';
import { Frame } from './frame.ts';
import type { ScopeView } from './scope-view.ts';

/** A v1 client that was sent nothing for this long gets a heartbeat; the hub checks once a second. */
export const HEARTBEAT_MS = 15_000;

/** An agent has few viewers, so they may come back sooner than RC-1's default. */
const RECONNECT = { baseMs: 500, capMs: 4000 } as const;

/** The agent, whatever hosts it serves. */
export interface Introduction {
  readonly version: string;
  readonly transports: readonly string[];
  /** The shortest interval that it offers. */
  readonly minIntervalMs: number;
}

/** The `welcome` of a scope: made and encoded once for thousands of clients that come at once, and again when it has changed. */
export class Greeting {
  readonly #view: ScopeView;
  readonly #introduction: Introduction;
  #current: { readonly revision: number; readonly message: Welcome; readonly frame: Frame } | null = null;

  constructor(view: ScopeView, introduction: Introduction) {
    this.#view = view;
    this.#introduction = introduction;
  }

  get welcome(): Welcome {
    return this.#made().message;
  }

  get welcomeFrame(): Frame {
    return this.#made().frame;
  }

  #made(): { readonly message: Welcome; readonly frame: Frame } {
    const { revision } = this.#view;
    if (this.#current?.revision !== revision) {
      const message = welcomeOf(this.#view, this.#introduction);
      this.#current = { revision, message, frame: Frame.of(encode(message)) };
    }
    return this.#current;
  }
}

/** Clients that know of one host alone read the first one's catalogue and tables at the top. */
function welcomeOf(
  { hosts, maxBackfill }: ScopeView,
  { version, transports, minIntervalMs }: Introduction,
): Welcome {
  const [first, ...others] = hosts;
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
    hosts: [
      ...(first === undefined ? [] : [first.host]),
      ...others.map(({ host, catalogue, tables }) => ({
        ...host,
        catalogue: [...catalogue],
        tables: [...tables],
      })),
    ],
    catalogue: [...(first?.catalogue ?? [])],
    tables: [...(first?.tables ?? [])],
  };
}
