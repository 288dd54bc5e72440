import { Command, Option, type CommanderError } from 'commander';
import { statSync } from 'node:fs';
import {
  DEFAULTS,
  LOG_LEVELS,
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
  SOURCES,
  type Config,
  type LogLevel,
  type Source,
  type TlsFiles,
} from './config.ts';
import {
  file,
  folder,
  hostPattern,
  integerBetween,
  listOf,
  metricPattern,
  nonEmpty,
  origin,
  proxyRange,
  stateFolder,
} from './option-values.ts';
import { THIS_HOST, type KernelRoots } from './sampling/kernel/roots.ts';
import { readsKernel } from './sampling/sources.ts';
import { VERSION } from './version.ts';

/** What a process can have of open sockets on Linux, as a bound against mistakes. */
const MAX_CONNECTIONS = 1_000_000;

/** The operator asked for something that cannot be. `message` is one sentence that names the setting and the fix. */
export class UsageError extends Error {
  readonly code = 'usage';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/**
 * Reads flags, then `METRICS_PANEL_…` variables for what no flag says, then defaults.
 * `--help` and `--version` are answered on standard output and end the process.
 * @param argv as in `process.argv`
 * @throws UsageError
 */
export function readConfig(argv: readonly string[]): Config {
  const command = createCommand().parse(argv);
  refuseStrayWord(command);
  const { port, host, interval, logLevel, anonymous, state, source, proc, sys, ...requestGuard } =
    command.opts<{
      port: number;
      host: string;
      interval: number;
      logLevel: LogLevel;
      anonymous?: readonly string[];
      state: string;
      source: Source;
      proc: string;
      sys: string;
      allowHost: string[];
      allowOrigin: string[];
      trustedProxy: string[];
      maxConnections: number;
      maxConnectionsPerAddress: number;
      maxWrongTokens: number;
      tlsCert?: string;
      tlsKey?: string;
    }>();
  return Object.freeze({
    port,
    host,
    intervalMs: interval,
    logLevel,
    token: readToken(),
    anonymous: anonymous === undefined ? null : { metrics: anonymous, tables: anonymous, hosts: ['*'] },
    stateFolder: state,
    source: readableSource(source),
    roots: readableRoots(source, { proc, sys }),
    processArguments: readProcessArguments(command),
    allowHosts: requestGuard.allowHost,
    allowOrigins: requestGuard.allowOrigin,
    trustedProxies: requestGuard.trustedProxy,
    maxConnections: requestGuard.maxConnections,
    maxConnectionsPerAddress: requestGuard.maxConnectionsPerAddress,
    maxWrongTokens: requestGuard.maxWrongTokens,
    tls: bothOrNeither(requestGuard.tlsCert, requestGuard.tlsKey),
  });
}

function createCommand(): Command {
  const command = new Command('metrics-panel')
    .description('Measures this host and shows it, live, in every browser that asks.')
    .version(VERSION)
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes any free one')
        .env('METRICS_PANEL_PORT')
        .default(DEFAULTS.port)
        .argParser(integerBetween(0, 65_535)),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on; 0.0.0.0 for every network')
        .env('METRICS_PANEL_HOST')
        .default(DEFAULTS.host)
        .argParser(nonEmpty),
    )
    .addOption(
      new Option('--interval <ms>', 'time between samples in milliseconds, unless a viewer asks for more')
        .env('METRICS_PANEL_INTERVAL')
        .default(DEFAULTS.intervalMs)
        .argParser(integerBetween(MIN_INTERVAL_MS, MAX_INTERVAL_MS)),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe messages to log')
        .env('METRICS_PANEL_LOG_LEVEL')
        .default(DEFAULTS.logLevel)
        .choices(LOG_LEVELS),
    )
    .addOption(
      new Option(
        '--anonymous <names>',
        'open these metrics and tables to everyone without a token: names and globs, such as "cpu*,memory*"',
      )
        .env('METRICS_PANEL_ANONYMOUS')
        .argParser(listOf(metricPattern)),
    )
    .addOption(
      new Option('--state <folder>', 'where tokens are kept')
        .env('METRICS_PANEL_STATE')
        .default(DEFAULTS.stateFolder)
        .argParser(stateFolder),
    )
    .addOption(
      new Option(
        '--source <name>',
        'where values come from; auto is linux on Linux, systeminformation elsewhere',
      )
        .env('METRICS_PANEL_SOURCE')
        .default(DEFAULTS.source)
        .choices(SOURCES),
    )
    .addOption(
      new Option('--proc <folder>', 'where the /proc of the host is that is measured')
        .env('METRICS_PANEL_PROC')
        .default(DEFAULTS.roots.proc)
        .argParser(folder),
    )
    .addOption(
      new Option('--sys <folder>', 'where its /sys is')
        .env('METRICS_PANEL_SYS')
        .default(DEFAULTS.roots.sys)
        .argParser(folder),
    )
    .addOption(
      new Option('--process-arguments', 'show the arguments of processes, which may hold secrets')
        .env(PROCESS_ARGUMENTS)
        .default(DEFAULTS.processArguments),
    )
    .addHelpText(
      'after',
      [
        '',
        'Viewers need a token when METRICS_PANEL_TOKEN is set (no flag: other users can read arguments), and when others than this',
        'machine can reach the agent: then it makes one, and says where. "npm start -- token --help" tells of tokens for a part of it.',
      ].join('\n'),
    )
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments()
    .exitOverride(leave);
  return addRequestGuardOptions(command);
}

