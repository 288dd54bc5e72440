import type { IncomingMessage } from 'node:http';

/** Of the agent's own, or typed, or from a bookmark. */
const OWN_SITES: ReadonlySet<string | string[]> = new Set(['same-origin', 'none']);

/** The documents that there are. */
const PAGES: ReadonlySet<string | undefined> = new Set(['/', '/index.html']);

/**
 * Whether a browser says that a page of another origin asks (W3C Fetch Metadata, section 2.3), also where it sends no `Origin`: an image, a
 * frame, a script, a request whose answer nobody may read. No page can change that. Programs do not say it, and neither do browsers
 * where the agent is reached over plain HTTP by another name than this machine's.
 */
export function isOfAnotherOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && !OWN_SITES.has(site);
}

/** Whether a browser says that the page is of the very origin that it asks. */
export function isOfOwnOrigin({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] === 'same-origin';
}

/** Whether a browser goes to a page of the agent, by a link or in a frame; which pages may frame it is said in its headers. */
export function isNavigation({ method, url, headers }: IncomingMessage): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && headers['sec-fetch-mode'] === 'navigate' && PAGES.has(url?.split('?', 1)[0]);
}
