import { IncomingMessage } from 'node:http';
import { SUBPROTOCOL } from '../../shared/protocol/messages.ts';
import { METRICS_PATH } from './websocket.ts';

/** Whether a request asks for a WebSocket where there is one, in a subprotocol that is known or in none. */
export function isHandshake({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    url?.split('?', 1)[0] === METRICS_PATH &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    offersKnown(headers)
  );
}

function offersKnown(headers: IncomingMessage['headers']): boolean {
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
  return offered === undefined || offered.includes(SUBPROTOCOL);
}

/**
 * What Node makes of each request, and asks whether it is an upgrade once its head is read. To anything but a handshake for a WebSocket this
 * says no, as RFC 9110 allows in section 7.8: the request is answered as if it had asked for nothing else, with its body, and the
 * connection goes on. Clients ask for HTTP/2 like that. (From Node 24.9 on there is `shouldUpgradeCallback`.)
 */
export class UpgradableRequest extends IncomingMessage {
  /** Set before this class is, by the constructor above. */
  declare private asksForUpgrade: boolean | null;

  get upgrade(): boolean {
    return this.asksForUpgrade === true && (this.method === 'CONNECT' || isHandshake(this));
  }

  set upgrade(asks: boolean | null) {
    this.asksForUpgrade = asks;
  }
}
