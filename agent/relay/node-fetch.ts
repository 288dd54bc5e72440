import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { Fetch } from '../../shared/transports/fetch.ts';
import { connectErrorOf } from './connect-error.ts';

/** Statuses whose answers have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * `fetch` with certificates of the operator, which Node's own takes only for all requests of the process. Follows no redirect, since the token must go to
 * no other address.
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
        const content = hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array<ArrayBuffer>>) : null;
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
