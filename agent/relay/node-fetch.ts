import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { Fetch } from '../../shared/transports/fetch.ts';
import { ConnectError, connectErrorOf } from './connect-error.ts';

/** Statuses whose answers have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
/** As of a WebSocket message: of an answer, or of one event where it is a stream of them. */
const MAX_BYTES = 16 * 1024 * 1024;
const EVENTS = 'text/event-stream';
const LINE_END = 0x0a;

/**
 * `fetch` with certificates of the operator, which Node's own takes only for all requests of the process. Follows no redirect, since the token must go to
 * no other address, and gives up an answer that is larger than any agent's.
 * @param ca as of `tls.connect`; asked for each request
 */
export function nodeFetch(ca: () => readonly string[] | undefined): Fetch {
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const trusted = ca();
      const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal ? { signal } : {}),
        ...(trusted === undefined ? {} : { ca: [...trusted] }),
      });
      outgoing.on('error', (error) => reject(connectErrorOf(error)));
      outgoing.on('response', (answer) => {
        const { statusCode: status = 502, headers: received } = answer;
        const hasBody = !WITHOUT_BODY.has(status);
        if (!hasBody) answer.resume();
        const content = hasBody ? webStream(limited(answer)) : null;
        resolve(new Response(content, { status, headers: textHeaders(received) }));
      });
      outgoing.end(typeof body === 'string' ? body : undefined);
    });
}

function textHeaders(headers: http.IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
}

/** @throws ConnectError in the reader */
async function* limited(answer: http.IncomingMessage): AsyncGenerator<Buffer, void> {
  const isStream = answer.headers['content-type']?.startsWith(EVENTS) === true;
  let bytes = 0;
  let isAfterLine = false;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const end = isStream ? chunk.lastIndexOf('\n\n') : -1;
    const isEnd = end >= 0 || (isStream && isAfterLine && chunk[0] === LINE_END);
    bytes = isEnd ? chunk.byteLength - Math.max(end, 0) : bytes + chunk.byteLength;
    if (bytes > MAX_BYTES) throw new ConnectError('its answer is larger than any agent gives');
    isAfterLine = chunk.at(-1) === LINE_END;
    yield chunk;
  }
}

function webStream(chunks: AsyncIterable<Buffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return Readable.toWeb(Readable.from(chunks, { objectMode: false })) as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
}
