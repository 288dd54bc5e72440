import { recall, remember } from '../browser/storage.ts';

/**
 * The token for the agent, from `#token=…` of the page's address or, after a reload, from this tab's session. Removes it from the
 * address: a fragment is not sent to servers, but it stays in histories and screenshots.
 */
export function takeAccessToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return recall(() => sessionStorage, key()) || undefined;
  history.replaceState(null, '', location.pathname + location.search);
  keepAccessToken(token);
  return token;
}

/** Keeps the token until the tab is closed. After a refusal, keep an empty string: otherwise each reload would count as another wrong token. */
export function keepAccessToken(token: string): void {
  remember(() => sessionStorage, key(), token);
}

/** One per path: behind a reverse proxy, another agent of the same origin must not get the token. */
function key(): string {
  return `metrics-panel.token ${new URL('.', document.baseURI).pathname}`;
}
