import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../default-rules.ts';
import type { AlertRule } from '../alert-rule.ts';
import { DEFAULT_SETTINGS } from '../default-settings.ts';
import { problemText } from './problem.ts';
import { MAX_FILE_BYTES, readSettings } from './settings-of.ts';

const FOLDER = '/etc/panel';

function settings(text: string): NonNullable<ReturnType<typeof readSettings>['settings']> {
  const read = readSettings(text, FOLDER);
  if (read.settings === undefined) throw new Error(read.problems.map(problemText).join('; '));
  return read.settings;
}
const problems = (text: string): string[] => (readSettings(text, FOLDER).problems ?? []).map(problemText);
const rule = (text: string): AlertRule | undefined =>
  settings(text).rules.find(({ name }) => name === 'busy');
/** What is wrong with a rule `busy`, without where it is. */
const ruleProblems = (keys: string): string[] =>
  problems(`rules:\n  busy: { ${keys} }`).map((text) => text.replace(/^line 2: rules\.busy\.?/, ''));

describe('alerts.yaml', () => {
  it.each(['', '# nothing yet\n', '{}', 'rules:\nchannels:\n'])(
    'that says nothing (%j) has the shipped rules',
    (text) => {
      expect(settings(text)).toEqual(DEFAULT_SETTINGS);
    },
  );

  it('changes, switches off and adds rules', () => {
    const { rules } = settings(`
rules:
  filesystem-full: { above: 95 % }
  temperature: off
  busy:
    metric: cpu
    above: 90
    clear: 80
    mean: 5m
    for: 10m
    keep_for: 5m
    no_data_for: 10m
    severity: warning
    hosts: [web-*]
    repeat: never
    repeat_at_most: 3
`);
    expect(rules.length).toBe(DEFAULT_RULES.length);
    expect(rules.find(({ name }) => name === 'temperature')).toBeUndefined();
    expect(rules.find(({ name }) => name === 'filesystem-full')).toEqual({
      ...DEFAULT_RULES.find(({ name }) => name === 'filesystem-full'),
      condition: {
        kind: 'threshold',
        reading: { kind: 'value' },
        direction: 'above',
        threshold: 95,
        clear: 90,
      },
    });
    expect(rules.at(-1)).toEqual({
      name: 'busy',
      title: 'Busy',
      severity: 'warning',
      hosts: ['web-*'],
      metrics: ['cpu'],
      condition: {
        kind: 'threshold',
        reading: { kind: 'mean', windowMs: 300_000 },
        direction: 'above',
        threshold: 90,
        clear: 80,
      },
      forMs: 600_000,
      keepForMs: 300_000,
      noDataForMs: 600_000,
      channels: null,
      repeatMs: 0,
      repeatAtMost: 3,
    });
  });

  it('can do without the shipped rules, but for those that it names', () => {
    expect(settings('defaults: off').rules).toEqual([]);
    expect(settings('defaults: off\nrules: { reboot: {} }').rules.map(({ name }) => name)).toEqual([
      'reboot',
    ]);
  });

  it.each([
    ['above: 90', 'above', 90, 85.5],
    ['below: 10', 'below', 10, 10.5],
    ['above: 90, clear: 90', 'above', 90, 90],
    ['above: 90 %', 'above', 90, 85.5],
  ])('%s clears on the safe side', (keys, direction, threshold, clear) => {
    expect(rule(`rules: { busy: { metric: cpu, ${keys} } }`)?.condition).toMatchObject({
      direction,
      threshold,
      clear,
    });
  });

  it.each([
    ['metric: memory.available, below: 2 GB', 2e9],
    ['metric: memory.available, below: 2 GiB', 2 * 1024 ** 3],
    ['metric: system.uptime, below: 5m', 300],
    ['metric: network.*.receive, above: 50 MB/s', 50e6],
  ])('%s is in the unit of the metric', (keys, threshold) => {
    expect(rule(`rules: { busy: { ${keys} } }`)?.condition).toMatchObject({ threshold });
  });

  it('has forecasts, counts and events', () => {
    expect(rule('rules: { busy: { metric: filesystem.*.used, reaches: 100 } }')?.condition).toEqual({
      kind: 'forecast',
      direction: 'above',
      level: 100,
      withinMs: 14_400_000,
      overMs: 10_800_000,
    });
    expect(rule('rules: { busy: { metric: memory.oomKills, when: increases } }')?.condition).toEqual({
      kind: 'increase',
    });
    expect(rule('rules: { busy: { when: rebooted } }')).toMatchObject({
      metrics: [],
      condition: { kind: 'reboot' },
    });
  });

  it('has channels of every kind, with secrets elsewhere', () => {
    const { channels } = settings(`
channels:
  phone: { type: ntfy, url: https://ntfy.example/topic, token_file: ntfy-token }
  team: { type: slack, url_file: /run/secrets/slack }
  talk: { type: discord, url_env: DISCORD_URL }
  bot: { type: telegram, chat: -100123, token_env: TELEGRAM_TOKEN }
  own: { type: gotify, url: http://127.0.0.1:8090, token_file: gotify }
  hook: { type: webhook, url: https://hook.example/, method: PUT, headers: { X-Key: a }, header_files: { Authorization: hook }, body: { text: "{{title}}" } }
  mail: { type: mail, server: smtp.example.com, user: me, password_file: smtp, from: Panel <panel@example.com>, to: me@example.com }
`);
    expect(channels).toEqual([
      {
        name: 'phone',
        type: 'ntfy',
        address: { url: 'https://ntfy.example/topic' },
        token: { file: '/etc/panel/ntfy-token' },
      },
      { name: 'team', type: 'slack', address: { file: '/run/secrets/slack' } },
      { name: 'talk', type: 'discord', address: { env: 'DISCORD_URL' } },
      { name: 'bot', type: 'telegram', token: { env: 'TELEGRAM_TOKEN' }, chat: '-100123', server: null },
      {
        name: 'own',
        type: 'gotify',
        address: { url: 'http://127.0.0.1:8090' },
        token: { file: '/etc/panel/gotify' },
      },
      {
        name: 'hook',
        type: 'webhook',
        address: { url: 'https://hook.example/' },
        method: 'PUT',
        headers: { 'X-Key': 'a' },
        secretHeaders: { Authorization: { file: '/etc/panel/hook' } },
        body: { text: '{{title}}' },
      },
      {
        name: 'mail',
        type: 'mail',
        host: 'smtp.example.com',
        port: 587,
        security: 'starttls',
        user: 'me',
        password: { file: '/etc/panel/smtp' },
        from: 'Panel <panel@example.com>',
        to: ['me@example.com'],
      },
    ]);
  });

  it('has maintenance windows, also over midnight', () => {
    expect(
      settings('maintenance: [{ days: [sat], from: "22:00", to: "02:30", rules: [busy] }]').maintenance,
    ).toEqual([{ days: [6], fromMinute: 1320, toMinute: 150, rules: ['busy'], hosts: ['*'] }]);
  });
});

