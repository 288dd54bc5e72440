import { Command, Option } from 'commander';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { AlertSettings } from '../alerts/alert-settings.ts';
import { DEFAULT_SETTINGS } from '../alerts/default-settings.ts';
import { sendTest } from '../alerts/delivery/send-test.ts';
import { problemText } from '../alerts/file/problem.ts';
import { readSettings, type ReadSettings } from '../alerts/file/settings-of.ts';
import { defaultAlertsFile } from '../config.ts';
import { readHostName } from '../sampling/host-details.ts';
import { cleanLabel } from '../sampling/instances.ts';
import { THIS_HOST } from '../sampling/kernel/roots.ts';
import { errorCode } from '../system-error.ts';
import { replay, replayText } from './alerts/replay.ts';
import { secretHints } from './alerts/secret-hints.ts';
import { write } from './history/files.ts';
import { countText } from './history/format.ts';
import { databaseIn, historyOf, openToRead, orUsageError } from './history/history-files.ts';
import { moment } from './history/option-values.ts';
import { Progress } from './history/progress.ts';
import { file, stateFolder } from './option-values.ts';
import { PROGRAM, stateOption, withUsageErrors } from './subcommand.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

const configured = (command: Command): Command =>
  withUsageErrors(command, `Give a command, check, test or replay: ${PROGRAM} alerts --help explains them.`);

/** Found something wrong. */
const EXIT_BAD = 1;
const DAY_MS = 86_400_000;

interface FileOptions {
  readonly state: string;
  readonly alerts?: string;
}
interface ReplayOptions extends FileOptions {
  readonly from: number;
  readonly to: number;
  readonly rule?: string;
  readonly historyFolder?: string;
}

/**
 * `npm start -- alerts check | test | replay`: works on alerts.yaml and the history, with or without a running agent.
 * @param argv as in `process.argv`
 * @throws UsageError
 */
export async function runAlertsCommand(argv: readonly string[]): Promise<void> {
  const command = configured(new Command(PROGRAM));
  command.hook('preAction', (_, action) => rejectExcessArgument(action));
  const alerts = configured(command.command('alerts'));
  alerts.description('Checks alerts.yaml, sends tests, and shows what rules would have told.');
  configured(alerts.command('check'))
    .description('Reads alerts.yaml and lists what is wrong; the exit code is then 1.')
    .argument('[file]', 'instead of alerts.yaml in the folder of --state')
    .addOption(stateOption('where alerts.yaml and the history are'))
    .action((path: string | undefined, options: FileOptions) => check(pathOf(path, options)));
  configured(alerts.command('test'))
    .description('Sends a test through a channel of alerts.yaml.')
    .argument('<channel>', 'its name')
    .addOption(alertsOption())
    .addOption(stateOption('where alerts.yaml and the history are'))
    .action((channel: string, options: FileOptions) => test(channel, pathOf(options.alerts, options)));
  configured(alerts.command('replay'))
    .description('Runs the rules over the history, and shows which alerts there would have been.')
    .argument('[file]', 'instead of alerts.yaml in the folder of --state')
    .addOption(
      new Option('--from <time>', 'such as 2026-11-30, 2026-11-30T10:00:00Z or -24h')
        .default(Date.now() - 7 * DAY_MS, 'a week ago')
        .argParser(moment),
    )
    .addOption(
      new Option('--to <time>', 'the same; not included').default(Date.now(), 'now').argParser(moment),
    )
    .addOption(new Option('--rule <name>', 'only this one'))
    .addOption(
      new Option('--history-folder <folder>', 'where the history is kept')
        .env('METRICS_PANEL_HISTORY_FOLDER')
        .default(undefined, 'history in the folder of --state')
        .argParser(stateFolder),
    )
    .addOption(stateOption('where alerts.yaml and the history are'))
    .action((path: string | undefined, options: ReplayOptions) =>
      replayRules(pathOf(path, options), options),
    );
  await command.parseAsync(argv);
}

