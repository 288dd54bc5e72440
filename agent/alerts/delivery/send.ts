import { guardedFetch, OutboundError, type OutboundRequest } from '../../outbound/guarded-fetch.ts';
import { DeliveryError } from './delivery-error.ts';

/** No connection: the name is not known, nothing listens, or there is no way. */
const UNREACHED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What the usual statuses mean for whoever set the channel up. */
const HINTS: ReadonlyMap<number, string> = new Map([
  [400, 'it does not take such a message: check the channel’s settings'],
  [401, 'check its token or password'],
  [403, 'check its token or password'],
  [404, 'check its address'],
  [405, 'check its address'],
  [410, 'the address is no longer in use'],
  [413, 'the message is too long for it'],
  [429, 'too many messages'],
]);

/**
 * Sends one request to a channel. Any answer but 2xx is a failure.
 * @throws DeliveryError
 */
export async function send(address: string, request: OutboundRequest): Promise<void> {
  const { status, isOk, retryAfterMs } = await guardedFetch(address, request).catch((error: unknown) => {
    throw error instanceof OutboundError ? failureOf(error) : error;
  });
  if (isOk) return;
  const hint = HINTS.get(status);
  const { host } = new URL(address);
  // Not what it says: a stranger could repeat the secret in it.
  throw new DeliveryError(`${host} answered ${status}${hint === undefined ? '' : `: ${hint}`}`, {
    retryAfterMs,
  });
}

/** As `send`, with a JSON body. */
export function sendJson(
  address: string,
  body: unknown,
  { headers = {}, ...rest }: OutboundRequest,
): Promise<void> {
  return send(address, {
    ...rest,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function failureOf({ code, message }: OutboundError): DeliveryError {
  return new DeliveryError(`${message}${explanationOf(code)}`, { isUnreached: isUnreached(code) });
}

/** Whether an error code means that there was no connection at all. */
export function isUnreached(code: string): boolean {
  return UNREACHED.has(code);
}

/** Codes that say little to people. */
export function explanationOf(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return ' (the name was not found)';
  if (code === 'ECONNREFUSED') return ' (nothing listens there)';
  if (/CERT|SELF_SIGNED|SIGNATURE/.test(code)) return ' (its certificate is not trusted here)';
  if (/^ERR_(?:SSL|TLS)|EPROTO/.test(code)) return ' (it speaks no TLS that is understood here)';
  return '';
}
