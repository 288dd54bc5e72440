/** Loaded only if WebSocket does not get through. */
export { LongPollTransport } from '../../shared/transports/long-poll.ts';
export { SseTransport } from '../../shared/transports/sse.ts';
