import { MAX_UNAUTHENTICATED_PER_ADDRESS, type ConnectionLimit } from './connection-limits.ts';
import type { SocketLimit } from './socket-limits.ts';
import { sanitize, refusal, type HttpRefusal } from './http-refusal.ts';

export function unknownHost(host: string): HttpRefusal {
  const name = sanitize(host);
  return refusal(
    421,
    'host',
    `This agent does not answer to the name ${name}: if it is yours, start the agent with --allow-host ${name} (METRICS_PANEL_ALLOW_HOST).`,
    name,
  );
}

/** @param needsToken whether an allowed page would still need a token */
export function unknownOrigin(origin: string, needsToken: boolean): HttpRefusal {
  return refusedOrigin('origin', origin, (name) => describeOrigin(name, needsToken));
}

/** The browser says same-origin, so a proxy in between has changed `Host`. @param host as the agent received it */
export function unknownHostOfPage(origin: string, host: string): HttpRefusal {
  return refusedOrigin(
    'host-of-page',
    origin,
    (name) =>
      `This page is of ${name}, but the agent was asked as ${sanitize(host)}: let the reverse proxy between them pass on the Host that the browser asked (nginx: proxy_set_header Host $http_host), or start the agent with --allow-origin ${name} (METRICS_PANEL_ALLOW_ORIGIN).`,
  );
}

function refusedOrigin(kind: string, origin: string, describe: (name: string) => string): HttpRefusal {
  const name = sanitize(origin);
  return { ...refusal(403, kind, describe(name), name), code: 'origin_not_allowed' };
}

function describeOrigin(name: string, needsToken: boolean): string {
  if (name === 'null' || name.startsWith('file:')) {
    return 'This page has no origin of its own, as files and sandboxed frames have none: serve it over HTTP, and start the agent with --allow-origin (METRICS_PANEL_ALLOW_ORIGIN) and its origin.';
  }
  const token = needsToken
    ? `make a token for them (npm start -- token create --metrics "cpu,memory" --origins ${name}), or `
    : '';
  return `Pages of ${name} may not use this agent: if they should, ${token}start it with --allow-origin ${name} (METRICS_PANEL_ALLOW_ORIGIN); where a reverse proxy serves the agent's own page there, let it pass on Host (nginx: proxy_set_header Host $http_host).`;
}

/** A page of another origin, in a request for which browsers send no `Origin`. */
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

const TOKENS_RETRY_AFTER_S = 5;

/** Whether a token exists for the page's origin is unknown. @param origin as in `HttpRefusal` */
export function tokensUnreadable(origin: HttpRefusal['origin']): HttpRefusal {
  return {
    ...refusal(503, 'tokens', 'The agent cannot look at tokens now, and its log says why: try again later.'),
    retryAfterS: TOKENS_RETRY_AFTER_S,
    origin: origin ?? null,
  };
}

const FULL_RETRY_AFTER_S = 5;

export function noRoom(limit: ConnectionLimit, address: string): HttpRefusal {
  return { ...describeFull(limit, address), retryAfterS: FULL_RETRY_AFTER_S };
}

function describeFull(limit: ConnectionLimit, address: string): HttpRefusal {
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
    case 'unauthenticated':
      return refusal(
        503,
        'unauthenticated-of-address',
        `${MAX_UNAUTHENTICATED_PER_ADDRESS} connections from ${address} have not shown a token yet: send it in the first message, and try again; where that is a reverse proxy, name it with --trusted-proxy (METRICS_PANEL_TRUSTED_PROXY).`,
        address,
      );
  }
}

export function noSocket(limit: SocketLimit, address = ''): HttpRefusal {
  return { ...describeSocketLimit(limit, address), retryAfterS: FULL_RETRY_AFTER_S };
}

function describeSocketLimit(limit: SocketLimit, address: string): HttpRefusal {
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
