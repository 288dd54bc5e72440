import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { WEBSOCKET_CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import { CLIENT_LIMITS, SUBPROTOCOL } from '../../shared/protocol/messages.ts';
import type { AcceptConnection } from '../sessions/connection.ts';
import type { AuthorizeUpgrade, Peer } from '../auth/peer.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { WebSocketConnection } from './web-socket-connection.ts';

/** The endpoint of the live protocol. */
export const METRICS_PATH = '/metrics';

const SOCKET_LIMITS = {
  maxPayload: CLIENT_LIMITS.messageBytes,
  maxFragments: 16,
  maxBufferedChunks: 256,
  /** How long a client may take to answer a close frame, ms. */
  closeTimeout: 1000,
  perMessageDeflate: false,
} as const;

export interface WebSocketOptions {
  readonly authorizeUpgrade: AuthorizeUpgrade;
  /** Lane of the fair queue. */
  readonly clientKeyOf: (request: IncomingMessage) => string;
  readonly fairQueue: FairQueue;
  readonly log: Logger;
  /** To await before `authorizeUpgrade`; `null` for nothing. */
  readonly refreshTokens?: (request: IncomingMessage) => Promise<void> | null;
  /** In [0, 1); spreads the heartbeats. */
  readonly random: () => number;
}

export interface WebSocketTransport {
  /** Settles when every socket is closed, at most `closeTimeout` after the sessions were dismissed. */
  stop(): Promise<void>;
}

/**
 * Serves the live protocol over WebSocket (RFC 6455) at `METRICS_PATH`. The requests of `server` must be `UpgradableRequest`s. A failed handshake
 * is answered over HTTP by the server's routes.
 */
export function serveWebSocket(
  server: Server,
  accept: AcceptConnection,
  { authorizeUpgrade, clientKeyOf, fairQueue, refreshTokens = () => null, log, random }: WebSocketOptions,
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
    const handshake = (): void =>
      fairQueue.admit(clientKeyOf(request), () => {
        // The client may have disconnected in the queue.
        if (socket.destroyed) return;
        const peer = authorizeUpgrade(request);
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
    const refreshed = refreshTokens(request);
    if (refreshed === null) handshake();
    else void refreshed.then(handshake);
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
  // Not `end`: the server has no timeout for upgraded sockets, and the client may never close its side.
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
      socket.close(WEBSOCKET_CLOSE_CODES.unsupportedData, 'Text frames only');
      return;
    }
    try {
      listener.received(frame.toString());
    } catch (error) {
      // A bug must not end the agent, only this connection.
      log.error({ err: error }, 'A message could not be handled');
      socket.close(WEBSOCKET_CLOSE_CODES.internalError, 'Internal error');
    }
  });
  // A violation of RFC 6455 or of the limits; ws closes with the matching code by itself.
  socket.on('error', (error) => log.debug({ err: error }, 'A client broke the WebSocket protocol'));
  socket.on('close', () => listener.closed());
}
