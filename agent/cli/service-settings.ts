import { join } from 'node:path';
import type { HistorySettings, ServiceConfig, TlsFiles } from '../config.ts';
import type { HistoryOptions, ServiceOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

/** How clients are served, from the flags for that. @throws UsageError */
export function readService(options: ServiceOptions): ServiceConfig {
  const { anonymous, tlsCert, tlsKey } = options;
  return {
    port: options.port,
    host: options.host,
    logLevel: options.logLevel,
    token: readToken(),
    anonymous: anonymous === undefined ? null : { metrics: anonymous, tables: anonymous, hosts: ['*'] },
    stateFolder: options.state,
    allowHosts: options.allowHost,
    allowOrigins: options.allowOrigin,
    trustedProxies: options.trustedProxy,
    maxConnections: options.maxConnections,
    maxConnectionsPerAddress: options.maxConnectionsPerAddress,
    maxWrongTokens: options.maxWrongTokens,
    tls: bothOrNeither(tlsCert, tlsKey),
  };
}

/** @returns `null` if no history is kept */
export function readHistory({
  state,
  history,
  historyMaxSize,
  historyFolder,
}: HistoryOptions & Pick<ServiceOptions, 'state'>): HistorySettings | null {
  if (history === 'off') return null;
  return { folder: historyFolder ?? join(state, 'history'), days: history, maxBytes: historyMaxSize };
}

function readToken(): string | null {
  const token = process.env['METRICS_PANEL_TOKEN'];
  if (token === '')
    throw new UsageError(
      'METRICS_PANEL_TOKEN is empty: set it to a secret, or unset it, and the agent makes one where others can reach it.',
    );
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      'METRICS_PANEL_TOKEN holds a space or a letter that no HTTP header can carry: use visible ASCII characters only.',
    );
  }
  return token ?? null;
}

function bothOrNeither(cert: string | undefined, key: string | undefined): TlsFiles | null {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  throw new UsageError(
    `--tls-${cert === undefined ? 'cert' : 'key'} (METRICS_PANEL_TLS_${cert === undefined ? 'CERT' : 'KEY'}) is missing: TLS takes a certificate and its key.`,
  );
}
