import { Command, InvalidArgumentError, Option, type CommanderError } from 'commander';
import {
  DEFAULTS,
  LOG_LEVELS,
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
  type Config,
  type LogLevel,
} from './config.ts';
import { VERSION } from './version.ts';

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
  const { port, host, interval, logLevel } = command.opts<{
    port: number;
    host: string;
    interval: number;
    logLevel: LogLevel;
  }>();
  return Object.freeze({ port, host, intervalMs: interval, logLevel, token: readToken() });
}

function createCommand(): Command {
  return new Command('metrics-panel')
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
    .addHelpText(
      'after',
      '\nViewers need a token when METRICS_PANEL_TOKEN is set (no flag: other users can read arguments).',
    )
    .configureOutput({ writeErr: () => {} })
    .exitOverride(leave);
}

function leave(error: CommanderError): never {
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
    throw new UsageError('METRICS_PANEL_TOKEN is empty: set it to a secret, or unset it to let everyone in.');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      'METRICS_PANEL_TOKEN holds a space or a letter that no HTTP header can carry: use visible ASCII characters only.',
    );
  }
  return token ?? null;
}

function integerBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give an address or a host name.');
  return text;
}
