import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { OperatorError } from '../operator-error.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { errorCode } from '../system-error.ts';
import { UpgradableRequest } from '../transports/upgradable-request.ts';
import type { RequestGuard } from './request-guard/request-guard.ts';
import { MAX_HEAD_BYTES } from './request-guard/request-head.ts';

const SERVER_LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  /** How often the two timeouts above are checked. */
  connectionsCheckingInterval: 2500,
  maxHeaderSize: MAX_HEAD_BYTES,
  IncomingMessage: UpgradableRequest,
} as const;

/** Processor time of an answer after its turn in the queue, ms. */
const ANSWER_MS = 0.2;

/** Node's default of 511 overflows when thousands of viewers reconnect at once, and each TCP retry costs them a second or more. */
const BACKLOG = 4096;

/** The agent cannot listen on its address. `code` is the operating system's: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`, … */
export class ListenError extends OperatorError {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.name = 'ListenError';
  }
}

/** Answers one request. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `createServer` of `node:http`, or the encrypting one of tls.ts, which is loaded only if needed. */
export type CreateServer = (limits: ServerOptions, listener: RequestListener) => Server;

/** Creates an HTTP server that answers with `respond` behind the request guard and the fair queue. Not listening yet. */
export function createHttpServer(
  respond: Respond,
  requestGuard: RequestGuard,
  fairQueue: FairQueue,
  create: CreateServer = createServer,
): Server {
  const busy = new WeakSet<object>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // Reject pipelining, which no browser uses: one socket could cause thousands of answers at once.
    if (busy.has(socket)) {
      socket.destroy();
      return;
    }
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
    const answer = (): void => {
      if (requestGuard.answerIfRefused(request, response)) return;
      // Not in one lane with handshakes, so that thousands of them from one address do not delay a health check.
      const lane = `HTTP ${requestGuard.clientKeyOf(request)}`;
      fairQueue.admit(lane, () => void respond(request, response), ANSWER_MS);
    };
    const refreshed = requestGuard.refreshTokens(request);
    if (refreshed === null) answer();
    else void refreshed.then(answer);
  };
  const server = create(SERVER_LIMITS, listener);
  requestGuard.guard(server);
  return server;
}

/** Starts to listen. Returns the port, a free one for 0. @throws ListenError */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host, backlog: BACKLOG });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = errorCode(cause) ?? 'UNKNOWN';
    throw new ListenError(code, describe(code, port, host), { cause });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Stops listening, waits for `answered`, closes the connections that are left, and settles when all are closed. */
export async function close(server: Server, answered: Promise<unknown> = Promise.resolve()): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await answered;
  server.closeAllConnections();
  await closed;
}

function describe(code: string, port: number, host: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop the other program, or choose another port with --port (METRICS_PANEL_PORT).`;
    case 'EACCES':
      return `Port ${port} may not be used by this user: choose one above 1023 with --port (METRICS_PANEL_PORT).`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `${host} is not an address of this machine: choose another with --host (METRICS_PANEL_HOST), such as 127.0.0.1 or 0.0.0.0.`;
    case 'EMFILE':
    case 'ENFILE':
      return `Cannot listen on ${host}, port ${port} (${code}): raise the number of files that may be open (ulimit -n, or LimitNOFILE= in the unit of a service).`;
    default:
      return `Cannot listen on ${host}, port ${port} (${code}): choose another with --host or --port (METRICS_PANEL_HOST, METRICS_PANEL_PORT).`;
  }
}