async function check(path: string): Promise<void> {
  const read = await readFileOf(path);
  if (read === null) {
    await print(
      `There is no ${path}: the ${DEFAULT_SETTINGS.rules.length} shipped rules hold, and nobody is told.\n`,
    );
    return;
  }
  if (read.problems !== undefined) {
    process.exitCode = EXIT_BAD;
    await print(
      read.problems
        .map((problem) => `${path}:${problem.line}: ${problemText(problem).replace(/^line \d+: /, '')}\n`)
        .join(''),
    );
    return;
  }
  const { rules, channels } = read.settings;
  const hints = await secretHints(channels);
  await print(
    [
      ...hints.map((hint) => `${hint}\n`),
      `${path}: good, ${counted(rules.length, 'rule')} and ${counted(channels.length, 'channel')}\n`,
    ].join(''),
  );
}

async function test(name: string, path: string): Promise<void> {
  const { channels, dashboardUrl } = await settingsIn(path);
  const channel = channels.find((one) => one.name === name);
  if (channel === undefined) {
    const known = channels.map((one) => one.name).join(', ');
    throw new UsageError(
      `${path} has no channel ${JSON.stringify(name)}: ${known === '' ? 'it names none yet' : `there are ${known}`}.`,
    );
  }
  const problem = await sendTest(channel, { dashboardUrl, hostLabel: hostLabel() });
  if (problem === null) return print(`${name} has taken the test: look whether it has arrived\n`);
  process.exitCode = EXIT_BAD;
  process.stderr.write(`metrics-panel: ${problem}\n`);
}

async function replayRules(
  path: string,
  { from, to, rule, state, historyFolder }: ReplayOptions,
): Promise<void> {
  if (from >= to) throw new UsageError('--from must be before --to.');
  const { rules: all } = await settingsIn(path);
  const rules = rule === undefined ? all : all.filter(({ name }) => name === rule);
  if (rules.length === 0)
    throw new UsageError(
      `No rule is called ${JSON.stringify(rule)}: there are ${all.map(({ name }) => name).join(', ')}.`,
    );
  const folder = historyFolder ?? join(state, 'history');
  const connection = openToRead(folder);
  const progress = new Progress('Replaying');
  try {
    const result = orUsageError(databaseIn(folder), () => {
      const history = historyOf(connection);
      const { oldestMs } = history;
      if (oldestMs === null) throw new UsageError(`The history in ${folder} is still empty.`);
      const range = { fromMs: Math.max(from, oldestMs), toMs: to };
      if (range.fromMs >= to) throw new UsageError('--to is before the oldest that is kept.');
      return replay(history, { ...range, rules, host: hostLabel(), progress: (share) => progress.at(share) });
    });
    progress.end();
    await write([...replayText(result, rules)], process.stdout);
  } finally {
    progress.end();
    connection.close();
  }
}

function print(text: string): Promise<void> {
  return write([text], process.stdout);
}

/** @throws UsageError unless it is good, or not there */
async function settingsIn(path: string): Promise<AlertSettings> {
  const read = await readFileOf(path);
  if (read === null) return DEFAULT_SETTINGS;
  if (read.settings !== undefined) return read.settings;
  const [problem] = read.problems;
  throw new UsageError(`${path}: ${problem === undefined ? 'it cannot be read' : problemText(problem)}.`);
}

/** `null` if there is no such file. @throws UsageError if it cannot be read */
async function readFileOf(path: string): Promise<ReadSettings | null> {
  if (!existsSync(path)) return null;
  try {
    return readSettings(await readFile(path, 'utf8'), dirname(path));
  } catch (cause) {
    throw new UsageError(
      `${path} cannot be read (${errorCode(cause) ?? String(cause)}): run this as the user that the agent runs as.`,
      { cause },
    );
  }
}

/** @throws UsageError for a named file that is not there */
function pathOf(path: string | undefined, { state }: FileOptions): string {
  if (path === undefined) return defaultAlertsFile(state);
  const named = resolve(path);
  if (!existsSync(named)) throw new UsageError(`There is no file ${named}.`);
  return named;
}

function hostLabel(): string {
  return cleanLabel(readHostName(THIS_HOST));
}

function counted(count: number, word: string): string {
  return `${countText(count)} ${word}${count === 1 ? '' : 's'}`;
}

function alertsOption(): Option {
  return new Option('--alerts <file>', 'rules and channels')
    .env('METRICS_PANEL_ALERTS')
    .default(undefined, 'alerts.yaml in the folder of --state')
    .argParser(file);
}
