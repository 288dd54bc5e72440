import type { Context, Handler } from 'hono';
import { decodePoll } from '../../shared/protocol/codec.ts';
import { CLIENT_LIMITS } from '../../shared/protocol/messages.ts';
import { clientKeyOf } from '../addresses.ts';
import type { Clock } from '../clock.ts';
import { guardMessage } from '../sessions/message-guard.ts';
import { RequestRefusal, type AnswerPoll } from '../sessions/connection.ts';
import type { Peer, ResolvePeer } from '../auth/peer.ts';
import { answerJson, answerRefused, bearerToken, readBody, type Environment } from './http-exchange.ts';
import { PendingResponses } from './pending-responses.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';

/** Endpoint of long polling (TR-3). */
export const POLL_PATH = '/metrics/poll';

export interface LongPollTransport {
  /** Answers `POST` at `POLL_PATH`. */
  readonly handle: Handler<Environment, typeof POLL_PATH>;
  /** Settles when every poll is answered, about a second after the sessions were dismissed at the latest. */
  stop(): Promise<void>;
}

export interface LongPollOptions {
  readonly resolvePeer: ResolvePeer;
  readonly fairQueue: FairQueue;
  readonly clock: Clock;
}

/** Serves the live protocol by long polling, stateless between polls. */
export function serveLongPoll(
  answer: AnswerPoll,
  { resolvePeer, fairQueue, clock }: LongPollOptions,
): LongPollTransport {
  const pending = new PendingResponses();

  const handle = async (c: Context<Environment, typeof POLL_PATH>): Promise<Response> => {
    void pending.ended(c.env.outgoing);
    return respond(c, answer, resolvePeer(c.env.incoming), fairQueue);
  };

  return { handle, stop: () => pending.settled(clock) };
}

async function respond(c: Context, answer: AnswerPoll, peer: Peer, fairQueue: FairQueue): Promise<Response> {
  // Read before the client can disconnect: a signal that is created later never fires.
  const { signal } = c.req.raw;
  const body = await readBody(c.req.raw, CLIENT_LIMITS.messageBytes);
  if (body === null) return answerTooLong(c);
  try {
    const { subscriptions, cursor, waitMs } = await fairQueue.admitted(clientKeyOf(peer.address), () => {
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
  const { answer } = new RequestRefusal({
    type: 'error',
    code: 'invalid_message',
    error: `The message is too long: ${CLIENT_LIMITS.messageBytes} bytes at most`,
  });
  return answerJson(c, answer, 413);
}
