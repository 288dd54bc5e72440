const STORAGE_KEY = 'metrics-panel.token';

/**
 * The token for the agent, from `#token=…` of the page's address or, after a reload, from this tab's session.
 * It is taken out of the address at once: a fragment is not sent to servers, but it stays in histories and screenshots.
 */
export function takeAccessToken(): string | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token === null) return sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  sessionStorage.setItem(STORAGE_KEY, token);
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
