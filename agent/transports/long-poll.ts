import type { Context, Handler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decodePoll } from '../../shared/codec.ts';
import { CLIENT_LIMITS } from '../../shared/messages.ts';
import type { Clock } from '../clock.ts';
import { guardMessage } from './message-guard.ts';
import { Refusal, type AnswerPoll, type Peer, type PeerOf } from './connection.ts';
import { answerJson, answerRefused, bearerToken } from './http-answer.ts';
import { OpenAnswers, type Environment } from './open-answers.ts';

/** Where the live protocol is polled (TR-3). */
export const POLL_PATH = '/metrics/poll';

export interface LongPollTransport {
  /** Answers `POST` at `POLL_PATH`. */
  readonly handle: Handler<Environment, typeof POLL_PATH>;
  /** Settles when every poll is answered, about a second after the clients were dismissed at the latest. */
  stop(): Promise<void>;
}

/** Serves the live protocol by long polling. Nothing is kept between polls. */
export function serveLongPoll(answer: AnswerPoll, peerOf: PeerOf, clock: Clock): LongPollTransport {
  const open = new OpenAnswers();
  const limit = bodyLimit({ maxSize: CLIENT_LIMITS.messageBytes, onError: answerTooLong });

  const handle = async (c: Context<Environment, typeof POLL_PATH>): Promise<Response> => {
    void open.ended(c.env.outgoing);
    // The limit may put another request in the place of this one, which does not know when its client leaves.
    const { signal } = c.req.raw;
    let response: Response | undefined;
    const refused = await limit(c, async () => {
      response = await respond(c, answer, peerOf(c.env.incoming), signal);
    });
    return response ?? refused ?? c.notFound();
  };

  return { handle, stop: () => open.settled(clock) };
}

async function respond(c: Context, answer: AnswerPoll, peer: Peer, signal: AbortSignal): Promise<Response> {
  try {
    const body = await c.req.text();
    guardMessage(body);
    const { subscriptions, cursor, waitMs } = decodePoll(body);
    const text = await answer({ peer, token: bearerToken(c), subscriptions, cursor, waitMs }, signal);
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
