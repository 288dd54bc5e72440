import { describe, expect, it } from 'vitest';
import { reportRefusal } from './http-answer.ts';

async function told(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> {
  const events: unknown[] = [];
  await reportRefusal(
    new Response(body, { status, headers }),
    {
      opened: () => events.push('opened'),
      received: (text) => events.push(text),
      closed: (...close) => events.push(close),
    },
    new AbortController().signal,
  );
  return events;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const TEXT_TYPE = { 'Content-Type': 'text/plain; charset=utf-8' };

describe('an HTTP refusal', () => {
  it('gives the sentence and the error code of the agent as reason', async () => {
    const body = JSON.stringify({ error: 'Start it with --allow-origin.', code: 'origin_not_allowed' });
    expect(await told(403, body, JSON_TYPE)).toEqual([
      [1006, 'Start it with --allow-origin', { code: 'origin_not_allowed', retryMs: undefined }],
    ]);
  });

  it('gives a sentence in plain text as reason, and when to retry', async () => {
    expect(await told(503, 'No more room: try later.\n', { ...TEXT_TYPE, 'Retry-After': '5' })).toEqual([
      [1006, 'No more room: try later', { code: undefined, retryMs: 5000 }],
    ]);
  });

  it('is a message of the protocol if it has a type', async () => {
    const error = JSON.stringify({ type: 'error', error: 'Too many', code: 'too_many_attempts', retryMs: 7 });
    expect(await told(429, error, JSON_TYPE)).toEqual([
      error,
      [1006, 'Too many', { code: 'too_many_attempts', retryMs: 7 }],
    ]);
    const auth = JSON.stringify({ type: 'auth_error', error: 'Invalid token' });
    expect(await told(401, auth, JSON_TYPE)).toEqual([auth, [4000, '']]);
  });

  it('with the id of a subscription is no reason to stay away', async () => {
    const error = JSON.stringify({ type: 'error', error: 'Unknown', code: 'unknown_metric', id: '1' });
    expect(await told(400, error, JSON_TYPE)).toEqual([error, [1006, 'The agent answered 400']]);
  });

  it.each([
    ['a page', '<h1>Bad gateway</h1>', { 'Content-Type': 'text/html' }],
    ['nothing', '', {}],
    ['no JSON', '{', JSON_TYPE],
    ['foreign JSON', '["error"]', JSON_TYPE],
    ['an error that is no sentence', '{"error":{"message":"x"}}', JSON_TYPE],
  ])('is reported by its status if its body is %s', async (_, body, headers) => {
    expect(await told(502, body, headers)).toEqual([[1006, 'The agent answered 502']]);
  });

  it('is cut to the length of a sentence', async () => {
    const [close] = await told(500, 'x'.repeat(10_000), TEXT_TYPE);
    expect(close).toEqual([1006, 'x'.repeat(500), expect.anything()]);
  });
});
