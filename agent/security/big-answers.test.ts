import { beforeEach, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import type { Subscribe } from '../../shared/protocol/messages.ts';
import { EventStream } from '../transports/event-stream.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestHub } from '../testing/test-hub.ts';

const METRICS = 500;
const SUBSCRIPTIONS = 40;
/** Length of one `subscribed` for all metrics, by which an answer may exceed the limit. */
const ONE_MORE = 64 * 1024;

let test: TestHub;

beforeEach(() => {
  test = new TestHub();
  test.publishNew(Array.from({ length: METRICS }, (_, index) => `metric.${index}`));
});

const subscriptions = (fields: Partial<Subscribe> = {}): Subscribe[] =>
  Array.from({ length: SUBSCRIPTIONS }, (_, index) => {
    return { action: 'subscribe', sub: `s${index}`, metrics: ['*'], tables: [], ...fields };
  });

/** The next answer: length, messages and cursor. */
async function poll(wanted: readonly Subscribe[], cursor?: string) {
  const request = { peer: LOCAL, token: undefined, subscriptions: wanted, cursor, waitMs: 0 };
  const text = await test.hub.poll(request, new AbortController().signal);
  const { cursor: next } = JSON.parse(text) as { cursor: string };
  return { length: text.length, messages: decodeServerFrame(text), next };
}

it('the answer to a large poll stays within the limit, and the next ones have the rest', async () => {
  const answered: string[] = [];
  const sampled: string[] = [];
  let cursor: string | undefined;
  for (let polls = 0; polls < 20 && answered.length < SUBSCRIPTIONS; polls += 1) {
    const { length, messages, next } = await poll(subscriptions(), cursor);
    expect(length).toBeLessThan(256 * 1024 + ONE_MORE);
    for (const message of messages) {
      if (message.type === 'subscribed') answered.push(message.sub);
      if (message.type === 'metrics') sampled.push(message.sub);
      if (message.type === 'metrics') expect(message.prev).toBe(0);
    }
    cursor = next;
  }
  const names = subscriptions().map(({ sub }) => sub);
  expect(answered).toEqual(names);
  expect(sampled).toEqual(names);
});

it('a poll without room for a subscription resumes it at its position', async () => {
  const last = subscriptions().slice(-1);
  let { next: cursor } = await poll(last);
  test.publish(3);
  const seqs: number[] = [];
  for (let polls = 0; polls < 20 && seqs.length < 3; polls += 1) {
    const { messages, next } = await poll(subscriptions(), cursor);
    for (const message of messages)
      if (message.type === 'metrics' && message.sub === last[0]?.sub) seqs.push(message.seq);
    cursor = next;
  }
  expect(seqs).toEqual([2, 3, 4]);
});

it('a stream that has not begun buffers no more than the limit', async () => {
  test.publish(900);
  const stream = new EventStream();
  const request = { peer: LOCAL, token: undefined, cursor: undefined };
  await test.hub.openStream(stream, { ...request, subscriptions: subscriptions({ backfill: 900 }) });
  expect(test.hub.sentBytes).toBeLessThan(16 * 1024 + 3 * ONE_MORE);
});
