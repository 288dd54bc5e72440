import type { Context, Handler } from 'hono';
import { streamSSE } from 'hono/streaming';
import { decodeSubscriptions } from '../../shared/protocol/codec.ts';
import type { Clock } from '../clock.ts';
import type { AcceptStream, StreamListener } from '../sessions/connection.ts';
import type { ResolvePeer } from '../auth/peer.ts';
import { guardMessage } from '../sessions/message-guard.ts';
import { EventStream } from './event-stream.ts';
import { answerRefused, bearerToken, type Environment } from './http-exchange.ts';
import { PendingResponses } from './pending-responses.ts';

/** Endpoint of server-sent events (TR-2). */
export const SSE_PATH = '/metrics/sse';

export interface SseTransport {
  /** Answers `GET` at `SSE_PATH`. */
  readonly handle: Handler<Environment>;
  /** Settles when every stream has ended, about a second after the sessions were dismissed at the latest. */
  stop(): Promise<void>;
}

/** Serves the live protocol as server-sent events (WHATWG HTML, section 9.2). */
export function serveSse(accept: AcceptStream, resolvePeer: ResolvePeer, clock: Clock): SseTransport {
  const pending = new PendingResponses();

  const handle = async (c: Context<Environment>): Promise<Response> => {
    let stream: EventStream;
    let listener: StreamListener;
    try {
      const text = c.req.query('subscriptions') ?? 'null';
      guardMessage(text);
      const subscriptions = decodeSubscriptions(text);
      stream = new EventStream();
      const cursor = c.req.header('Last-Event-ID');
      listener = await accept(stream, {
        peer: resolvePeer(c.env.incoming),
        token: bearerToken(c),
        subscriptions,
        cursor,
      });
    } catch (error) {
      return answerRefused(c, error);
    }
    const response = streamSSE(c, async (api) => {
      stream.begin(api, listener);
      await pending.ended(c.env.outgoing);
      stream.ended();
    });
    response.headers.set('Cache-Control', 'no-store');
    response.headers.set('X-Accel-Buffering', 'no');
    return response;
  };

  return { handle, stop: () => pending.settled(clock) };
}
