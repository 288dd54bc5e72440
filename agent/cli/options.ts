import { Command, Option } from 'commander';
import { VERSION } from '../build-info.ts';
import {
  DEFAULT_HISTORY_BYTES,
  DEFAULT_HISTORY_DAYS,
  DEFAULT_PUSH_SECONDS,
  DEFAULTS,
  LOG_LEVELS,
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
  SOURCES,
  type LogLevel,
  type Source,
} from '../config.ts';
import {
  addressRange,
  alertsFile,
  appended,
  byteSize,
  file,
  folder,
  historyDays,
  hostPattern,
  integerBetween,
  label,
  listOf,
  metricPattern,
  natsName,
  nonEmpty,
  origin,
  stateFolder,
} from './option-values.ts';
import { exitOrThrow } from './usage-error.ts';

/** More than a Linux process can have open: catches mistyped numbers. */
const MAX_CONNECTIONS = 1_000_000;

export const PROCESS_ARGUMENTS_VARIABLE = 'METRICS_PANEL_PROCESS_ARGUMENTS';

/** The values of flags that say how clients are served. */
export interface ServiceOptions {
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
  readonly anonymous?: readonly string[];
  readonly state: string;
  readonly allowHost: readonly string[];
  readonly allowOrigin: readonly string[];
  readonly trustedProxy: readonly string[];
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxWrongTokens: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Of those for credentials and certificates of NATS. */
export interface NatsOptions {
  readonly natsCredentials?: string;
  readonly natsCa?: string;
}

/** Of those for how much of the past is kept, and where. */
export interface HistoryOptions {
  readonly history: number | 'off';
  readonly historyMaxSize: number;
  readonly historyFolder?: string;
}

/** The values of `createCommand`'s flags. */
export interface Options extends ServiceOptions, NatsOptions, HistoryOptions {
  readonly interval: number;
  readonly alerts?: string;
  readonly otlp?: string;
  readonly otlpHeaders?: string;
  readonly influx?: string;
  readonly influxToken?: string;
  readonly mqtt?: string;
  readonly mqttPassword?: string;
  readonly pushInterval: number;
  readonly label: Readonly<Record<string, string>>;
  readonly relay?: readonly string[];
  readonly relayTokens?: string;
  readonly relayCa?: string;
  readonly publish?: string;
  readonly publishAs?: string;
  readonly source: Source;
  readonly proc: string;
  readonly sys: string;
  readonly processArguments: boolean;
}

/** The agent's command line with every flag, its variable, default and help. */
export function createCommand(): Command {
  const command = newCommand('metrics-panel')
    .description('Measures this host and shows it, live, in every browser that asks.')
    .version(VERSION);
  addServingOptions(command)
    .addOption(
      new Option('--interval <ms>', 'time between samples in milliseconds, unless a viewer asks for more')
        .env('METRICS_PANEL_INTERVAL')
        .default(DEFAULTS.intervalMs)
        .argParser(integerBetween(MIN_INTERVAL_MS, MAX_INTERVAL_MS)),
    )
    .addOption(
      new Option(
        '--history <days>',
        'days to keep each second; minutes and quarter hours are kept longer (14: 400 days, 5 years); or off',
      )
        .env('METRICS_PANEL_HISTORY')
        .default(DEFAULT_HISTORY_DAYS)
        .argParser(historyDays),
    )
    .addOption(
      new Option(
        '--alerts <file>',
        'rules and channels of alerts; else "alerts.yaml" in the folder of --state; or off',
      )
        .env('METRICS_PANEL_ALERTS')
        .argParser(alertsFile),
    )
    .addOption(
      new Option(
        '--source <name>',
        'where figures come from; auto is linux on Linux, systeminformation elsewhere',
      )
        .env('METRICS_PANEL_SOURCE')
        .default(DEFAULTS.source)
        .choices(SOURCES),
    )
    .addOption(
      new Option('--proc <folder>', '/proc of the measured host')
        .env('METRICS_PANEL_PROC')
        .default(DEFAULTS.roots.proc)
        .argParser(folder),
    )
    .addOption(
      new Option('--sys <folder>', '/sys of the measured host')
        .env('METRICS_PANEL_SYS')
        .default(DEFAULTS.roots.sys)
        .argParser(folder),
    )
    .addOption(
      new Option('--process-arguments', 'show the arguments of processes, which may hold secrets')
        .env(PROCESS_ARGUMENTS_VARIABLE)
        .default(DEFAULTS.processArguments),
    )
    .addHelpText(
      'after',
      [
        '',
        'Viewers need a token when METRICS_PANEL_TOKEN is set (no flag: other users can read arguments), and when others than this',
        'machine can reach the agent: then it makes one, and says where. "npm start -- token --help" explains tokens that show a part.',
        '"npm start -- gateway --help" explains what shows the hosts that publish to NATS, "npm start -- nats --help" what sets NATS up;',
        '"npm start -- history --help" explains what reads, exports and imports the history; "npm start -- alerts --help" what checks and tries alerts.',
      ].join('\n'),
    );
  return addRequestGuardOptions(addFleetOptions(addExportOptions(addHistoryOptions(command))));
}

/** A command whose arguments are wrong ends with one sentence. */
export function newCommand(name: string): Command {
  return new Command(name)
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments()
    .exitOverride(exitOrThrow);
}

/** What every command that serves clients takes, apart from whom it refuses. */
export function addServingOptions(command: Command): Command {
  return command
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
      new Option('--state <folder>', 'where tokens and the history are kept')
        .env('METRICS_PANEL_STATE')
        .default(DEFAULTS.stateFolder)
        .argParser(stateFolder),
    );
}

