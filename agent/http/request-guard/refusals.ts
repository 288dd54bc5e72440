import { MAX_UNADMITTED_PER_ADDRESS, type FullLimit } from './connection-limits.ts';
import type { FullSockets } from './socket-limits.ts';
import { cleaned, refusal, type HttpRefusal } from './refusal.ts';

export function unknownHost(host: string): HttpRefusal {
  const name = cleaned(host);
  return refusal(
    421,
    'host',
    `This agent does not answer to the name ${name}: if it is yours, start the agent with --allow-host ${name} (METRICS_PANEL_ALLOW_HOST).`,
    name,
  );
}

/** @param asksForToken whether a page that is allowed would still have to show one */
export function unknownOrigin(origin: string, asksForToken: boolean): HttpRefusal {
  return refusedOrigin('origin', origin, (name) => describeOrigin(name, asksForToken));
}

/** The browser says that the page is of the very origin that it asks: what stands between them has changed the host. @param host that the agent was asked for */
export function unknownHostOfPage(origin: string, host: string): HttpRefusal {
  return refusedOrigin(
    'host-of-page',
    origin,
    (name) =>
      `This page is of ${name}, but the agent was asked as ${cleaned(host)}: let the reverse proxy between them pass on the Host that the browser asked (nginx: proxy_set_header Host $http_host), or start the agent with --allow-origin ${name} (METRICS_PANEL_ALLOW_ORIGIN).`,
  );
}

function refusedOrigin(kind: string, origin: string, describe: (name: string) => string): HttpRefusal {
  const name = cleaned(origin);
  return { ...refusal(403, kind, describe(name), name), code: 'origin_not_allowed' };
}

function describeOrigin(name: string, asksForToken: boolean): string {
  if (name === 'null' || name.startsWith('file:')) {
    return 'This page has no origin of its own, as files and sandboxed frames have none: serve it over HTTP, and start the agent with --allow-origin (METRICS_PANEL_ALLOW_ORIGIN) and its origin.';
  }
  const token = asksForToken
    ? `make a token for them (npm start -- token create --metrics "cpu,memory" --origins ${name}), or `
    : '';
  return `Pages of ${name} may not use this agent: if they should, ${token}start it with --allow-origin ${name} (METRICS_PANEL_ALLOW_ORIGIN); where a reverse proxy serves the agent's own page there, let it pass on Host (nginx: proxy_set_header Host $http_host).`;
}

/** A page asks in a way in which browsers do not say which. */
export function unknownPage(): HttpRefusal {
  return refusal(
    403,
    'fetch-site',
    'Pages of other origins may not use this agent, and this one does not say which it is: open the dashboard by its own address, or start the agent with --allow-origin (METRICS_PANEL_ALLOW_ORIGIN) and the origin of the page, and let it ask with CORS.',
  );
}

export function blocked(address: string, blockedMs: number): HttpRefusal {
  return {
    ...refusal(
      429,
      'wrong-tokens',
      `Too many wrong tokens have come from ${address}: wait, or start the agent with a higher --max-wrong-tokens (METRICS_PANEL_MAX_WRONG_TOKENS); where that is a reverse proxy, name it with --trusted-proxy (METRICS_PANEL_TRUSTED_PROXY).`,
      address,
    ),
    code: 'too_many_attempts',
    retryAfterS: Math.ceil(blockedMs / 1000),
  };
}

/** When a client may try again that came while the tokens could not be read. */
const MENDED_AFTER_S = 5;

/** Whether there is one for the page's origin, nobody knows. @param origin as in `HttpRefusal` */
export function tokensUnreadable(origin: HttpRefusal['origin']): HttpRefusal {
  return {
    ...refusal(503, 'tokens', 'The agent cannot look at tokens now, and its log says why: try again later.'),
    retryAfterS: MENDED_AFTER_S,
    origin: origin ?? null,
  };
}

/** When a client may try again that came when there was no room. */
const FULL_RETRY_AFTER_S = 5;

export function noRoom(limit: FullLimit, address: string): HttpRefusal {
  return { ...describeFull(limit, address), retryAfterS: FULL_RETRY_AFTER_S };
}

function describeFull(limit: FullLimit, address: string): HttpRefusal {
  switch (limit) {
    case 'all':
      return refusal(
        503,
        'connections',
        'This agent has as many live connections as it takes: try again later, or start it with a higher --max-connections (METRICS_PANEL_MAX_CONNECTIONS).',
      );
    case 'address':
      return refusal(
        503,
        'connections-of-address',
        `There are too many live connections from ${address}: close some, or start the agent with a higher --max-connections-per-address (METRICS_PANEL_MAX_CONNECTIONS_PER_ADDRESS); where that is a reverse proxy, name it with --trusted-proxy (METRICS_PANEL_TRUSTED_PROXY).`,
        address,
      );
    case 'unadmitted':
      return refusal(
        503,
        'unauthenticated-of-address',
        `${MAX_UNADMITTED_PER_ADDRESS} connections from ${address} have not shown a token yet: send it in the first message, and try again; where that is a reverse proxy, name it with --trusted-proxy (METRICS_PANEL_TRUSTED_PROXY).`,
        address,
      );
  }
}

/** There are as many sockets as there may be, whoever has them. */
export function noSocket(limit: FullSockets, address = ''): HttpRefusal {
  return { ...describeFullSockets(limit, address), retryAfterS: FULL_RETRY_AFTER_S };
}

function describeFullSockets(limit: FullSockets, address: string): HttpRefusal {
  switch (limit) {
    case 'all':
      return refusal(
        503,
        'sockets',
        'This agent has as many connections as it takes: try again later, or start it with a higher --max-connections (METRICS_PANEL_MAX_CONNECTIONS).',
      );
    case 'address':
      return refusal(
        503,
        'sockets-of-address',
        `There are too many connections from ${address}: close some, or start the agent with a higher --max-connections-per-address (METRICS_PANEL_MAX_CONNECTIONS_PER_ADDRESS); where that is a reverse proxy, name it with --trusted-proxy (METRICS_PANEL_TRUSTED_PROXY).`,
        address,
      );
    case 'files':
      return refusal(
        503,
        'open-files',
        'This agent has as many files and connections open as its process may: try again later, or raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service).',
      );
  }
}
