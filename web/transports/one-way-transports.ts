/** What is loaded when there is no way through by WebSocket. */
export { LongPollTransport } from './long-poll.ts';
export { SseTransport } from './sse.ts';
