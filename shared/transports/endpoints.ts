/** `https://host:8443/base` → `wss://host:8443/base/metrics`: a proxy may serve an agent below a path. */
export function liveEndpoint(agentUrl: string): string {
  const url = endpoint(agentUrl, 'metrics');
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

export function sseEndpoint(agentUrl: string): URL {
  return endpoint(agentUrl, 'metrics/sse');
}

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
