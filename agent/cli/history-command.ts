import { Command, Option } from 'commander';
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder } from '../make-folder.ts';
import { TIERS, type Tier } from '../store/sample-history.ts';
import { errorCode } from '../system-error.ts';
import { checkHistory } from './history/check.ts';
import { compactHistory } from './history/compact.ts';
import { exported } from './history/export.ts';
import { readableOf, sizeOf, write, writeFile } from './history/files.ts';
import { countText } from './history/format.ts';
import { databaseIn, openToRead, openToWrite, orUsageError } from './history/history-files.ts';
import { Import } from './history/import.ts';
import { describeHistory } from './history/info.ts';
import { moment, names, step } from './history/option-values.ts';
import { Progress } from './history/progress.ts';
import { stateFolder } from './option-values.ts';
import { PROGRAM, stateOption, withUsageErrors } from './subcommand.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

const configured = (command: Command): Command =>
  withUsageErrors(
    command,
    `Give a command, info, export, import, check or compact: ${PROGRAM} history --help explains them.`,
  );

/** Found something wrong, or refused some of what it was given. */
const EXIT_BAD = 1;
/** The number of refused lines that are listed one by one. */
const MAX_TOLD = 20;
interface FolderOptions {
  readonly state: string;
  readonly historyFolder?: string;
}
interface ExportOptions extends FolderOptions {
  readonly metrics: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly tier?: Tier;
  readonly step?: number;
  readonly format?: 'csv' | 'ndjson';
  readonly output?: string;
}

/**
 * `npm start -- history info | export | import | check | compact`: works on the file of a history, with or without a running agent.
 * @param argv as in `process.argv`
 * @throws UsageError
 */
export async function runHistoryCommand(argv: readonly string[]): Promise<void> {
  const command = configured(new Command(PROGRAM));
  command.hook('preAction', (_, action) => rejectExcessArgument(action));
  const history = configured(command.command('history'));
  history.description('Describes, exports, imports, checks and compacts the history that an agent keeps.');
  withFolder(configured(history.command('info')))
    .description('Shows what it holds: sizes, times, series and gaps.')
    .action((options: FolderOptions) => info(options));
  withFolder(configured(history.command('export')))
    .description('Writes samples or points to standard output or a file, even while the agent runs.')
    .addOption(
      new Option('--metrics <names>', 'names and globs, such as "cpu*,memory"')
        .default(['*'], 'all')
        .argParser(names),
    )
    .addOption(
      new Option('--from <time>', 'such as 2026-11-30, 2026-11-30T10:00:00Z or -24h')
        .default(0, 'the oldest')
        .argParser(moment),
    )
    .addOption(
      new Option('--to <time>', 'the same; not included')
        .default(Number.MAX_SAFE_INTEGER, 'the newest')
        .argParser(moment),
    )
    .addOption(
      new Option(
        '--tier <name>',
        'which resolution to read (default: seconds, or as coarse as --step allows)',
      ).choices(TIERS),
    )
    .addOption(
      new Option(
        '--step <time>',
        'write points of this length with mean, minimum and maximum, such as 5m (default: samples)',
      ).argParser(step),
    )
    .addOption(
      new Option(
        '--format <name>',
        'only samples in NDJSON can be imported again (default: by the file name, else ndjson)',
      ).choices(['csv', 'ndjson']),
    )
    .addOption(new Option('--output <file>', 'where to write (default: standard output)'))
    .action((options: ExportOptions) => exportHistory(options));
  withFolder(configured(history.command('import')))
    .description(
      'Imports the NDJSON samples of "history export" into a new history, or after the samples of an existing one.',
    )
    .argument('<file>', 'or - for standard input')
    .action((file: string, options: FolderOptions) => importHistory(file, options));
  withFolder(configured(history.command('check')))
    .description('Reads all of it and lists what is damaged; the exit code is then 1.')
    .action((options: FolderOptions) => check(options));
  withFolder(configured(history.command('compact')))
    .description('Returns unused space in the file to the disk. The agent must not be running.')
    .action((options: FolderOptions) => compact(options));
  await command.parseAsync(argv);
}

