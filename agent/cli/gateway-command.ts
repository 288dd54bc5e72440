import { Option, type Command } from 'commander';
import { VERSION } from '../build-info.ts';
import { DEFAULT_HISTORY_DAYS, type GatewayConfig } from '../config.ts';
import { needs } from './addresses.ts';
import { readNats } from './fleet-settings.ts';
import { appended, historyDays } from './option-values.ts';
import {
  addHistoryOptions,
  addNatsOptions,
  addRequestGuardOptions,
  addServingOptions,
  newCommand,
  type HistoryOptions,
  type NatsOptions,
  type ServiceOptions,
} from './options.ts';
import { readHistory, readService } from './service-settings.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

interface Options extends ServiceOptions, NatsOptions, HistoryOptions {
  readonly from?: string;
  readonly historyHosts?: readonly string[];
}

/**
 * Reads the flags of `metrics-panel gateway`, as `readConfig` does those of an agent.
 * @param argv as in `process.argv`, without the name of the command
 * @throws UsageError
 */
export function readGatewayConfig(argv: readonly string[]): GatewayConfig {
  const command = createGatewayCommand().parse(argv);
  rejectExcessArgument(command);
  const options = command.opts<Options>();
  const { from, historyHosts } = options;
  if (from === undefined)
    throw new UsageError(
      '--from (METRICS_PANEL_FROM) is missing: give the address that agents publish to, such as nats://broker:4222.',
    );
  const history = readHistory(options);
  needs('--history-hosts', historyHosts, '--history', history ?? undefined);
  return Object.freeze({
    ...readService(options),
    nats: readNats('--from', from, options),
    history,
    historyHosts: historyHosts ?? ['*'],
  });
}

function createGatewayCommand(): Command {
  const command = newCommand('metrics-panel gateway')
    .description('Shows the hosts whose agents publish to NATS. Any number of gateways can run.')
    .version(VERSION)
    .addOption(
      new Option('--from <urls>', 'NATS that agents publish to, such as nats://broker:4222').env(
        'METRICS_PANEL_FROM',
      ),
    );
  addNatsOptions(command);
  addServingOptions(command)
    .addOption(
      new Option(
        '--history [days]',
        'days to keep each second of hosts; minutes and quarter hours are kept longer; or off',
      )
        .env('METRICS_PANEL_HISTORY')
        .preset(String(DEFAULT_HISTORY_DAYS))
        .default('off')
        .argParser(historyDays),
    )
    .addOption(
      new Option(
        '--history-hosts <names>',
        'whose history is kept, each in a folder of its own: ids, labels and globs, such as "web-*,db-1"',
      )
        .env('METRICS_PANEL_HISTORY_HOSTS')
        .argParser(appended),
    );
  return addRequestGuardOptions(addHistoryOptions(command));
}
