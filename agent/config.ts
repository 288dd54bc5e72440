import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Scope } from './auth/grant.ts';
import type { RequestGuardSettings } from './http/request-guard/request-guard.ts';
import { THIS_HOST, type KernelRoots } from './sampling/kernel/roots.ts';

/** A rate over less is noise: the counters that it is made of move in steps of 10 ms. */
export const MIN_INTERVAL_MS = 100;
export const MAX_INTERVAL_MS = 60_000;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where values come from: the kernel's own files, systeminformation, or whichever of them is better on this platform. */
export const SOURCES = ['auto', 'systeminformation', 'linux'] as const;
export type Source = (typeof SOURCES)[number];

/** Files in PEM, as certificate authorities give them. */
export interface TlsFiles {
  /** The certificate, and behind it those that it hangs on. */
  readonly cert: string;
  readonly key: string;
}

/** Everything an operator can set. Frozen once read (cli.ts). */
export interface Config extends RequestGuardSettings {
  /** 0 lets the operating system choose a free port. */
  readonly port: number;
  /** Address or name to listen on. */
  readonly host: string;
  /** Time between samples while no viewer asks for more, `MIN_INTERVAL_MS` to `MAX_INTERVAL_MS`. */
  readonly intervalMs: number;
  readonly logLevel: LogLevel;
  /** The secret whose bearer may do everything; `null`: none, or one that the agent makes for itself. */
  readonly token: string | null;
  /** What those may see who show no token; `null`: everything while only this machine is listened to and there is no secret, else nothing. */
  readonly anonymous: Scope | null;
  /** How many wrong tokens an address may show within a minute; with the last of them it is blocked. */
  readonly maxWrongTokens: number;
  /** Absolute path of the folder of what outlives a run. */
  readonly stateFolder: string;
  readonly source: Source;
  /** Absolute paths; other ones than those of this host are of a host that is mounted somewhere. */
  readonly roots: KernelRoots;
  /** Whether viewers see the arguments of processes, which may hold secrets. */
  readonly processArguments: boolean;
  /** What the agent encrypts with; `null`: it speaks plain HTTP. */
  readonly tls: TlsFiles | null;
}

/** Where services keep what outlives a run. */
const FOR_ALL_USERS = '/var/lib';

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
  allowHosts: [],
  allowOrigins: [],
  trustedProxies: [],
  maxConnections: 10_000,
  maxConnectionsPerAddress: 64,
  tls: null,
});

/** Where programs keep what outlives a run: as systemd says, else as the XDG base directory specification does. */
function defaultStateFolder(env: NodeJS.ProcessEnv): string {
  const [systemd] = env['STATE_DIRECTORY']?.split(':') ?? [];
  if (systemd !== undefined && isAbsolute(systemd)) return systemd;
  // What is no whole path counts as not set, as that specification says: secrets would lie wherever the agent is started.
  const base = [env['XDG_STATE_HOME'], env['LOCALAPPDATA'], stateOfUser()].find(
    (path) => path !== undefined && isAbsolute(path),
  );
  return join(base ?? FOR_ALL_USERS, 'metrics-panel');
}

/** `undefined` for a user without a home, as in some containers. */
function stateOfUser(): string | undefined {
  try {
    return join(homedir(), '.local', 'state');
  } catch {
    return undefined;
  }
}
