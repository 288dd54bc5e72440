import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { errorCode } from '../error-code.ts';
import { UpgradableRequest } from '../transports/upgradable-request.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import type { RequestGuard } from './request-guard/request-guard.ts';
import { MAX_HEAD_BYTES } from './request-guard/request-head.ts';

const SERVER_LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  /** How often the two above are looked at. */
  connectionsCheckingInterval: 1000,
  maxHeaderSize: MAX_HEAD_BYTES,
  IncomingMessage: UpgradableRequest,
} as const;

/** Of processor time that an answer costs besides what is seen of it, ms: it goes on when its turn is over. */
const ANSWER_MS = 0.2;

/** Node's default of 511 overflows when thousands of viewers come back at once: their retries add seconds. */
const BACKLOG = 4096;

/** The agent cannot listen where it was told to. `message` names the setting to change. */
export class ListenError extends Error {
  /** The operating system's: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ListenError';
    this.code = code;
  }
}

/** Answers one request. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `createServer` of `node:http`, or what does the same and encrypts: tls.ts, which costs the start of an agent that does not. */
export type CreateServer = (limits: ServerOptions, listener: RequestListener) => Server;

/** An HTTP server with `respond` inside the agent's limits and its request guard; not listening yet. */
export function createHttpServer(
  respond: Respond,
  requestGuard: RequestGuard,
  fairQueue: FairQueue,
  create: CreateServer = createServer,
): Server {
  const busy = new WeakSet<object>();
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // No browser sends a request before the last is answered; who does could have thousands answered at once on one socket.
    if (busy.has(socket)) {
      socket.destroy();
      return;
    }
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
    const answer = (): void => {
      if (requestGuard.refuses(request, response)) return;
      // Apart from handshakes, so that thousands of them from one address do not hold up a health check.
      const subscriber = `HTTP ${requestGuard.subscriberOf(request)}`;
      fairQueue.admit(subscriber, () => void respond(request, response), ANSWER_MS);
    };
    const isKnown = requestGuard.lookUp(request);
    if (isKnown === null) answer();
    else void isKnown.then(answer);
  };
  const server = create(SERVER_LIMITS, listener);
  requestGuard.guard(server);
  return server;
}

/** Listens, and tells the port: the one asked for, or a free one for 0. @throws ListenError */
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

/** Stops listening, waits for `answered`, then ends what is still open; settles when nothing is. */
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