/** Who may come to the agent, and how. */
function addRequestGuardOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--allow-host <names>',
        'names to answer to beside those of this machine; *.NAME for all below',
      )
        .env('METRICS_PANEL_ALLOW_HOST')
        .default(DEFAULTS.allowHosts, 'none')
        .argParser(listOf(hostPattern)),
    )
    .addOption(
      new Option('--allow-origin <origins>', 'origins whose pages may use the agent beside its own')
        .env('METRICS_PANEL_ALLOW_ORIGIN')
        .default(DEFAULTS.allowOrigins, 'none')
        .argParser(listOf(origin)),
    )
    .addOption(
      new Option('--trusted-proxy <addresses>', 'reverse proxies whose X-Forwarded headers are believed')
        .env('METRICS_PANEL_TRUSTED_PROXY')
        .default(DEFAULTS.trustedProxies, 'none')
        .argParser(listOf(proxyRange)),
    )
    .addOption(
      new Option('--max-connections <number>', 'live connections at the same time')
        .env('METRICS_PANEL_MAX_CONNECTIONS')
        .default(DEFAULTS.maxConnections)
        .argParser(integerBetween(1, MAX_CONNECTIONS)),
    )
    .addOption(
      new Option('--max-connections-per-address <number>', 'of them from one address')
        .env('METRICS_PANEL_MAX_CONNECTIONS_PER_ADDRESS')
        .default(DEFAULTS.maxConnectionsPerAddress)
        .argParser(integerBetween(1, MAX_CONNECTIONS)),
    )
    .addOption(
      new Option('--max-wrong-tokens <number>', 'from one address within a minute, before it has to wait')
        .env('METRICS_PANEL_MAX_WRONG_TOKENS')
        .default(DEFAULTS.maxWrongTokens)
        .argParser(integerBetween(1, MAX_CONNECTIONS)),
    )
    .addOption(
      new Option('--tls-cert <file>', 'certificate in PEM, with those that it hangs on; makes it https')
        .env('METRICS_PANEL_TLS_CERT')
        .argParser(file),
    )
    .addOption(
      new Option('--tls-key <file>', 'its private key in PEM').env('METRICS_PANEL_TLS_KEY').argParser(file),
    );
}

/** Where commander would only count them. @throws UsageError */
export function refuseStrayWord({ args, registeredArguments }: Command): void {
  const word = args[registeredArguments.length];
  if (word === undefined) return;
  throw new UsageError(
    `${JSON.stringify(word)} is no option and belongs to none: npm start -- --help names them all.`,
  );
}

/** How commander ends: help and version end the process, a mistake is the operator's. @throws UsageError */
export function leave(error: CommanderError): never {
  if (error.exitCode === 0) process.exit(0);
  const sentence = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  throw new UsageError(sentence.charAt(0).toUpperCase() + sentence.slice(1), { cause: error });
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

/** Those of this host are not looked at where nothing reads them. */
function readableRoots(source: Source, roots: KernelRoots): KernelRoots {
  const { proc, sys } = roots;
  if ((readsKernel(source) || proc !== THIS_HOST.proc) && !isThere(`${proc}/stat`)) {
    throw new UsageError(
      `${proc} is not the /proc of a Linux host (there is no file "stat" in it that this user can read): give the folder where it is mounted with --proc (METRICS_PANEL_PROC).`,
    );
  }
  // Some containers have none, and then there is less to tell.
  if (sys !== THIS_HOST.sys && !isThere(`${sys}/class`)) {
    throw new UsageError(
      `${sys} is not the /sys of a Linux host (there is no folder "class" in it that this user can read): give the folder where it is mounted with --sys (METRICS_PANEL_SYS).`,
    );
  }
  return roots;
}

/** For this user. */
function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

const PROCESS_ARGUMENTS = 'METRICS_PANEL_PROCESS_ARGUMENTS';

/** A flag that is there is `true`, but a variable can be there and mean the opposite. */
function readProcessArguments(command: Command): boolean {
  const { processArguments } = command.opts<{ processArguments: boolean }>();
  if (command.getOptionValueSource('processArguments') !== 'env') return processArguments;
  const value = process.env[PROCESS_ARGUMENTS];
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new UsageError(
    `${PROCESS_ARGUMENTS} is neither true nor false: set it to true to show the arguments of processes.`,
  );
}
