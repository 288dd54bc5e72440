import { Command, InvalidArgumentError, Option } from 'commander';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ensureStreams } from '../nats/init/ensure-streams.ts';
import { adminKeyIn, ensureKeys, hostsIn } from '../nats/init/key-files.ts';
import { serverConfig } from '../nats/init/server-config.ts';
import { withServer } from '../nats/init/server-of-fleet.ts';
import { DEFAULT_LOG_BYTES, MIN_LOG_AGE_MS } from '../nats/init/stream-settings.ts';
import { hostName } from '../nats/publish/host-name.ts';
import { readNats } from './fleet-settings.ts';
import { write, writeFile } from './history/files.ts';
import { step } from './history/option-values.ts';
import { byteSize, file, folder, listOf, natsName, nonEmpty } from './option-values.ts';
import { addNatsOptions } from './options.ts';
import { PROGRAM, stateOption, withUsageErrors } from './subcommand.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

const configured = (command: Command): Command =>
  withUsageErrors(command, `Give a command, init or name: ${PROGRAM} nats --help explains them.`);

/** Something is wrong that only the operator can change. */
const EXIT_BAD = 1;

interface InitOptions {
  readonly state: string;
  readonly from?: string;
  readonly hosts?: readonly string[];
  readonly keys?: string;
  readonly output?: string;
  readonly listen: string;
  readonly serverCert?: string;
  readonly serverKey?: string;
  readonly store: string;
  readonly logSize?: number;
  readonly logAge?: number;
  readonly natsCredentials?: string;
  readonly natsCa?: string;
}

/**
 * `npm start -- nats init | name`: prepares a NATS server for many hosts.
 * @param argv as in `process.argv`
 * @throws OperatorError
 */
export async function runNatsCommand(argv: readonly string[]): Promise<void> {
  const command = configured(new Command(PROGRAM));
  command.hook('preAction', (_, action) => rejectExcessArgument(action));
  const nats = configured(command.command('nats'));
  nats.description('Prepares a NATS server through which many hosts are shown.');
  addNatsOptions(configured(nats.command('init')))
    .description(
      'Makes keys, prints a configuration for nats-server with a user for each host, and with --from creates or corrects its streams. May be run again.',
    )
    .addOption(
      new Option(
        '--hosts <names>',
        'hosts to make keys for, such as web-1,db-1, beside those that have some: their --publish-as, or what "nats name" prints there',
      ).argParser(listOf(natsName)),
    )
    .addOption(
      new Option(
        '--keys <folder>',
        'where keys are kept: admin.nk, gateway.nk, host-NAME.nk (default: nats in the folder of --state)',
      ).argParser(folder),
    )
    .addOption(
      new Option(
        '--from <urls>',
        'the running server whose streams to make, such as nats://broker:4222; as admin.nk, unless --nats-credentials names others',
      ),
    )
    .addOption(
      new Option(
        '--log-size <size>',
        'the most that the log of all hosts takes on its disk (default: as it is, or 2GB)',
      ).argParser(byteSize),
    )
    .addOption(
      new Option('--log-age <time>', 'how long a sample stays in it (default: as it is, or 1h)').argParser(
        logAge,
      ),
    )
    .addOption(
      new Option('--output <file>', 'where to write the configuration (default: standard output)').argParser(
        file,
      ),
    )
    .addOption(
      new Option('--listen <address>', 'in the configuration: where the server listens')
        .default('0.0.0.0:4222')
        .argParser(nonEmpty),
    )
    .addOption(
      new Option(
        '--server-cert <file>',
        'in the configuration: its certificate, a path on its machine (default: no TLS)',
      ).argParser(file),
    )
    .addOption(
      new Option('--server-key <file>', 'in the configuration: the private key of that').argParser(file),
    )
    .addOption(
      new Option('--store <folder>', 'in the configuration: where it keeps streams')
        .default('/var/lib/nats')
        .argParser(folder),
    )
    .addOption(stateOption('where the folder of keys is'))
    .action((options: InitOptions) => init(options));
  configured(nats.command('name'))
    .description('Prints the name that this host has in subjects, for --hosts of "nats init" elsewhere.')
    .addOption(stateOption('where a name is kept if this machine has no id'))
    .action(async ({ state }: { readonly state: string }) =>
      write([`${await hostName(state)}\n`], process.stdout),
    );
  await command.parseAsync(argv);
}

