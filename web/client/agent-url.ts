/**
 * Resolves the `src` of a panel. Empty: the agent that served this script, or, in the npm package, the page's own origin.
 * Of `ws://HOST/metrics`, the address of a WebSocket, it is `http://HOST`. `null` if that is not an http(s) address.
 */
export function agentUrlOf(src: string | null): string | null {
  const address = (src || servedFrom()).replace(/^ws(s?:.*?)(\/metrics)?$/, 'http$1');
  if (!URL.canParse(address, document.baseURI)) return null;
  const url = new URL(address, document.baseURI);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
}

/** One folder above the script, whatever path a proxy has put before it. Ignores the page's `<base>`. */
function servedFrom(): string {
  if (__IN_PACKAGE__ || __IS_SINGLE_FILE__) return globalThis.origin;
  return new URL(import.meta.env.DEV ? '/' : '..', import.meta.url).href;
}
