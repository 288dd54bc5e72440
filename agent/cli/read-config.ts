import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  defaultAlertsFile,
  type Config,
  type HistorySettings,
  type Source,
  type TlsFiles,
} from '../config.ts';
import { THIS_HOST, type KernelRoots } from '../sampling/kernel/roots.ts';
import { readsKernel } from '../sampling/sources.ts';
import { createCommand, PROCESS_ARGUMENTS_VARIABLE, type Options } from './options.ts';
import { readExports } from './export-settings.ts';
import { readPublish, readRelay } from './fleet-settings.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

/**
 * Reads flags, then `METRICS_PANEL_…` variables for flags that are not given, then defaults.
 * `--help` and `--version` are answered on standard output and end the process.
 * @param argv as in `process.argv`
 * @throws UsageError
 */
export function readConfig(argv: readonly string[]): Config {
  const command = createCommand().parse(argv);
  rejectExcessArgument(command);
  const { anonymous, source, proc, sys, tlsCert, tlsKey, ...options } = command.opts<Options>();
  return Object.freeze({
    port: options.port,
    host: options.host,
    intervalMs: options.interval,
    logLevel: options.logLevel,
    token: readToken(),
    anonymous: anonymous === undefined ? null : { metrics: anonymous, tables: anonymous, hosts: ['*'] },
    stateFolder: options.state,
    history: readHistory(command.opts<Options>()),
    alerts: readAlerts(command.opts<Options>()),
    exports: readExports(command.opts<Options>()),
    labels: command.opts<Options>().label,
    relay: readRelay(command.opts<Options>()),
    publish: readPublish(command.opts<Options>()),
    source: readableSource(source),
    roots: readableRoots(source, { proc, sys }),
    processArguments: readProcessArguments(command),
    allowHosts: options.allowHost,
    allowOrigins: options.allowOrigin,
    trustedProxies: options.trustedProxy,
    maxConnections: options.maxConnections,
    maxConnectionsPerAddress: options.maxConnectionsPerAddress,
    maxWrongTokens: options.maxWrongTokens,
    tls: bothOrNeither(tlsCert, tlsKey),
  });
}

function readHistory({ state, history, historyMaxSize, historyFolder }: Options): HistorySettings | null {
  if (history === 'off') return null;
  return { folder: historyFolder ?? join(state, 'history'), days: history, maxBytes: historyMaxSize };
}

function readAlerts({ state, alerts }: Options): string | null {
  return alerts === 'off' ? null : (alerts ?? defaultAlertsFile(state));
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

function readableSource(source: Source): Source {
  if (source === 'linux' && process.platform !== 'linux') {
    throw new UsageError(
      `--source linux (METRICS_PANEL_SOURCE) reads files of the Linux kernel, and this is ${process.platform}: choose systeminformation or auto.`,
    );
  }
  return source;
}

/** Checks that both folders exist, where something reads them. @throws UsageError */
function readableRoots(source: Source, roots: KernelRoots): KernelRoots {
  const { proc, sys } = roots;
  if ((readsKernel(source) || proc !== THIS_HOST.proc) && !isReadable(`${proc}/stat`)) {
    throw new UsageError(
      `${proc} is not the /proc of a Linux host (there is no file "stat" in it that this user can read): give the folder where it is mounted with --proc (METRICS_PANEL_PROC).`,
    );
  }
  // Some containers have no /sys; the agent then measures less.
  if (sys !== THIS_HOST.sys && !isReadable(`${sys}/class`)) {
    throw new UsageError(
      `${sys} is not the /sys of a Linux host (there is no folder "class" in it that this user can read): give the folder where it is mounted with --sys (METRICS_PANEL_SYS).`,
    );
  }
  return roots;
}

function isReadable(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Commander takes any value of the variable for `true`, also `false` and `0`. @throws UsageError */
function readProcessArguments(command: Command): boolean {
  const { processArguments } = command.opts<Options>();
  if (command.getOptionValueSource('processArguments') !== 'env') return processArguments;
  const value = process.env[PROCESS_ARGUMENTS_VARIABLE];
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new UsageError(
    `${PROCESS_ARGUMENTS_VARIABLE} is neither true nor false: set it to true to show the arguments of processes.`,
  );
}
