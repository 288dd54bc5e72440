/** `https://host:8443/base` → `wss://host:8443/base/metrics`: agents may live behind a base path. */
export function liveEndpoint(agentUrl: string): string {
  const url = endpoint(agentUrl, 'metrics');
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Where the live protocol is spoken as server-sent events. */
export function sseEndpoint(agentUrl: string): URL {
  return endpoint(agentUrl, 'metrics/sse');
}

/** Where it is spoken by long polling. */
export function pollEndpoint(agentUrl: string): URL {
  return endpoint(agentUrl, 'metrics/poll');
}

function endpoint(agentUrl: string, path: string): URL {
  const url = new URL(agentUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`;
  url.search = '';
  url.hash = '';
  return url;
}