describe('a mistake in a rule is told with its fix', () => {
  it.each([
    ['metric: cpuu, above: 90', /^metric: no metric is called cpuu: did you mean cpu\?/],
    ['metric: cpu', /^: it does not say when: add above/],
    ['above: 90', /^: it does not say what to watch: add metric/],
    ['metric: cpu, abov: 90', /^abov: there is no such key: did you mean above\?/],
    ['metric: cpu, above: ninety', /^above: "ninety" is no number: give one such as 90/],
    ['metric: cpu, above: 90 GB', /^above: "GB" is not the unit of this metric, which is percent: give 90 %/],
    ['metric: cpu, above: 90, below: 10', /^below: above and below do not go together: write two rules/],
    ['metric: cpu, above: 90, reaches: 100', /do not go together: a rule has one condition/],
    ['metric: cpu, above: 90, clear: 95', /^clear: it clears below the threshold: give 90 or less/],
    ['metric: cpu, below: 10, clear: 5', /^clear: it clears above the threshold: give 10 or more/],
    ['metric: cpu, above: 90, for: 5', /^for: 5 has no unit: write 5s, or 5m for minutes/],
    ['metric: cpu, above: 90, for: 99d', /^for: "99d" is too long: give at most 7d/],
    ['metric: cpu, above: 90, mean: 5m, max: 5m', /^max: mean and max do not go together: choose one/],
    ['metric: cpu, above: 90, channels: [phne]', /^channels: no channel is called phne: there are none/],
    ['metric: cpu, when: rebooted', /^metric: a rule with when: rebooted watches the host: remove metric/],
    ['metric: cpu, above: .inf', /is no number that can be used/],
  ])('%s', (keys, told) => {
    expect(ruleProblems(keys)).toEqual([expect.stringMatching(told)]);
  });
});

