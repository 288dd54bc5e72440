/** Names and limits of the protocol, apart from `messages.ts` because pages do not load valibot. */
export const PROTOCOL_VERSION = 1;
/** The WebSocket subprotocol that selects the v1 profile. */
export const SUBPROTOCOL = 'metrics-panel.v1';
/** The same messages as MessagePack. */
export const SUBPROTOCOL_MSGPACK = 'metrics-panel.v1.msgpack';
/** Text frames outside JSON: a client's ping and the answer. */
export const PING = 'ping';
export const PONG = 'pong';
/** Name of a subscription without `sub`. */
export const DEFAULT_SUBSCRIPTION = 'default';

/** Limits on what a client sends (docs/protocol.md, "Limits"); `messageBytes` is per message. */
export const CLIENT_LIMITS = {
  messageBytes: 16 * 1024,
  stringLength: 256,
  tokenLength: 4096,
  metrics: 64,
  tables: 8,
  subscriptions: 64,
  /** Of `subscribe`. */
  leastBatchMs: 50,
  mostBatchMs: 5000,
  batchMessages: 64,
  /** Longest `waitMs` of a poll. */
  pollWaitMs: 25_000,
  historyPoints: 10_000,
} as const;

/** Transport names in `welcome.transports`, in the order in which a client tries them (TR-1). */
export const TRANSPORTS = ['websocket', 'sse', 'long-poll'] as const;

/** Points of an answer to `history` if the request does not say. */
export const DEFAULT_HISTORY_POINTS = 1000;
