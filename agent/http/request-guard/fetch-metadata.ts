import type { IncomingMessage } from 'node:http';

/** The agent's own pages, and `none` for addresses that are typed or bookmarked. */
const OWN_SITES: ReadonlySet<string | string[]> = new Set(['same-origin', 'none']);

/** The agent's HTML documents. */
const PAGES: ReadonlySet<string | undefined> = new Set(['/', '/index.html']);

/**
 * Whether the browser says that a page of another origin sent the request (W3C Fetch Metadata, section 2.3), also where it sends no `Origin`: images,
 * frames, scripts, `no-cors` fetches. Pages cannot change the header. Programs do not send it, nor do browsers over plain HTTP to another
 * machine.
 */
export function isCrossOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && !OWN_SITES.has(site);
}

/** Whether the browser says that the page has the same origin as the URL it requested. */
export function isSameOriginFetch({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] === 'same-origin';
}

/** Whether the browser navigates to a page of the agent, by a link or in a frame; `frame-ancestors` decides who may frame it. */
export function isNavigation({ method, url, headers }: IncomingMessage): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && headers['sec-fetch-mode'] === 'navigate' && PAGES.has(url?.split('?', 1)[0]);
}
