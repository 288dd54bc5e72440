import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capturedLog } from '../../testing/captured-log.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { DEFAULT_SETTINGS } from '../default-settings.ts';
import { AlertFile } from './alert-file.ts';

let folder: string;
let path: string;
let file: AlertFile;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  path = join(folder, 'alerts.yaml');
  const captured = capturedLog();
  ({ lines } = captured);
  file = new AlertFile({ path, clock: new FakeClock(), log: captured.log });
});
afterEach(() => rmSync(folder, { recursive: true }));

const ruleNames = (): string[] => file.settings.rules.map(({ name }) => name);
const threshold = (name: string): unknown =>
  file.settings.rules.find((rule) => rule.name === name)?.condition;
const BUSY = 'rules:\n  busy: { metric: cpu, above: 90 }\n';

describe('alerts.yaml', () => {
  it('that is not there means the shipped rules, and says nothing', async () => {
    await file.load();
    expect([file.settings, file.problem, lines]).toEqual([DEFAULT_SETTINGS, null, []]);
  });

  it('that somebody named and that is not there is told', async () => {
    const captured = capturedLog();
    file = new AlertFile({ path, isExpected: true, clock: new FakeClock(), log: captured.log });
    await file.load();
    expect(file.problem).toBe(`There is no ${path}: the shipped rules hold, and nobody is told.`);
    expect(captured.lines.at(-1)).toBe(`warn ${file.problem}`);
    writeFileSync(path, BUSY);
    await file.load();
    expect([file.problem, ruleNames().includes('busy')]).toEqual([null, true]);
  });

  it('is followed: written, renamed into place, removed', async () => {
    await file.load();
    writeFileSync(path, BUSY);
    await file.load();
    expect(ruleNames()).toContain('busy');
    const { revision } = file;
    await file.load();
    expect(file.revision).toBe(revision);
    writeFileSync(join(folder, 'new'), BUSY.replace('busy', 'calm'));
    renameSync(join(folder, 'new'), path);
    await file.load();
    expect(ruleNames()).toContain('calm');
    unlinkSync(path);
    await file.load();
    expect(file.settings).toEqual(DEFAULT_SETTINGS);
  });

  it('is looked at by visits, at most each two seconds, and believed when it is the same at the next look', async () => {
    const clock = new FakeClock();
    file = new AlertFile({ path, clock, log: capturedLog().log });
    file.visit();
    await file.load();
    writeFileSync(path, BUSY);
    const followed: boolean[] = [];
    for (let second = 0; second < 6; second += 1) {
      file.visit();
      await file.writeRule('nothing', null);
      followed.push(ruleNames().includes('busy'));
      await clock.advance(1000);
    }
    expect(followed).toEqual([false, false, false, false, true, true]);
  });

  it.each([
    [
      'a mistake',
      'rules: { busy: { metric: cpu, abve: 90 } }',
      /^alerts\.yaml, line 1: rules\.busy\.abve: .*did you mean above/,
    ],
    [
      'two',
      'rules:\n  a: { x: 1 }\n  b: { x: 1 }',
      /^alerts\.yaml, line 2: rules\.a\.x: .* \(and 1 more\)\. The rules from before go on\.$/,
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), /is not UTF-8: save it as that/],
  ])('with %s keeps the rules from before, and says so once', async (_what, text, told) => {
    writeFileSync(path, BUSY);
    await file.load();
    writeFileSync(path, text);
    await file.load();
    await file.load();
    expect(ruleNames()).toContain('busy');
    expect(file.problem).toMatch(told);
    expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
    writeFileSync(path, BUSY.replace('90', '95'));
    await file.load();
    expect(file.problem).toBeNull();
    expect(threshold('busy')).toMatchObject({ threshold: 95 });
  });

  it.each([
    ['a folder', () => mkdirSync(path)],
    ['a pipe', () => execFileSync('mkfifo', [path])],
  ])('that is %s is no file', async (_what, make) => {
    make();
    await file.load();
    expect(file.problem).toMatch(/is no file: put one there/);
  });

  it.each([
    ['missing', () => unlinkSync(path)],
    ['empty', () => writeFileSync(path, '')],
    ['there without its end', () => writeFileSync(path, 'rules:\n')],
  ])('that is %s while it is being saved keeps its rules', async (_what, begin) => {
    const clock = new FakeClock();
    file = new AlertFile({ path, clock, log: capturedLog().log });
    const look = async (): Promise<void> => {
      await clock.advance(2000);
      file.visit();
      await file.writeRule('nothing', null);
    };
    writeFileSync(path, BUSY);
    await file.load();
    begin();
    await look();
    expect(ruleNames()).toContain('busy');
    await look();
    expect(ruleNames()).not.toContain('busy');
  });

  it('tells where each rule comes from', async () => {
    writeFileSync(path, `${BUSY}  temperature: off\n  memory-low: { above: 97 }\n`);
    await file.load();
    const origins = new Map(file.ruleViews().map(({ name, origin, written }) => [name, [origin, written]]));
    expect(origins.get('busy')).toEqual(['own', { metric: 'cpu', above: 90 }]);
    expect(origins.get('temperature')).toEqual(['off', 'off']);
    expect(origins.get('memory-low')).toEqual(['changed', { above: 97 }]);
    expect(origins.get('reboot')).toEqual(['default', null]);
  });
});

