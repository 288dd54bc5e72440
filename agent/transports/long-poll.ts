import type { Context, Env, Handler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decodePoll } from '../../shared/codec.ts';
import { CLIENT_LIMITS } from '../../shared/messages.ts';
import { Refusal, type AnswerPoll } from './connection.ts';
import { answerJson, answerRefused, bearerToken } from './http-answer.ts';

/** Where the live protocol is polled (TR-3). */
export const POLL_PATH = '/metrics/poll';

/** Answers `POST` at `POLL_PATH`. Nothing is kept between polls. */
export function serveLongPoll(answer: AnswerPoll): Handler<Env, typeof POLL_PATH> {
  const limit = bodyLimit({ maxSize: CLIENT_LIMITS.messageBytes, onError: answerTooLong });
  return async (c: Context<Env, typeof POLL_PATH>) => {
    // The limit may put another request in the place of this one, which does not know when its client leaves.
    const { signal } = c.req.raw;
    let response: Response | undefined;
    const refused = await limit(c, async () => {
      response = await respond(c, answer, signal);
    });
    return response ?? refused ?? c.notFound();
  };
}

async function respond(c: Context, answer: AnswerPoll, signal: AbortSignal): Promise<Response> {
  try {
    const { subscriptions, cursor, waitMs } = decodePoll(await c.req.text());
    const text = await answer({ token: bearerToken(c), subscriptions, cursor, waitMs }, signal);
    return answerJson(c, text, 200);
  } catch (error) {
    return answerRefused(c, error);
  }
}

function answerTooLong(c: Context): Response {
  const { answer } = new Refusal({
    type: 'error',
    code: 'invalid_message',
    error: `The message is too long: ${CLIENT_LIMITS.messageBytes} bytes at most`,
  });
  return answerJson(c, answer, 413);
}
