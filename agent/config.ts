import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Scope } from './auth/grant.ts';
import type { RequestGuardSettings } from './http/request-guard/request-guard.ts';
import { THIS_HOST, type KernelRoots } from './sampling/kernel/roots.ts';

/** Rates over shorter intervals are noise: the kernel counts processor time in steps of 10 ms. */
export const MIN_INTERVAL_MS = 100;
export const MAX_INTERVAL_MS = 60_000;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where values come from: kernel files, systeminformation, or (`auto`) the better one on this platform. */
export const SOURCES = ['auto', 'systeminformation', 'linux'] as const;
export type Source = (typeof SOURCES)[number];

/** PEM files. */
export interface TlsFiles {
  /** The certificate, followed by its chain. */
  readonly cert: string;
  readonly key: string;
}

/** How much of the past to keep on disk. */
export interface HistorySettings {
  /** Absolute path. */
  readonly folder: string;
  /** Days of samples at one second; minutes and quarter hours are kept longer, in proportion. */
  readonly days: number;
  /** Of all files of the history together. */
  readonly maxBytes: number;
}

/** Where values are pushed to; `null` for nowhere. Addresses hold no secret; files are absolute paths, and read again for each request. */
export interface ExportSettings {
  /** Between two pushes. */
  readonly intervalMs: number;
  /** `url` is the base, to which `/v1/metrics` is added. */
  readonly otlp: { readonly url: string; readonly headersFile: string | null } | null;
  /** `url` is what lines are posted to. */
  readonly influx: { readonly url: string; readonly tokenFile: string | null } | null;
  /** `url` is one of mqtt, mqtts, ws and wss, and may hold a user name. */
  readonly mqtt: { readonly url: string; readonly passwordFile: string | null } | null;
}

/** Other agents whose hosts this one shows too. */
export interface RelaySettings {
  /** `http(s)://` addresses without a secret. */
  readonly urls: readonly string[];
  /** Absolute path of a file with their tokens; read again for each connection. `null` for none. */
  readonly tokensFile: string | null;
  /** Absolute path of certificates in PEM that they are verified with, beside those of the system. */
  readonly caFile: string | null;
}

/** How NATS is reached. Addresses hold no secret; files are absolute paths. */
export interface NatsSettings {
  /** `nats://` or `tls://` addresses of one cluster. */
  readonly servers: readonly string[];
  /** The seed of an nkey, or a credentials file of NATS; `null` for none. */
  readonly credentialsFile: string | null;
  /** As of relays. */
  readonly caFile: string | null;
}

export interface PublishSettings extends NatsSettings {
  /** The part of its subjects that is this host; `null`: made of the machine's id. */
  readonly name: string | null;
}

/** How clients are served, by an agent and by a gateway. */
export interface ServiceConfig extends RequestGuardSettings {
  /** 0 for any free port. */
  readonly port: number;
  /** Address or name to listen on. */
  readonly host: string;
  readonly logLevel: LogLevel;
  /** The admin secret; `null` for none, or one that the agent generates. */
  readonly token: string | null;
  /** Scope without a token; `null` for everything while the agent is only reachable from this machine and has no secret, else nothing. */
  readonly anonymous: Scope | null;
  /** Wrong tokens from one address within a minute that block it. */
  readonly maxWrongTokens: number;
  /** Absolute path of the folder that persists between runs. */
  readonly stateFolder: string;
  /** `null` for plain HTTP. */
  readonly tls: TlsFiles | null;
}

/** Every setting of an agent. Frozen once read (cli/read-config.ts). */
export interface Config extends ServiceConfig {
  /** Time between samples unless a viewer asks for a shorter one, `MIN_INTERVAL_MS` to `MAX_INTERVAL_MS`. */
  readonly intervalMs: number;
  /** `null` for none. */
  readonly history: HistorySettings | null;
  /** Absolute path of alerts.yaml, which need not exist; `null` for no alerts. */
  readonly alerts: string | null;
  /** `null` if nothing is pushed anywhere. */
  readonly exports: ExportSettings | null;
  /** What the operator labels this host with: `env: prod`. */
  readonly labels: Readonly<Record<string, string>>;
  /** `null` if no other hosts are shown. */
  readonly relay: RelaySettings | null;
  /** `null` if nothing is published. */
  readonly publish: PublishSettings | null;
  readonly source: Source;
  /** Absolute paths; not `/proc` and `/sys` when another host's are mounted elsewhere, as in a container. */
  readonly roots: KernelRoots;
  /** Whether viewers see process arguments, which may hold secrets. */
  readonly processArguments: boolean;
}

/** Every setting of a gateway. Frozen once read (cli/gateway-command.ts). */
export interface GatewayConfig extends ServiceConfig {
  readonly nats: NatsSettings;
  /** Of each host: its folder is one below this. `null` for none. */
  readonly history: HistorySettings | null;
  /** Of which hosts it is kept: ids, labels and globs of them. */
  readonly historyHosts: readonly string[];
}

export const DEFAULT_HISTORY_DAYS = 14;
export const DEFAULT_HISTORY_BYTES = 500_000_000;
export const DEFAULT_PUSH_SECONDS = 10;

/** Persistent state of system services (Filesystem Hierarchy Standard). */
const SYSTEM_STATE = '/var/lib';

export const DEFAULTS: Config = Object.freeze({
  port: 8080,
  host: '127.0.0.1',
  intervalMs: 1000,
  logLevel: 'info',
  token: null,
  source: 'auto',
  roots: THIS_HOST,
  processArguments: false,
  anonymous: null,
  maxWrongTokens: 5,
  stateFolder: defaultStateFolder(process.env),
  history: null,
  alerts: null,
  exports: null,
  labels: {},
  relay: null,
  publish: null,
  allowHosts: [],
  allowOrigins: [],
  trustedProxies: [],
  maxConnections: 10_000,
  maxConnectionsPerAddress: 64,
  tls: null,
});

/** Where rules and channels of alerts are, if nobody says otherwise. */
export function defaultAlertsFile(stateFolder: string): string {
  return join(stateFolder, 'alerts.yaml');
}

/** The folder that systemd gives, else the one of the XDG Base Directory Specification. */
function defaultStateFolder(env: NodeJS.ProcessEnv): string {
  const [systemd] = env['STATE_DIRECTORY']?.split(':') ?? [];
  if (systemd !== undefined && isAbsolute(systemd)) return systemd;
  // The specification ignores relative paths; secrets would otherwise land in the current folder.
  const base = [env['XDG_STATE_HOME'], env['LOCALAPPDATA'], userStateFolder()].find(
    (path) => path !== undefined && isAbsolute(path),
  );
  return join(base ?? SYSTEM_STATE, 'metrics-panel');
}

/** `undefined` for a user without a home folder, as in some containers. */
function userStateFolder(): string | undefined {
  try {
    return join(homedir(), '.local', 'state');
  } catch {
    return undefined;
  }
}
