/**
 * Address of the agent that `src` names, without one of the agent that served this script, or of the page's own origin where the script
 * is of the npm package; `null` when it is no web address.
 */
export function agentUrlOf(src: string | null): string | null {
  const address = src || servedFrom();
  if (!URL.canParse(address, document.baseURI)) return null;
  const url = new URL(address, document.baseURI);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

/** One folder up, below whatever path a proxy has put before it. */
function servedFrom(): string {
  // Not below the page's <base>, if it has one.
  if (__IN_PACKAGE__ || __IS_SINGLE_FILE__) return globalThis.origin;
  return new URL(import.meta.env.DEV ? '/' : '..', import.meta.url).href;
}
