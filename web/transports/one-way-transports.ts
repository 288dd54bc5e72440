/** Loaded only if WebSocket does not get through. */
export { LongPollTransport } from './long-poll.ts';
export { SseTransport } from './sse.ts';