async function init(options: InitOptions): Promise<void> {
  const { from, hosts = [], keys: keysFolder = join(options.state, 'nats') } = options;
  const known = await hostsIn(keysFolder);
  if (from === undefined && hosts.length === 0 && known.length === 0)
    throw new UsageError(
      'Give --hosts with the names of hosts, to make keys and a configuration, or --from with a server, to make its streams.',
    );
  if (hosts.length > 0 || from === undefined) await printConfig(options, keysFolder);
  if (from !== undefined) await makeStreams(from, options, keysFolder);
}

async function printConfig(
  { from, keys, hosts = [], output, listen, serverCert, serverKey, store, logSize }: InitOptions,
  keysFolder: string,
): Promise<void> {
  if ((serverCert === undefined) !== (serverKey === undefined))
    throw new UsageError('--server-cert and --server-key belong together: give both, or none.');
  const { users, made, exposed } = await ensureKeys(keysFolder, hosts);
  for (const path of made) tell(`Made ${path}`);
  for (const path of exposed) tell(`Others on this machine can read ${path}: chmod 600 it`);
  if (serverCert === undefined)
    tell(
      'Without TLS, whoever is between a host and the server can read the metrics: give --server-cert and --server-key, or use a network of your own',
    );
  const config = serverConfig({
    users,
    listen,
    tls: serverCert === undefined || serverKey === undefined ? null : { cert: serverCert, key: serverKey },
    store,
    logBytes: logSize ?? DEFAULT_LOG_BYTES,
  });
  if (output === undefined) await write([config], process.stdout);
  else {
    await writeFile(Readable.from([config]), output);
    tell(`Wrote ${output}`);
  }
  if (from !== undefined) return;
  const address = serverCert === undefined ? `nats://${reachable(listen)}` : `tls://NAME:${portOf(listen)}`;
  const names = serverCert === undefined ? '' : ', where NAME is the name in its certificate';
  const folderOption = keys === undefined ? '' : ` --keys ${keysFolder}`;
  tell(
    `Start nats-server with it, or reload one that runs; if that has no streams yet, then run: ${PROGRAM} nats init --from ${address}${folderOption}${names}`,
  );
}

function portOf(listen: string): string {
  return listen.slice(listen.lastIndexOf(':') + 1);
}

/** Where a server is found on its own machine. */
function reachable(listen: string): string {
  return listen.replace(/^(?:(?:0\.0\.0\.0|\[::\])?:)?(?=\d+$)/, 'localhost:');
}

async function makeStreams(
  from: string,
  { natsCredentials, natsCa, logSize, logAge: ageMs }: InitOptions,
  keysFolder: string,
): Promise<void> {
  const own = adminKeyIn(keysFolder);
  const credentials = natsCredentials ?? (existsSync(own) ? own : undefined);
  const settings = readNats('--from', from, { natsCredentials: credentials, natsCa });
  const isGood = await withServer(settings, keysFolder, tell, (manager) =>
    ensureStreams(manager, { bytes: logSize, ageMs }, tell),
  );
  if (!isGood) process.exitCode = EXIT_BAD;
}

/** Standard output is for the configuration alone. */
function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

function logAge(text: string): number {
  const ms = step(text);
  if (ms < MIN_LOG_AGE_MS)
    throw new InvalidArgumentError('Give 15m or more: agents themselves keep as much.');
  return ms;
}
