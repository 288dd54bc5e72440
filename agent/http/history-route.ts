import type { Context, Handler } from 'hono';
import { accepts } from 'hono/accepts';
import { encode } from '../../shared/protocol/codec.ts';
import { clientKeyOf } from '../addresses.ts';
import type { ResolvePeer } from '../auth/peer.ts';
import type { Clock } from '../clock.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { answerHistory, MAX_VALUES, type HistoryAnswer } from '../sessions/history-answer.ts';
import type { Admit } from '../sessions/hub.ts';
import { RequestError } from '../sessions/request-error.ts';
import { runSteps } from '../sessions/run-steps.ts';
import type { ScopeView } from '../sessions/scope-view.ts';
import type { HistorySlice } from '../store/sample-history.ts';
import { answerJson, answerRefused, bearerToken, type Environment } from '../transports/http-exchange.ts';
import { AnswerRoom } from './answer-room.ts';
import { BODIES, bodyOf, type WholeAnswer } from './history-bodies.ts';
import { readHistoryQuery } from './history-query.ts';
import { PacedBody } from './paced-body.ts';

/** Endpoint of the past. */
export const HISTORY_PATH = '/history';

const [DEFAULT_TYPE = ''] = BODIES.keys();
/** Values held at once for all clients, and for one; each takes 8 bytes, or 24 where points have minima and maxima. */
const MAX_HELD_VALUES = 4 * MAX_VALUES;
const MAX_HELD_VALUES_PER_CLIENT = 2 * MAX_VALUES;

const STATUS: Partial<Record<RequestError['code'], 404 | 503>> = {
  unknown_host: 404,
  unknown_metric: 404,
  unknown_table: 404,
  history_off: 404,
  history_opening: 503,
  history_failed: 503,
};

export interface HistoryRouteOptions {
  readonly resolvePeer: ResolvePeer;
  readonly fairQueue: FairQueue;
  readonly clock: Clock;
  /** Called with a defect that cut an answer short. */
  readonly broke: (error: unknown) => void;
}

/** Whether a response is an answer from the past, and so may be compressed. */
export function isHistory(contentType: string): boolean {
  return BODIES.has(contentType.split(';', 1)[0] ?? '');
}

/**
 * Answers `GET` at `HISTORY_PATH` in steps of the fair queue. All points are read before the answer begins, so that a failure has a status, and
 * nothing of the history is held open for a slow client.
 */
export function serveHistory(admit: Admit, options: HistoryRouteOptions): Handler<Environment> {
  const room = new AnswerRoom(MAX_HELD_VALUES, MAX_HELD_VALUES_PER_CLIENT);
  return async (c) => {
    // Read before the client can disconnect: a signal that is created later never fires.
    const { signal } = c.req.raw;
    try {
      return await respond(c, { admit, room, signal, ...options });
    } catch (error) {
      // No one reads this answer.
      if (signal.aborted) return c.body(null, 400);
      return answerError(c, error);
    }
  };
}

async function respond(
  c: Context<Environment>,
  {
    admit,
    room,
    signal,
    resolvePeer,
    fairQueue,
    clock,
    broke,
  }: HistoryRouteOptions & {
    readonly admit: Admit;
    readonly room: AnswerRoom;
    readonly signal: AbortSignal;
  },
): Promise<Response> {
  const { incoming, outgoing } = c.env;
  const peer = resolvePeer(incoming);
  const clientKey = clientKeyOf(peer.address);
  const { view, isGood } = await admit({ peer, token: bearerToken(c) });
  const run = <T>(steps: Generator<unknown, T>): Promise<T> => runSteps(fairQueue, clientKey, steps, signal);

  const query = new URL(c.req.url).searchParams;
  const answer = await run(resolve(view, query, clock.wallNow()));
  const type = accepts(c, { header: 'Accept', supports: [...BODIES.keys()], default: DEFAULT_TYPE });
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-store', Vary: 'Accept' };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);

  const ended = await room.enter(clientKey, answer.series.length * answer.plan.points, signal);
  let body: PacedBody;
  try {
    const whole = await run(readWhole(answer));
    body = new PacedBody({
      clientKey,
      fairQueue,
      clock,
      pieces: bodyOf(type, whole),
      isGood,
      ended,
      cut: (error) => {
        if (error !== undefined) broke(error);
        outgoing?.destroy();
      },
    });
  } catch (error) {
    ended();
    throw error;
  }
  return c.body(body.stream, 200, headers);
}

function* resolve(
  view: ScopeView,
  query: URLSearchParams,
  nowMs: number,
): Generator<undefined, HistoryAnswer> {
  return yield* answerHistory(view, readHistoryQuery(query, nowMs));
}

function* readWhole(answer: HistoryAnswer): Generator<undefined, WholeAnswer> {
  const slices: HistorySlice[] = [];
  for (const slice of answer.slices()) {
    slices.push(slice);
    yield;
  }
  return { ...answer, slices };
}

function answerError(c: Context, error: unknown): Response {
  if (!(error instanceof RequestError)) return answerRefused(c, error);
  const { message, code, retryMs } = error;
  if (retryMs !== undefined) c.header('Retry-After', String(Math.ceil(retryMs / 1000)));
  return answerJson(c, encode({ type: 'error', error: message, code, retryMs }), STATUS[code] ?? 400);
}
