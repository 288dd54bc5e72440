import type { TransportEvents } from '../../shared/client/transport.ts';
import { CLOSE_CODES } from '../../shared/close-codes.ts';

const BROKEN = 1006;

/**
 * Tells what a refusal over HTTP means in the words of the protocol: the body is a message of it where it is JSON, and 401
 * is the close of a failed authentication.
 */
export async function reportRefusal(
  response: Response,
  events: TransportEvents,
  signal: AbortSignal,
): Promise<void> {
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') ?? false;
  const text = isJson ? await response.text() : '';
  if (isJson && !signal.aborted) events.received(text);
  // What was received may have made the listener renew or close: this request is then somebody else's past.
  if (signal.aborted) return;
  if (response.status === 401) events.closed(CLOSE_CODES.authenticationFailed, '');
  else events.closed(BROKEN, `The agent answered ${response.status}`);
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}
