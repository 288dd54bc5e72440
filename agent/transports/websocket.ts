import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { WEBSOCKET_CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import { CLIENT_LIMITS, PING, SUBPROTOCOL, SUBPROTOCOL_MSGPACK } from '../../shared/protocol/messages.ts';
import type { AcceptConnection } from '../sessions/connection.ts';
import type { AuthorizeUpgrade } from '../auth/peer.ts';
import type { WireFormat } from '../sessions/frame.ts';
import { loadMessagePack } from '../sessions/message-pack.ts';
import type { FairQueue } from '../sessions/fair-queue.ts';
import { connectionOf, ViewerSocket, WebSocketConnection } from './web-socket-connection.ts';

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

/** The subprotocols, which all select the v1 profile. */
export const PROTOCOLS: ReadonlySet<string> = new Set([SUBPROTOCOL, SUBPROTOCOL_MSGPACK]);

/** Why a connection is closed that was sent another frame. */
const EXPECTED_FRAMES: Readonly<Record<WireFormat, string>> = {
  json: 'Text frames only',
  msgpack: 'Binary frames only, but for a ping',
};
const PING_FRAME = Buffer.from(PING);

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
    WebSocket: ViewerSocket,
    // The order is the client's.
    handleProtocols: (offered) => [...offered].find((name) => PROTOCOLS.has(name)) ?? false,
  });
  sockets.on('wsClientError', (_error, socket, request) => answerOverHttp(server, request, socket));

  const { take, tellError, tellClose } = listenersFor(log);
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
        // The handshake's answer, the welcome and its ping are one write: thousands of clients may come back at once.
        socket.cork();
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          socket.off('error', handshakeFailed);
          const connection = new WebSocketConnection(webSocket, socket, random);
          const profile = PROTOCOLS.has(webSocket.protocol) ? 'v1' : 'plain';
          connection.listener = accept(connection, profile, peer);
          webSocket.on('message', take);
          webSocket.on('error', tellError);
          webSocket.on('close', tellClose);
        });
        socket.uncork();
      });
    const first = [refreshTokens(request), offersMessagePack(request) ? loadMessagePack() : null].filter(
      (promise) => promise !== null,
    );
    if (first.length === 0) handshake();
    else
      void Promise.all(first).then(handshake, (error: unknown) => {
        log.error({ err: error }, 'A handshake could not be prepared');
        socket.destroy();
      });
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

function offersMessagePack({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-protocol']?.includes(SUBPROTOCOL_MSGPACK) === true;
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

interface Listeners {
  readonly take: (this: WebSocket, frame: RawData, isBinary: boolean) => void;
  readonly tellError: (error: Error) => void;
  readonly tellClose: (this: WebSocket) => void;
}

/** For all sockets. */
function listenersFor(log: Logger): Listeners {
  return {
    take(frame, isBinary) {
      const connection = connectionOf(this);
      if (connection === null) return;
      const message = Buffer.isBuffer(frame) ? messageOf(frame, isBinary, connection.format) : null;
      if (message === null) {
        this.close(WEBSOCKET_CLOSE_CODES.unsupportedData, EXPECTED_FRAMES[connection.format]);
        return;
      }
      try {
        connection.listener?.received(message);
      } catch (error) {
        // A bug must not end the agent, only this connection.
        log.error({ err: error }, 'A message could not be handled');
        this.close(WEBSOCKET_CLOSE_CODES.internalError, 'Internal error');
      }
    },
    // A violation of RFC 6455 or of the limits; ws closes with the matching code by itself.
    tellError: (error) => log.debug({ err: error }, 'A client broke the WebSocket protocol'),
    tellClose() {
      connectionOf(this)?.listener?.closed();
    },
  };
}

/** `null` for a frame that the format does not have. */
function messageOf(frame: Buffer, isBinary: boolean, format: WireFormat): string | Uint8Array | null {
  if (format === 'json') return isBinary ? null : frame.toString();
  // A copy: the frame is part of a larger buffer, which would be kept as long as the message waits.
  if (isBinary) return new Uint8Array(frame);
  return frame.equals(PING_FRAME) ? PING : null;
}
