import type { IncomingMessage } from 'node:http';
import type { Peer } from '../transports/connection.ts';

/** Tells who sent a request. */
export function peerOf(request: IncomingMessage | undefined): Peer {
  return {
    address: request?.socket.remoteAddress ?? '',
    origin: request?.headers.origin ?? null,
    isWelcome: true,
  };
}
