import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { CLIENT_LIMITS, SUBPROTOCOL } from '../../shared/protocol/messages.ts';
import { INTERNAL_ERROR, type AcceptConnection, type LetIn, type Peer } from '../sessions/connection.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { WebSocketConnection } from './web-socket-connection.ts';

/** The endpoint of the live protocol. */
export const METRICS_PATH = '/metrics';

/** RFC 6455, section 7.4.1. */
const UNSUPPORTED_DATA = 1003;

const SOCKET_LIMITS = {
  maxPayload: CLIENT_LIMITS.messageBytes,
  maxFragments: 16,
  maxBufferedChunks: 256,
  /** How long a peer may take to answer a close before its socket is cut. */
  closeTimeout: 1000,
  perMessageDeflate: false,
} as const;

export interface WebSocketOptions {
  readonly letIn: LetIn;
  /** Who sends a request, for the fair queue. */
  readonly subscriberOf: (request: IncomingMessage) => string;
  readonly fairQueue: FairQueue;
  readonly log: Logger;
  /** Settles when enough is known for `letIn`; `null` when it is. */
  readonly lookUp?: (request: IncomingMessage) => Promise<void> | null;
  /** In [0, 1); spreads the heartbeats. */
  readonly random: () => number;
}

export interface WebSocketTransport {
  /** Settles when every socket is closed, at most `closeTimeout` after the sessions were dismissed. */
  stop(): Promise<void>;
}

/**
 * Serves the live protocol over WebSocket (RFC 6455) at `METRICS_PATH` of `server`, whose requests are `UpgradableRequest`s. A handshake
 * that does not succeed is answered by the server's ordinary routes.
 */
export function serveWebSocket(
  server: Server,
  accept: AcceptConnection,
  { letIn, subscriberOf, fairQueue, lookUp = () => null, log, random }: WebSocketOptions,
): WebSocketTransport {
  const sockets = new WebSocketServer({
    ...SOCKET_LIMITS,
    noServer: true,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  sockets.on('wsClientError', (_error, socket, request) => answerOverHttp(server, request, socket));

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const handshakeFailed = (error: Error): void =>
      log.debug({ err: error }, 'A socket failed in its handshake');
    socket.on('error', handshakeFailed);
    if (!(socket instanceof Socket)) {
      answerOverHttp(server, request, socket);
      return;
    }
    const enter = (): void =>
      fairQueue.admit(subscriberOf(request), () => {
        // It may have left while it waited.
        if (socket.destroyed) return;
        const peer = letIn(request);
        if (peer === null) {
          answerOverHttp(server, request, socket);
          return;
        }
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          socket.off('error', handshakeFailed);
          const connection = new WebSocketConnection(webSocket, socket, random);
          attach(webSocket, connection, accept, peer, log);
        });
      });
    const isKnown = lookUp(request);
    if (isKnown === null) enter();
    else void isKnown.then(enter);
  };
  server.on('upgrade', upgrade);

  return {
    stop: () =>
      new Promise((resolve) => {
        server.off('upgrade', upgrade);
        sockets.close(() => resolve());
      }),
  };
}

function answerOverHttp(server: Server, request: IncomingMessage, socket: Duplex): void {
  if (!(socket instanceof Socket)) {
    socket.destroy();
    return;
  }
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  // Not `end`: an upgraded socket is under no timeout of the server, and its peer may never close its side.
  response.on('finish', () => socket.destroySoon());
  server.emit('request', request, response);
}

function attach(
  socket: WebSocket,
  connection: WebSocketConnection,
  accept: AcceptConnection,
  peer: Peer,
  log: Logger,
): void {
  const listener = accept(connection, socket.protocol === SUBPROTOCOL ? 'v1' : 'plain', peer);
  connection.listen(listener);
  socket.on('message', (frame: RawData, isBinary) => {
    if (isBinary || !Buffer.isBuffer(frame)) {
      socket.close(UNSUPPORTED_DATA, 'Text frames only');
      return;
    }
    try {
      listener.received(frame.toString());
    } catch (error) {
      // A defect of ours costs this client its connection, never the agent its life.
      log.error({ err: error }, 'A message could not be handled');
      socket.close(INTERNAL_ERROR, 'Internal error');
    }
  });
  // A breach of RFC 6455 or of the limits; ws closes by itself with the code that fits.
  socket.on('error', (error) => log.debug({ err: error }, 'A client broke the WebSocket protocol'));
  socket.on('close', () => listener.closed());
}
