import type { Context, Handler } from 'hono';
import { decodePoll } from '../../shared/protocol/codec.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import { subscriberOf } from '../addresses.ts';
import type { Clock } from '../clock.ts';
import { guardMessage } from '../sessions/message-guard.ts';
import { Refusal, type AnswerPoll, type Peer, type PeerOf } from '../sessions/connection.ts';
import { answerJson, answerRefused, bearerToken } from './http-answer.ts';
import { OpenAnswers, type Environment } from './open-answers.ts';
import { readBody } from './request-body.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';

/** Where the live protocol is polled (TR-3). */
export const POLL_PATH = '/metrics/poll';

export interface LongPollTransport {
  /** Answers `POST` at `POLL_PATH`. */
  readonly handle: Handler<Environment, typeof POLL_PATH>;
  /** Settles when every poll is answered, about a second after the clients were dismissed at the latest. */
  stop(): Promise<void>;
}

export interface LongPollOptions {
  readonly peerOf: PeerOf;
  readonly fairQueue: FairQueue;
  readonly clock: Clock;
}

/** Serves the live protocol by long polling. Nothing is kept between polls. */
export function serveLongPoll(
  answer: AnswerPoll,
  { peerOf, fairQueue, clock }: LongPollOptions,
): LongPollTransport {
  const open = new OpenAnswers();

  const handle = async (c: Context<Environment, typeof POLL_PATH>): Promise<Response> => {
    void open.ended(c.env.outgoing);
    return respond(c, answer, peerOf(c.env.incoming), fairQueue);
  };

  return { handle, stop: () => open.settled(clock) };
}

async function respond(c: Context, answer: AnswerPoll, peer: Peer, fairQueue: FairQueue): Promise<Response> {
  // Only one that was asked for before its client leaves tells of that.
  const { signal } = c.req.raw;
  const body = await readBody(c.req.raw, CLIENT_LIMITS.messageBytes);
  if (body === null) return answerTooLong(c);
  try {
    const { subscriptions, cursor, waitMs } = await fairQueue.admitted(subscriberOf(peer.address), () => {
      guardMessage(body);
      return decodePoll(body);
    });
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
