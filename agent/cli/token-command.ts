import { Command, InvalidArgumentError, Option } from 'commander';
import { PERMISSIONS } from '../auth/grant.ts';
import { createToken, TokenTooLongError } from '../auth/signed-tokens.ts';
import { StateFolder } from '../auth/state-folder.ts';
import { checkTokenRequest } from '../auth/token-request.ts';
import { TokenStore } from '../auth/token-store.ts';
import { describeTokens } from './token-messages.ts';
import { PROGRAM, stateOption, withUsageErrors } from './subcommand.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

const configured = (command: Command): Command =>
  withUsageErrors(command, `Say create, list or revoke: ${PROGRAM} token --help tells more.`);

const DAY_S = 24 * 60 * 60;
const SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 60 * 60],
  ['d', DAY_S],
]);
const DEFAULT_LIFE_S = 90 * DAY_S;

/**
 * `npm start -- token create | list | revoke`: works on the state folder, with or without a running agent.
 * @param argv as in `process.argv`
 * @throws UsageError @throws StateError
 */
export async function runTokenCommand(argv: readonly string[]): Promise<void> {
  const command = configured(new Command(PROGRAM));
  command.hook('preAction', (_, action) => rejectExcessArgument(action));
  const token = configured(command.command('token'));
  const problems: string[] = [];
  const storeIn = (path: string): TokenStore =>
    new TokenStore(new StateFolder(path), (sentence, isResolved) => {
      if (!isResolved) problems.push(sentence);
    });
  token.description(
    'Makes, lists and revokes tokens that show a part of this host, and allow nothing else but what --may names.',
  );

  configured(token.command('create'))
    .description('Makes a token and prints it; it is kept nowhere.')
    .addOption(listOption('--metrics <names>', 'names and globs, such as "cpu*,memory"', [], 'none'))
    .addOption(listOption('--tables <names>', 'names of tables, such as processes', [], 'none'))
    .addOption(listOption('--hosts <ids>', 'ids of hosts', ['*'], 'all'))
    .addOption(
      listOption(
        '--origins <list>',
        'only pages of these origins may show it, such as https://example.com',
        [],
        'any page, and any program',
      ),
    )
    .addOption(
      listOption(
        '--may <list>',
        `what it may do beside seeing: ${PERMISSIONS.join(', ')}; silences and rules need --metrics "*" --tables "*" too`,
        [],
        'nothing',
      ),
    )
    .addOption(
      new Option('--expires <time>', 'how long it is good, such as 12h or 30d, or never')
        .default(DEFAULT_LIFE_S, `${DEFAULT_LIFE_S / DAY_S}d`)
        .argParser(duration),
    )
    .addOption(new Option('--label <text>', 'what it is for').default('', 'none'))
    .addOption(stateOption('where tokens are kept'))
    .action((options: CreateOptions) => create(storeIn(options.state), options));
  configured(token.command('list'))
    .description('Lists the tokens that are good.')
    .addOption(stateOption('where tokens are kept'))
    .action(async ({ state }: StateOption) => {
      const tokens = await storeIn(state).list();
      const none = (await folderExists(state))
        ? undefined
        : `There are no tokens, nor a folder ${state} (--state).\n`;
      process.stdout.write(none ?? describeTokens(tokens, Date.now()));
    });
  configured(token.command('revoke'))
    .description('Revokes a token by its id; who uses it is out within a second.')
    .argument('<id>', 'as list shows it')
    .addOption(stateOption('where tokens are kept'))
    .action(async (id: string, { state }: StateOption) => {
      process.stdout.write(await revoke(storeIn(state), id, state));
    });

  const report = (end?: unknown): void => {
    // The error that ends the command is printed by the program.
    const others = problems.filter((sentence) => !(end instanceof Error) || sentence !== end.message);
    for (const sentence of others) process.stderr.write(`metrics-panel: ${sentence}\n`);
  };
  try {
    await command.parseAsync(argv);
  } catch (error) {
    report(error);
    throw error;
  }
  report();
}

interface StateOption {
  readonly state: string;
}

interface CreateOptions extends StateOption {
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly may: readonly string[];
  readonly expires: number | 'never';
  readonly label: string;
}

async function create(store: TokenStore, { state: _state, expires, ...rest }: CreateOptions): Promise<void> {
  const request = checkTokenRequest({ ...rest, expiresInS: expires === 'never' ? null : expires });
  if (typeof request === 'string') {
    const sentence = request.replace('expiresInS', 'expires').replace('null for never', 'never');
    throw new UsageError(`${sentence.replace(/^Invalid (\w+)/, 'Invalid --$1')}.`);
  }
  try {
    const { token, record } = await createToken(store, request);
    // Only the token goes to standard output, for scripts.
    process.stderr.write(describeTokens([record], Date.now()));
    process.stdout.write(`${token}\n`);
  } catch (error) {
    if (error instanceof TokenTooLongError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Returns the sentence to print; revoking twice is no error. @throws UsageError */
async function revoke(store: TokenStore, id: string, state: string): Promise<string> {
  if (await store.remove(id)) return `Revoked ${id}.\n`;
  if ((await store.read()).revoked.has(id)) return `${id} is revoked already.\n`;
  throw new UsageError(
    (await folderExists(state))
      ? `There is no token with the id ${id}: see ${PROGRAM} token list.`
      : `There is no token with the id ${id}, nor a folder ${state}: give the one that the agent keeps tokens in with --state.`,
  );
}

async function folderExists(state: string): Promise<boolean> {
  return (await new StateFolder(state).version('')) !== 'none';
}

/** @param defaultText how the help shows the default */
function listOption(
  flags: string,
  description: string,
  defaultValue: readonly string[],
  defaultText: string,
): Option {
  return new Option(flags, description).default(defaultValue, defaultText).argParser(list);
}

function list(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}

/** Seconds. Not `null` for never: commander takes that for no value. */
function duration(text: string): number | 'never' {
  if (text === 'never') return text;
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitS = SECONDS.get(unit);
  if (count === undefined || unitS === undefined)
    throw new InvalidArgumentError('Give a time such as 12h or 30d, or never.');
  return Number(count) * unitS;
}