describe('writing a rule', () => {
  it('makes a file for the user alone', async () => {
    expect(await file.writeRule('busy', { metric: 'cpu', above: 90 })).toBeNull();
    expect(ruleNames()).toContain('busy');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['alerts.yaml']);
  });

  it('refuses a rule that is nested without end', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    expect(await file.writeRule('busy', { metric: deep, above: 90 })).toEqual({
      error: 'The rule is nested too deeply: write keys with values, or with lists of values.',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps comments, order, mode and everything else', async () => {
    const text = `# Mine.
channels:
  phone: { type: ntfy, url: https://ntfy.example/topic } # of the night shift

rules:
  # Never wake me for less.
  busy:
    metric: cpu # all of it
    above: 90
  temperature: off
`;
    writeFileSync(path, text);
    chmodSync(path, 0o640);
    expect(await file.writeRule('busy', { metric: 'cpu', above: 95, for: '5m' })).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(text.replace('above: 90', 'above: 95\n    for: 5m'));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await file.writeRule('temperature', null)).toBeNull();
    expect(readFileSync(path, 'utf8')).not.toContain('temperature');
    expect(ruleNames()).toContain('temperature');
  });

  it('writes through a link', async () => {
    const elsewhere = join(folder, 'mine.yaml');
    writeFileSync(elsewhere, BUSY);
    symlinkSync(elsewhere, path);
    expect(await file.writeRule('calm', { metric: 'cpu', below: 1 })).toBeNull();
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(elsewhere, 'utf8')).toContain('calm');
  });

  it('sees what somebody else has just written', async () => {
    await file.load();
    writeFileSync(path, BUSY);
    await Promise.all([
      file.writeRule('one', { metric: 'cpu', above: 1 }),
      file.writeRule('two', { metric: 'cpu', above: 2 }),
    ]);
    expect(ruleNames()).toEqual(expect.arrayContaining(['busy', 'one', 'two']));
  });

  it.each([
    ['once', 1, null],
    ['again and again', 99, { error: `is being changed by somebody else: try again.` }],
  ])('loses nothing that somebody else saves %s meanwhile', async (_often, most, refused) => {
    writeFileSync(path, BUSY);
    let saved = BUSY;
    let count = 0;
    const rule = {
      above: 1,
      // Read between reading the file and replacing it.
      get metric() {
        count += 1;
        if (count <= most) {
          saved = `${BUSY}  calm: { metric: memory, below: ${count} }\n`;
          writeFileSync(path, saved);
        }
        return 'cpu';
      },
    };
    const result = await file.writeRule('one', rule);
    if (refused === null) expect(result).toBeNull();
    else expect(result?.error).toContain(refused.error);
    const text = readFileSync(path, 'utf8');
    expect(text.startsWith(saved)).toBe(true);
    expect(text.includes('one:')).toBe(refused === null);
    expect(readdirSync(folder)).toEqual(['alerts.yaml']);
  });

  it.each([
    [
      { metric: 'cpu', above: 'much' },
      { field: 'above', error: /^above: "much" is no number/ },
    ],
    [{ metric: 'cpu' }, { error: /^The rule: it does not say when/ }],
    [
      { metric: 'cpu', above: 1, channels: ['no'] },
      { field: 'channels', error: /no channel is called no/ },
    ],
    [[], { error: /write keys with values/ }],
    [
      { metric: 'cpu', above: 1, title: 'a\nb' },
      { field: 'title', error: /line breaks/ },
    ],
  ])('refuses %j with the field and the fix', async (rule, { error, ...rest }) => {
    writeFileSync(path, BUSY);
    const refused = await file.writeRule('busy', rule);
    expect(refused).toMatchObject(rest);
    expect(refused?.error).toMatch(error);
    expect(readFileSync(path, 'utf8')).toBe(BUSY);
  });

  it('refuses to delete what is not there', async () => {
    expect(await file.writeRule('nothing', null)).toMatchObject({ isUnknown: true });
    expect(existsSync(path)).toBe(false);
  });

  it('does not touch a file with a mistake', async () => {
    writeFileSync(path, 'rules: [');
    expect((await file.writeRule('busy', { metric: 'cpu', above: 1 }))?.error).toMatch(
      /has to be mended first/,
    );
    expect(readFileSync(path, 'utf8')).toBe('rules: [');
  });

  it('does not remove a rule that another one repeats', async () => {
    const text = 'rules:\n  one: &one { metric: cpu, above: 1 }\n  two: *one\n';
    writeFileSync(path, text);
    expect((await file.writeRule('one', null))?.error).toMatch(/refers to this rule/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says what is in the way of writing', async () => {
    file = new AlertFile({
      path: '/proc/nowhere/alerts.yaml',
      clock: new FakeClock(),
      log: capturedLog().log,
    });
    expect((await file.writeRule('busy', { metric: 'cpu', above: 1 }))?.error).toMatch(
      /cannot be written \(E\w+\)/,
    );
  });
});
