import type { TransportEvents } from '../../shared/client/transport.ts';
import type { CLOSE_CODES } from '../../shared/protocol/close-codes.ts';
import { isRecord, parse } from '../../shared/protocol/wire-json.ts';

const BROKEN = 1006;
/** A sentence, and no page of somebody else. */
const MOST_CHARACTERS = 500;

/**
 * Tells what a refusal over HTTP means in the  * of the protocol: the body is a message of it where it says its type, and 401 is the
 * close of a failed authentication. Else the body is the sentence of whoever refused, if it is text.
 */
export async function reportRefusal(
  response: Response,
  events: TransportEvents,
  signal: AbortSignal,
): Promise<void> {
  const type = response.headers.get('Content-Type') ?? '';
  const isJson = type.startsWith('application/json');
  const text = isJson || type.startsWith('text/plain') ? await response.text() : '';
  const answer = isJson ? fieldsOf(text) : {};
  if (typeof answer['type'] === 'string' && !signal.aborted) events.received(text);
  // What was received may have made the listener renew or close: this request is then somebody else's past.
  if (signal.aborted) return;
  if (response.status === 401) {
    // A literal: importing the table would keep all of it in the script that loads first.
    events.closed(4000 satisfies typeof CLOSE_CODES.authenticationFailed, '');
    return;
  }
  const { error, code, id, retryMs } = answer;
  const said = sentence(isJson ? error : text);
  // One that names a subscription is about that alone.
  if (said === '' || id !== undefined) {
    events.closed(BROKEN, `The agent answered ${response.status}`);
    return;
  }
  const seconds = Number(response.headers.get('Retry-After'));
  events.closed(BROKEN, said, {
    code: typeof code === 'string' ? code : undefined,
    retryMs: typeof retryMs === 'number' ? retryMs : seconds * 1000 || undefined,
  });
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** Without the full stop: it stands in other sentences. */
function sentence(text: unknown): string {
  return typeof text === 'string' ? text.trim().slice(0, MOST_CHARACTERS).replace(/\.$/, '') : '';
}
