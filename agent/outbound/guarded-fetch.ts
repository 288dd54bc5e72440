import { errorCode } from '../system-error.ts';

export interface OutboundRequest {
  /** Default: `POST`. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** For everything, from looking up the name to the last byte that is read. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Ends the request early. */
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly isOk: boolean;
  /** The first 64 kB of the body. Written by a stranger. */
  readonly text: string;
  /** What `Retry-After` asks for, ms from now; `null` if it does not. */
  readonly retryAfterMs: number | null;
}

/** No answer came. `message` is a sentence without its full stop; it names the host, and no secret: neither path, query nor header. */
export class OutboundError extends Error {
  /** Of the operating system or the HTTP client (`ECONNREFUSED`), or `timeout`, `stopped`, `redirect`, `address`, `header`, `unknown`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'OutboundError';
    this.code = code;
  }
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
/** Longer names are cut in messages. */
const MAX_NAME_LENGTH = 100;
/** Of the connection or the body. `fetch` waits for a body as long as it was told, or fails with words that help nobody. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Sends one request to an address that the operator gave. Follows no redirect, waits for at most `timeoutMs`, and reads at most 64 kB of the answer,
 * whatever the receiver does.
 * @returns the answer with any status that is no redirect
 * @throws OutboundError
 */
export async function guardedFetch(
  address: string,
  { method = 'POST', headers = {}, body, timeoutMs = TIMEOUT_MS, signal }: OutboundRequest,
): Promise<OutboundAnswer> {
  const url = parseAddress(address);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const stop = (): void => timeout.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    const response = await fetch(url, {
      method,
      headers: readHeaders(headers),
      redirect: 'manual',
      signal: timeout.signal,
      ...(body === undefined ? {} : { body }),
    });
    const { status } = response;
    if (status >= 300 && status < 400) {
      void response.body?.cancel().catch(() => {});
      throw movedError(url, status, response.headers.get('location'));
    }
    return {
      status,
      isOk: response.ok,
      text: await readStart(response),
      retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
    };
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (signal?.aborted === true)
      throw new OutboundError('stopped', `The request to ${nameOf(url)} was ended`);
    if (timeout.signal.aborted)
      throw new OutboundError('timeout', `${nameOf(url)} did not answer within ${timeoutMs / 1000} s`);
    throw unreachable(url, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    // Whatever is still open, such as an answer without end.
    timeout.abort();
  }
}

/**
 * How long `Retry-After` (RFC 9110, 10.2.3) asks to wait: a number of seconds or a date.
 * @returns ms from `nowMs`, not negative; `null` if the header is absent or neither
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  // Other forms that `Date.parse` takes would be guesses.
  const atMs = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new OutboundError('address', 'The address is not one of http:// or https://');
  // `fetch` refuses these with a message that holds the password.
  if (url.username !== '' || url.password !== '')
    throw new OutboundError('address', `The address at ${nameOf(url)} holds a user name or password`);
  return url;
}

/** `fetch` would repeat the value of a bad header, which may be a secret. */
function readHeaders(pairs: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(pairs)) {
    if (OWN_HEADERS.has(name.toLowerCase()))
      throw new OutboundError('header', `The header ${name} is set with each request: leave it out`);
    try {
      headers.set(name, value);
    } catch {
      throw new OutboundError(
        'header',
        'A header has a name or value with characters that HTTP does not allow',
      );
    }
  }
  return headers;
}

async function readStart(response: Response): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = response.body;
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Compressed answers count as what they unpack to.
  try {
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk.subarray(0, MAX_ANSWER_BYTES - bytes), { stream: true });
      bytes += chunk.byteLength;
      if (bytes >= MAX_ANSWER_BYTES) break;
    }
  } catch (error) {
    // Who has taken a message must not get it again because the rest of the answer does not come.
    if (!response.ok) throw error;
  }
  return text;
}

/** Names the new origin only: its path may hold a secret. */
function movedError(from: URL, status: number, location: string | null): OutboundError {
  const to = location !== null && URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  if (to === null || !/^https?:$/.test(to.protocol))
    return new OutboundError(
      'redirect',
      `${nameOf(from)} answers with a redirect (${status}), and none is followed`,
    );
  const where =
    to.origin === from.origin ? 'another path of the same server' : to.origin.slice(0, MAX_NAME_LENGTH);
  return new OutboundError(
    'redirect',
    `${nameOf(from)} has moved to ${where} (${status}): give that address`,
  );
}

function unreachable(url: URL, error: unknown): OutboundError {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = errorCode(cause) ?? errorCode(error);
  if (code !== undefined) return new OutboundError(code, `${nameOf(url)} could not be reached: ${code}`);
  // The only ones without a code that are no defect: ports that browsers block, such as 6000.
  const isBlocked = cause instanceof Error && cause.message === 'bad port';
  return isBlocked
    ? new OutboundError('address', `Port ${url.port} is one that HTTP clients refuse to ask: choose another`)
    : new OutboundError('unknown', `${nameOf(url)} could not be asked`);
}

function nameOf({ host }: URL): string {
  return host.slice(0, MAX_NAME_LENGTH);
}
