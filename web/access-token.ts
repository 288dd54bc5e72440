import { recall, remember } from './storage.ts';

/**
 * The token for the agent, from `#token=…` of the page's address or, after a reload, from this tab's session.
 * It is taken out of the address at once: a fragment is not sent to servers, but it stays in histories and screenshots.
 */
export function takeAccessToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return recall(() => sessionStorage, key()) || undefined;
  history.replaceState(null, '', location.pathname + location.search);
  keepAccessToken(token);
  return token;
}

/** For this tab, until it is closed. The empty text is none: what was refused would be one more wrong token at each reload. */
export function keepAccessToken(token: string): void {
  remember(() => sessionStorage, key(), token);
}

/** Of this agent: behind a reverse proxy, another may be below another path of the same origin, and has no business with its token. */
function key(): string {
  return `metrics-panel.token ${new URL('.', document.baseURI).pathname}`;
}
