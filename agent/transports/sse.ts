import type { HttpBindings } from '@hono/node-server';
import type { Context, Handler } from 'hono';
import { streamSSE } from 'hono/streaming';
import { decodeSubscriptions } from '../../shared/codec.ts';
import type { Clock } from '../clock.ts';
import type { AcceptStream } from './connection.ts';
import { EventStream } from './event-stream.ts';
import { answerRefused, bearerToken } from './http-answer.ts';

/** Where the live protocol is streamed as server-sent events (TR-2). */
export const SSE_PATH = '/metrics/sse';

/** How long the last events may take on their way out. */
const STOP_DEADLINE_MS = 1000;

interface Environment {
  // `app.request` brings none.
  Bindings: Partial<HttpBindings>;
}

export interface SseTransport {
  /** Answers `GET` at `SSE_PATH`. */
  readonly handle: Handler<Environment>;
  /** Settles when every stream has ended, about a second after the sessions were dismissed at the latest. */
  stop(): Promise<void>;
}

/** Serves the live protocol as server-sent events (WHATWG HTML, section 9.2). */
export function serveSse(accept: AcceptStream, clock: Clock): SseTransport {
  const open = new Set<Promise<unknown>>();

  const handle = (c: Context<Environment>): Response => {
    let stream: EventStream;
    let listener: ReturnType<AcceptStream>;
    try {
      const subscriptions = decodeSubscriptions(c.req.query('subscriptions') ?? 'null');
      stream = new EventStream(clock);
      const cursor = c.req.header('Last-Event-ID');
      listener = accept(stream, { token: bearerToken(c), subscriptions, cursor });
    } catch (error) {
      return answerRefused(c, error);
    }
    const response = streamSSE(c, async (api) => {
      const left = new Promise<void>((resolve) => {
        api.onAbort(() => resolve());
      });
      stream.begin(api, listener);
      const { outgoing } = c.env;
      const closed = new Promise<void>((resolve) => {
        if (outgoing === undefined) resolve(left);
        else outgoing.once('close', () => resolve());
      });
      open.add(closed);
      await closed;
      open.delete(closed);
      stream.ended();
    });
    response.headers.set('Cache-Control', 'no-store');
    response.headers.set('X-Accel-Buffering', 'no');
    return response;
  };

  return {
    handle,
    async stop() {
      let cancel = (): void => {};
      const deadline = new Promise<void>((resolve) => {
        cancel = clock.schedule(resolve, STOP_DEADLINE_MS);
      });
      await Promise.race([Promise.all(open), deadline]);
      cancel();
    },
  };
}