describe('a mistake elsewhere is told with its line and fix', () => {
  it.each([
    [
      'channels:\n  x: { type: ntfi }',
      /^line 2: channels\.x\.type: "ntfi" is none of these: did you mean ntfy\?/,
    ],
    [
      'channels:\n  x: { type: ntfy }',
      /^line 2: channels\.x: it needs one address: url, url_file or url_env/,
    ],
    ['channels:\n  x: { type: ntfy, url: ftp://a/b }', /^line 2: channels\.x\.url: it is no address/],
    [
      'channels:\n  x:\n    type: ntfy\n    url: https://me:pw@a/b',
      /^line 4: channels\.x\.url: a secret does not belong into an address/,
    ],
    [
      'channels:\n  x: { type: gotify, url: http://a, token: abc }',
      /channels\.x\.token: a secret does not belong into this file/,
    ],
    [
      'channels:\n  x: { type: webhook, url: http://a, body: "{{titel}}" }',
      /channels\.x\.body: nothing is called \{\{titel\}\}: did you mean title\?/,
    ],
    ['channels:\n  x: { type: webhook, url: http://a, headers: { "a b": c } }', /it is no name of a header/],
    [
      'channels:\n  x: { type: webhook, url: http://a, headers: { A: b }, header_files: { a: f } }',
      /twice: remove one/,
    ],
    [
      'channels:\n  x: { type: mail, server: a, from: me, to: a@b }',
      /channels\.x\.from: "me" is no mail address/,
    ],
    ['channels:\n  x: { type: mail, server: a, user: me, from: a@b, to: a@b }', /its password is missing/],
    ['dashboard: panel', /^line 1: dashboard: it is no address/],
    ['rule: {}', /^line 1: rule: there is no such key: did you mean rules\?/],
    ['rules:\n  nothing: off', /^line 2: rules\.nothing: no shipped rule has this name/],
    ['rules:\n  "a b": { metric: cpu, above: 1 }', /a rule is called by letters, digits/],
    ['maintenance: [{ from: "25:00", to: "02:00" }]', /maintenance\[1\]\.from: "25:00" is no time of day/],
    ['rules: [1', /^line 1: this is no YAML/],
    ['a: 1\na: 2', /^line 2: a: it is here twice: remove one/],
    ['rules:\n\tbusy: 1', /use spaces/],
    ['a: !!js/function x', /^line 1: .*tag/],
    ['a: *b', /^line 1/],
    ['---\na: 1\n---\nb: 2', /second document/],
    ['__proto__: 1', /cannot be a key/],
    ['<<: { a: 1 }', /merging with <</],
  ])('%j', (text, told) => {
    expect(problems(text)[0]).toMatch(told);
  });
});

/** Rules of 60 metrics each. */
function manyNames(nameOf: (index: number) => string, rules = 190): string {
  const names = Array.from({ length: 60 }, (_none, index) => nameOf(index)).join(', ');
  return `rules:\n${Array.from({ length: rules }, (_none, i) => `  r${i}: { above: 1, metric: [${names}] }\n`).join('')}`;
}

describe('a hostile text ends soon', () => {
  it.each([
    ['long', 'x'.repeat(MAX_FILE_BYTES + 1)],
    ['deep in brackets', '['.repeat(20_000)],
    ['deep in lists', '- '.repeat(20_000)],
    ['deep in keys', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['of many values', `a: [${'1,'.repeat(60_000)}]`],
    [
      'of aliases',
      Array.from(
        { length: 30 },
        (_, i) => `a${i}: &a${i} [${i === 0 ? '1' : `*a${i - 1}, *a${i - 1}`}]`,
      ).join('\n'),
    ],
    ['that refers to itself', 'a: &a { b: *a }'],
    [
      'of many rules',
      `rules: {${Array.from({ length: 300 }, (_, i) => `r${i}: { metric: cpu, above: 1 }`).join(', ')}}`,
    ],
    ['of many globs', manyNames((i) => `"${'*a'.repeat(8)}${i}"`)],
    ['of many names that are unknown', manyNames((i) => `"${'c.'.repeat(30)}${i}"`, 15)],
  ])('if it is %s', (_what, text) => {
    expect(problems(text).length).toBeGreaterThan(0);
    expect(problems(text).length).toBeLessThanOrEqual(20);
  });

  it('and never throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'rules:',
        'channels:',
        '\n',
        '  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ': ',
        '&a',
        '*a',
        '"',
        "'",
        '|',
        '>',
        '!!',
        '#',
        'off',
        'metric: cpu',
        '? ',
        '%YAML',
        '\t',
        '\r',
        '\u0000',
        '\uFEFF',
      ),
      fc.string({ maxLength: 8, unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const read = readSettings(pieces.join(''), FOLDER);
        for (const { line, message } of read.problems ?? []) {
          expect(line).toBeGreaterThan(0);
          expect(message).not.toContain('\n');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
