export { LongPollTransport } from './long-poll.ts';
export { SseTransport } from './sse.ts';
