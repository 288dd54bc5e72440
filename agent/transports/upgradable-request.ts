import { IncomingMessage } from 'node:http';
import { METRICS_PATH, PROTOCOLS } from './websocket.ts';

/** Whether a request is a WebSocket handshake for the live endpoint, with a known subprotocol or none. */
export function isHandshake({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    url?.split('?', 1)[0] === METRICS_PATH &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    offersSubprotocol(headers)
  );
}

function offersSubprotocol(headers: IncomingMessage['headers']): boolean {
  const offered = headers['sec-websocket-protocol']?.split(',');
  return offered === undefined || offered.some((name) => PROTOCOLS.has(name.trim()));
}

/**
 * The server's request class: Node reads `upgrade` once the head is parsed. Every upgrade but a WebSocket handshake is ignored (RFC 9110,
 * section 7.8), so the request is answered over HTTP/1.1 and the connection stays usable. Clients offer HTTP/2 (`h2c`) like that.
 * Node 24.9 has `shouldUpgradeCallback` for this; the oldest supported Node has not.
 */
export class UpgradableRequest extends IncomingMessage {
  /** Set by the superclass constructor, before fields of this class are initialized. */
  declare private wantsUpgrade: boolean | null;

  get upgrade(): boolean {
    return this.wantsUpgrade === true && (this.method === 'CONNECT' || isHandshake(this));
  }

  set upgrade(wants: boolean | null) {
    this.wantsUpgrade = wants;
  }
}
