/** What both sides of the wire know beside its messages: names and limits. */
export const PROTOCOL_VERSION = 1;
/** The WebSocket subprotocol that selects the v1 profile. */
export const SUBPROTOCOL = 'metrics-panel.v1';
/** Text frames outside JSON: a client's question for life, and the answer. */
export const PING = 'ping';
export const PONG = 'pong';
/** The name of a subscription whose client gave it none. */
export const DEFAULT_SUBSCRIPTION = 'default';

/** Limits on what a client sends (docs/protocol.md, "Limits"). Bytes are those of one message. */
export const CLIENT_LIMITS = {
  messageBytes: 16 * 1024,
  stringLength: 256,
  tokenLength: 4096,
  metrics: 64,
  tables: 8,
  subscriptions: 64,
  batchMessages: 64,
  /** How long a poll may ask to wait. */
  pollWaitMs: 25_000,
} as const;

/** Ways to an agent, as `welcome.transports` names them, in the order in which a client tries them (TR-1). */
export const TRANSPORTS = ['websocket', 'sse', 'long-poll'] as const;