/** What every command that keeps a history takes. */
export function addHistoryOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--history-max-size <size>',
        'the most that the history takes on disk, such as 200MB or 2GB; the oldest goes first',
      )
        .env('METRICS_PANEL_HISTORY_MAX_SIZE')
        .default(DEFAULT_HISTORY_BYTES, '500MB')
        .argParser(byteSize),
    )
    .addOption(
      new Option(
        '--history-folder <folder>',
        'where the history is kept, on a local disk; else "history" in the folder of --state',
      )
        .env('METRICS_PANEL_HISTORY_FOLDER')
        .argParser(stateFolder),
    );
}

/** Longer than this, receivers take a series for gone. */
const MAX_PUSH_SECONDS = 300;

/** Addresses are checked in export-settings.ts, which does not repeat them: they may hold a password. */
function addExportOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--otlp <url>',
        'push to an OpenTelemetry receiver over HTTP, such as http://127.0.0.1:4318',
      ).env('METRICS_PANEL_OTLP'),
    )
    .addOption(
      new Option('--otlp-headers <file>', 'headers for it, a line each: "Authorization: Bearer ..."')
        .env('METRICS_PANEL_OTLP_HEADERS')
        .argParser(file),
    )
    .addOption(
      new Option(
        '--influx <url>',
        'push lines for InfluxDB, such as http://127.0.0.1:8086/write?db=metrics',
      ).env('METRICS_PANEL_INFLUX'),
    )
    .addOption(
      new Option('--influx-token <file>', 'its token, or USER:PASSWORD')
        .env('METRICS_PANEL_INFLUX_TOKEN')
        .argParser(file),
    )
    .addOption(
      new Option(
        '--mqtt <url>',
        'publish to an MQTT broker, for Home Assistant too, such as mqtt://panel@127.0.0.1',
      ).env('METRICS_PANEL_MQTT'),
    )
    .addOption(
      new Option('--mqtt-password <file>', 'the password of its user')
        .env('METRICS_PANEL_MQTT_PASSWORD')
        .argParser(file),
    )
    .addOption(
      new Option('--push-interval <seconds>', 'between two pushes to any of these')
        .env('METRICS_PANEL_PUSH_INTERVAL')
        .default(DEFAULT_PUSH_SECONDS)
        .argParser(integerBetween(1, MAX_PUSH_SECONDS)),
    );
}

/** Addresses are checked in fleet-settings.ts, which does not repeat them: they may hold a password. */
function addFleetOptions(command: Command): Command {
  command
    .addOption(
      new Option('--label <key=value>', 'label this host for those who watch many; may be repeated')
        .env('METRICS_PANEL_LABEL')
        .default({}, 'none')
        .argParser(label),
    )
    .addOption(
      new Option(
        '--relay <url>',
        'show the host of another agent too, such as https://other:8080; may be repeated',
      )
        .env('METRICS_PANEL_RELAY')
        .argParser(appended),
    )
    .addOption(
      new Option('--relay-tokens <file>', 'tokens for them, a line each: "https://other:8080 TOKEN"')
        .env('METRICS_PANEL_RELAY_TOKENS')
        .argParser(file),
    )
    .addOption(
      new Option('--relay-ca <file>', 'certificates in PEM to verify them with, beside the usual ones')
        .env('METRICS_PANEL_RELAY_CA')
        .argParser(file),
    )
    .addOption(
      new Option('--publish <urls>', 'publish this host to NATS, such as nats://broker:4222').env(
        'METRICS_PANEL_PUBLISH',
      ),
    )
    .addOption(
      new Option(
        '--publish-as <name>',
        'as this name, which people see; else one made of the id of the machine',
      )
        .env('METRICS_PANEL_PUBLISH_AS')
        .argParser(natsName),
    );
  return addNatsOptions(command);
}

/** What every command that connects to NATS takes. */
export function addNatsOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--nats-credentials <file>', 'for NATS: the seed of an nkey, or a credentials file')
        .env('METRICS_PANEL_NATS_CREDENTIALS')
        .argParser(file),
    )
    .addOption(
      new Option('--nats-ca <file>', 'certificates in PEM to verify NATS with, beside the usual ones')
        .env('METRICS_PANEL_NATS_CA')
        .argParser(file),
    );
}

/** What every command that serves clients takes about whom it refuses. */
export function addRequestGuardOptions(command: Command): Command {
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
        .argParser(listOf(addressRange)),
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
