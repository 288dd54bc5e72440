import * as v from 'valibot';
import { NAME_OR_GLOB } from '../../auth/grant.ts';
import { didYouMean, quoted } from './problem.ts';
import { parseClockTime, parseDuration, parseQuantity } from './units.ts';

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
/** Readings are kept in memory. */
const MAX_WINDOW_MS = DAY_MS;
const MAX_LIST = 64;
const MAX_RULES = 200;
const MAX_CHANNELS = 32;
const MAX_TEXT = 256;
const MAX_REPEATS = 1000;

/** A key of rules and channels. */
const NAME = /^[a-zA-Z0-9][\w.-]{0,63}$/;

/** What is wrong with a value. */
class Refusal {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/** A schema of what `parse` makes of a value; a string is what is wrong with it. */
function parsed<Output>(parse: (value: unknown) => Output | Refusal): v.GenericSchema<unknown, Output> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const result = parse(dataset.value);
      if (result instanceof Refusal) {
        addIssue({ message: result.problem });
        return NEVER;
      }
      return result;
    }),
  );
}

function orProblem<Output>(result: Output | string): Output | Refusal {
  return typeof result === 'string' ? new Refusal(result) : result;
}

const text = parsed((value) => {
  // A number as the name of a chat or a user.
  const own = typeof value === 'number' ? String(value) : value;
  if (typeof own !== 'string' || own.trim() === '')
    return new Refusal(`${quoted(value)} is no text: write one, in quotes if need be`);
  if (/[\p{Cc}\u2028\u2029]/u.test(own))
    return new Refusal('control characters and line breaks cannot be in it');
  return own.length > MAX_TEXT ? new Refusal(`more than ${MAX_TEXT} letters are too many`) : own;
});

const quantity = parsed((value) => orProblem(parseQuantity(value)));

function duration(minMs: number, maxMs: number): v.GenericSchema<unknown, number> {
  return parsed((value) => orProblem(parseDuration(value, minMs, maxMs)));
}
const holding = duration(0, 7 * DAY_MS);
const window = duration(SECOND_MS, MAX_WINDOW_MS);

/** `on` and `off` are texts in YAML 1.2. */
const onOff = parsed((value) => {
  if (value === true || value === 'on') return true;
  if (value === false || value === 'off') return false;
  return new Refusal(`${quoted(value)} is neither on nor off`);
});

function oneOf<const Names extends readonly string[]>(names: Names): v.GenericSchema<unknown, Names[number]> {
  return parsed<Names[number]>((value) => {
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    return new Refusal(
      `${quoted(value)} is none of these: ${didYouMean(String(value), names)}${names.join(', ')}`,
    );
  });
}

/** One text, or a list of them. */
function list(
  check: (one: string) => string | null = () => null,
): v.GenericSchema<unknown, readonly string[]> {
  return parsed<readonly string[]>((value) => {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (all.length === 0) return new Refusal('the list is empty: name something, or remove the line');
    if (all.length > MAX_LIST) return new Refusal(`more than ${MAX_LIST} are too many`);
    const texts: string[] = [];
    for (const one of all) {
      const result = v.safeParse(text, one);
      if (!result.success) return new Refusal(result.issues[0].message);
      const problem = check(result.output);
      if (problem !== null) return { problem };
      texts.push(result.output);
    }
    return texts;
  });
}

const patterns = list((one) =>
  NAME_OR_GLOB.test(one) ? null : `${quoted(one)} is no name or glob, such as cpu, or "filesystem.*.used"`,
);
const globs = list();

const noList = v.pipe(
  parsed<unknown>(() => new Refusal('a list is not what belongs here: write keys with values')),
  v.never(),
);

/** Keys with values; others are unknown. */
function keys<const Entries extends v.ObjectEntries>(entries: Entries) {
  const known = Object.keys(entries);
  const object = v.strictObject(entries, (issue) => {
    if (issue.expected === 'Object')
      return `${quoted(issue.input)} is not what belongs here: write keys with values, such as ${known[0] ?? 'key'}: …`;
    if (issue.expected !== 'never') return `this is missing: write ${issue.expected.replaceAll('"', '')}: …`;
    const name = issue.received.replaceAll('"', '');
    return `there is no such key: ${didYouMean(name, known)}known are ${known.join(', ')}`;
  });
  // To valibot, lists are objects too.
  return v.lazy((input) => (Array.isArray(input) ? noList : object));
}

function named<const Schema extends v.GenericSchema>(what: string, most: number, schema: Schema) {
  return v.pipe(
    v.record(
      v.string(),
      schema,
      (issue) => `${quoted(issue.input)} is not what belongs here: write a key for each ${what}`,
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const names = Object.keys(dataset.value);
      if (names.length > most) addIssue({ message: `more than ${most} are too many` });
      for (const key of names) {
        if (NAME.test(key)) continue;
        addIssue({
          message: `a ${what} is called by letters, digits, . _ and -, at most 64, such as my-${what}`,
          path: [{ type: 'object', origin: 'key', input: dataset.value, key, value: dataset.value[key] }],
        });
      }
    }),
  );
}