async function info(options: FolderOptions): Promise<void> {
  const folder = folderOf(options);
  const connection = openToRead(folder);
  try {
    const text = orUsageError(databaseIn(folder), () => describeHistory(connection, folder));
    await write([text], process.stdout);
  } finally {
    connection.close();
  }
}

async function exportHistory(options: ExportOptions): Promise<void> {
  const { from, to, tier, step: stepMs, output, metrics } = options;
  if (from >= to) throw new UsageError('--from must be before --to.');
  const folder = folderOf(options);
  const format = options.format ?? (output?.toLowerCase().endsWith('.csv') === true ? 'csv' : 'ndjson');
  const connection = openToRead(folder);
  const progress = new Progress('Exporting');
  try {
    const pieces = exported(connection, { format, metrics, tier, stepMs, fromMs: from, toMs: to }, (share) =>
      progress.at(share),
    );
    const readable = readableOf(databaseIn(folder), pieces);
    if (output === undefined) await write(readable, process.stdout);
    else await writeFile(readable, resolve(output));
  } finally {
    progress.end();
    connection.close();
  }
}

async function importHistory(file: string, options: FolderOptions): Promise<void> {
  const folder = folderOf(options);
  const size = file === '-' ? 0 : sizeOf(file);
  await orFolderError(folder);
  const { connection, close } = openToWrite(folder, 'import');
  const progress = new Progress('Importing');
  let refused = 0;
  let doneBytes = 0;
  let number = 0;
  try {
    const importing = orUsageError(databaseIn(folder), () => new Import(connection));
    const input = file === '-' ? process.stdin : createReadStream(file);
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      doneBytes += Buffer.byteLength(text) + 1;
      if (size > 0) progress.at(doneBytes / size);
      if (text.trim() === '') continue;
      const problem = orUsageError(databaseIn(folder), () => importing.add(text));
      if (problem === null) continue;
      refused += 1;
      progress.end();
      if (refused <= MAX_TOLD) process.stderr.write(`metrics-panel: line ${number}: ${problem}\n`);
    }
    orUsageError(databaseIn(folder), () => importing.finish());
    progress.end();
    const refusal =
      refused === 0 ? '' : `, and refused ${countText(refused)} ${refused === 1 ? 'line' : 'lines'}`;
    await write(
      [`Imported ${countText(importing.sampleCount)} samples into ${databaseIn(folder)}${refusal}\n`],
      process.stdout,
    );
  } finally {
    progress.end();
    close();
  }
  if (refused > 0) process.exitCode = EXIT_BAD;
}

async function check(options: FolderOptions): Promise<void> {
  const folder = folderOf(options);
  const connection = openToRead(folder);
  const progress = new Progress('Checking');
  try {
    const { problems, partCount } = checkHistory(connection, (share) => progress.at(share));
    progress.end();
    const path = databaseIn(folder);
    if (problems.length === 0) {
      await write([`${path}: all ${countText(partCount)} parts are good\n`], process.stdout);
      return;
    }
    process.exitCode = EXIT_BAD;
    await write(
      [
        ...problems.map((problem) => `${problem}\n`),
        `${path} is damaged: stop the agent and move the file away, or keep it without what is listed\n`,
      ],
      process.stdout,
    );
  } finally {
    progress.end();
    connection.close();
  }
}

async function compact(options: FolderOptions): Promise<void> {
  const folder = folderOf(options);
  // Else the lock would make a folder of its own.
  openToRead(folder).close();
  const { connection, close } = openToWrite(folder, 'compact it');
  let text: string;
  try {
    text = orUsageError(databaseIn(folder), () => compactHistory(connection, folder));
  } finally {
    close();
  }
  await write([text], process.stdout);
}

/** @throws UsageError */
async function orFolderError(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be made (${errorCode(error)}): give another folder with --history-folder.`,
      { cause: error },
    );
  }
}

function folderOf({ state, historyFolder }: FolderOptions): string {
  return historyFolder ?? join(state, 'history');
}

function withFolder(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--history-folder <folder>',
        'where the history is kept (default: history in the folder of --state)',
      )
        .env('METRICS_PANEL_HISTORY_FOLDER')
        .default(undefined, 'history in the folder of --state')
        .argParser(stateFolder),
    )
    .addOption(stateOption('where the history is kept'));
}
