import type { TransportEvents } from '../client/transport.ts';
import { CONNECTION_BROKEN, type CLOSE_CODES } from '../protocol/close-codes.ts';
import { isRecord, parse } from '../protocol/wire-json.ts';

/** Room for a sentence, not for a proxy's error page. */
const MOST_CHARACTERS = 500;

/**
 * Translates an HTTP refusal into events of the protocol: a JSON body with a `type` is a message, and 401 is the close code of a
 * failed authentication. Otherwise a text body is the reason.
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
  // The listener may have renewed or closed the connection because of the message.
  if (signal.aborted) return;
  if (response.status === 401) {
    // A literal: importing the table would keep all of it in the script that loads first.
    events.closed(4000 satisfies typeof CLOSE_CODES.authenticationFailed, '');
    return;
  }
  const { error, code, id, retryMs } = answer;
  const said = sentence(isJson ? error : text);
  // An error with an `id` is about one subscription.
  if (said === '' || id !== undefined) {
    events.closed(CONNECTION_BROKEN, `The agent answered ${response.status}`);
    return;
  }
  const seconds = Number(response.headers.get('Retry-After'));
  events.closed(CONNECTION_BROKEN, said, {
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

/** Without the full stop, to be quoted in a sentence. */
function sentence(text: unknown): string {
  return typeof text === 'string' ? text.trim().slice(0, MOST_CHARACTERS).replace(/\.$/, '') : '';
}