/** The keys of a rule; which go together is decided in `rule-of.ts`. */
const ruleEntries = {
  title: v.optional(text),
  metric: v.optional(patterns),
  above: v.optional(quantity),
  below: v.optional(quantity),
  clear: v.optional(quantity),
  mean: v.optional(window),
  max: v.optional(window),
  min: v.optional(window),
  change: v.optional(window),
  reaches: v.optional(quantity),
  falls_to: v.optional(quantity),
  within: v.optional(duration(60 * SECOND_MS, 30 * DAY_MS)),
  over: v.optional(duration(60 * SECOND_MS, MAX_WINDOW_MS)),
  when: v.optional(oneOf(['increases', 'rebooted', 'unheard'])),
  for: v.optional(holding),
  keep_for: v.optional(holding),
  no_data_for: v.optional(
    parsed((value) =>
      value === 'never' ? null : orProblem(parseDuration(value, 10 * SECOND_MS, 30 * DAY_MS)),
    ),
  ),
  severity: v.optional(oneOf(['warning', 'trouble'])),
  hosts: v.optional(globs),
  channels: v.optional(list()),
  repeat: v.optional(
    parsed((value) => {
      if (value === 'never' || value === false || value === 'off' || value === 0) return 0;
      return orProblem(parseDuration(value, 60 * SECOND_MS, 30 * DAY_MS));
    }),
  ),
  repeat_at_most: v.optional(
    parsed((value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_REPEATS
        ? value
        : new Refusal(`${quoted(value)} is no whole number from 0 to ${MAX_REPEATS}`),
    ),
  ),
};
const ruleKeys = keys(ruleEntries);
export type WrittenRule = v.InferOutput<typeof ruleKeys>;

/** `off`, or the keys. */
const rule = v.lazy((input) =>
  input === false || input === 'off' ? parsed(() => 'off' as const) : ruleKeys,
);

const secretFile = v.optional(text);
const secretEnv = v.optional(
  parsed((value) =>
    typeof value === 'string' && /^[A-Za-z_]\w{0,127}$/.test(value)
      ? value
      : new Refusal(`${quoted(value)} is no name of an environment variable, such as NTFY_TOKEN`),
  ),
);
const address = { url: v.optional(text), url_file: secretFile, url_env: secretEnv };
const token = { token_file: secretFile, token_env: secretEnv };
/** Keys that would put a secret into the file. */
function secretKey(name: string): v.GenericSchema<unknown, undefined> {
  return parsed<undefined>(
    () =>
      new Refusal(
        `a secret does not belong into this file: give ${name}_file, a file that has it alone, or ${name}_env, an environment variable`,
      ),
  );
}
const noToken = { token: v.optional(secretKey('token')) };
const texts = v.record(
  v.string(),
  text,
  (issue) => `${quoted(issue.input)} is not what belongs here: write a name with its text`,
);

export const CHANNEL_TYPES = ['webhook', 'ntfy', 'slack', 'discord', 'telegram', 'gotify', 'mail'] as const;
const webhook = keys({
  type: v.literal('webhook'),
  ...address,
  method: v.optional(oneOf(['POST', 'PUT'])),
  headers: v.optional(texts),
  header_files: v.optional(texts),
  header_envs: v.optional(v.record(v.string(), v.nonOptional(secretEnv))),
  body: v.optional(v.unknown()),
});
const ntfy = keys({ type: v.literal('ntfy'), ...address, ...token, ...noToken });
const slack = keys({ type: v.literal('slack'), ...address });
const discord = keys({ type: v.literal('discord'), ...address });
const telegram = keys({
  type: v.literal('telegram'),
  chat: text,
  server: v.optional(text),
  ...token,
  ...noToken,
});
const gotify = keys({ type: v.literal('gotify'), ...address, ...token, ...noToken });
const mail = keys({
  type: v.literal('mail'),
  server: text,
  port: v.optional(
    parsed((value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
        ? value
        : new Refusal(`${quoted(value)} is no port: give a number from 1 to 65535, such as 587`),
    ),
  ),
  security: v.optional(oneOf(['tls', 'starttls', 'plain'])),
  user: v.optional(text),
  password_file: secretFile,
  password_env: secretEnv,
  password: v.optional(secretKey('password')),
  from: text,
  to: list(),
});
const channel = v.lazy((input) => {
  const type: unknown =
    typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined;
  const found = { webhook, ntfy, slack, discord, telegram, gotify, mail }[String(type)];
  return found ?? unknownChannel;
});
const unknownChannel = v.pipe(
  v.looseObject({ type: oneOf(CHANNEL_TYPES) }, (issue) =>
    issue.expected === '"type"'
      ? `type is missing: give one of ${CHANNEL_TYPES.join(', ')}`
      : `${quoted(issue.input)} is no channel: write keys, of which type is one`,
  ),
  v.never(),
);
export type WrittenChannel =
  | v.InferOutput<typeof webhook>
  | v.InferOutput<typeof ntfy>
  | v.InferOutput<typeof slack>
  | v.InferOutput<typeof discord>
  | v.InferOutput<typeof telegram>
  | v.InferOutput<typeof gotify>
  | v.InferOutput<typeof mail>;

const day = oneOf(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']);
const clockTime = parsed((value) => orProblem(parseClockTime(value)));
const maintenanceWindow = keys({
  days: v.optional(v.array(day, 'write a list of days, such as [sat, sun]')),
  from: clockTime,
  to: clockTime,
  rules: v.optional(globs),
  hosts: v.optional(globs),
});

/** All of alerts.yaml. */
export const fileSchema = keys({
  dashboard: v.optional(text),
  channels: v.optional(v.nullable(named('channel', MAX_CHANNELS, channel))),
  rules: v.optional(v.nullable(named('rule', MAX_RULES, rule))),
  maintenance: v.optional(
    v.nullable(
      v.pipe(
        v.array(
          maintenanceWindow,
          (issue) => `${quoted(issue.input)} is not what belongs here: write a list of windows`,
        ),
        v.maxLength(MAX_LIST, `more than ${MAX_LIST} are too many`),
      ),
    ),
  ),
  defaults: v.optional(onOff),
});
export type WrittenFile = v.InferOutput<typeof fileSchema>;
