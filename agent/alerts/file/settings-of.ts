import * as v from 'valibot';
import type { AlertRule } from '../alert-rule.ts';
import type { AlertSettings, ChannelSettings, MaintenanceWindow } from '../alert-settings.ts';
import { DEFAULT_RULES } from '../default-rules.ts';
import { channelOf } from './channel-of.ts';
import { didYouMean, fieldText, type PathProblem, type Problem } from './problem.ts';
import { ruleOf } from './rule-of.ts';
import { fileSchema, type WrittenFile, type WrittenRule } from './schema.ts';
import { parseYaml, type YamlText } from './yaml-text.ts';

export const MAX_FILE_BYTES = 262_144;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const MAX_PROBLEMS = 20;
/** Names and globs of metrics in all rules together: each is compared with every name there is. */
const MAX_PATTERNS = 1000;

export type ReadSettings =
  | { readonly settings: AlertSettings; readonly yaml: YamlText; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly yaml?: undefined; readonly problems: readonly Problem[] };

/**
 * Reads the text of alerts.yaml. Never throws, whatever the text.
 * @param folder that names of files count from
 */
export function readSettings(text: string, folder: string): ReadSettings {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) {
    const message = `the file has more than ${MAX_FILE_BYTES / 1024} kB: that cannot be meant`;
    return { problems: [{ line: 1, column: 1, field: '', message }] };
  }
  const yaml = parseYaml(text);
  if (!('value' in yaml)) return { problems: yaml };
  const result = v.safeParse(fileSchema, yaml.value ?? {});
  const found = result.success ? settingsOf(result.output, folder) : result.issues.map(problemOf);
  if ('rules' in found) return { settings: found, yaml };
  const problems = found.slice(0, MAX_PROBLEMS).map(({ path, message }) => ({
    ...yaml.at(path),
    field: fieldText(path),
    message,
  }));
  return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function problemOf(issue: v.BaseIssue<unknown>): PathProblem {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  return { path, message: issue.message };
}

function settingsOf(written: WrittenFile, folder: string): AlertSettings | readonly PathProblem[] {
  const problems: PathProblem[] = [];
  const channels: ChannelSettings[] = [];
  for (const [name, channel] of Object.entries(written.channels ?? {})) {
    const settings = channelOf(name, channel, folder);
    if ('type' in settings) channels.push(settings);
    else problems.push(...settings);
  }
  const rules = rulesOf(written, problems);
  const names = Object.keys(written.channels ?? {});
  for (const { name, channels: told } of rules) {
    const unknown = told?.find((channel) => !names.includes(channel));
    if (unknown === undefined) continue;
    const known =
      names.length === 0 ? 'there are none' : `${didYouMean(unknown, names)}there are ${names.join(', ')}`;
    problems.push({
      path: ['rules', name, 'channels'],
      message: `no channel is called ${unknown}: ${known}`,
    });
  }
  const dashboardUrl = written.dashboard ?? null;
  if (dashboardUrl !== null && !isWebAddress(dashboardUrl))
    problems.push({
      path: ['dashboard'],
      message: 'it is no address: give one such as https://panel.example.com/',
    });
  if (problems.length > 0) return problems;
  return { rules, channels, maintenance: (written.maintenance ?? []).map(windowOf), dashboardUrl };
}

function rulesOf(written: WrittenFile, problems: PathProblem[]): AlertRule[] {
  const shipped = written.defaults === false ? [] : DEFAULT_RULES;
  const own = new Map(Object.entries(written.rules ?? {}));
  const rules: AlertRule[] = [];
  const patterns = Object.values(written.rules ?? {}).flatMap((rule) =>
    rule === 'off' ? [] : (rule.metric ?? []),
  );
  if (patterns.length > MAX_PATTERNS) {
    const message = `more than ${MAX_PATTERNS.toLocaleString('en-US')} names of metrics are too many: use globs`;
    problems.push({ path: ['rules'], message });
    return rules;
  }
  const add = (name: string, rule: WrittenRule | 'off', base: AlertRule | undefined): void => {
    if (problems.length >= MAX_PROBLEMS) return;
    if (rule === 'off') {
      if (base === undefined && !DEFAULT_RULES.some((known) => known.name === name))
        problems.push({
          path: ['rules', name],
          message: 'no shipped rule has this name, so that it cannot be switched off: remove it',
        });
      return;
    }
    const result = ruleOf(name, rule, base);
    if ('name' in result) rules.push(result);
    else problems.push(...result);
  };
  for (const base of shipped) {
    const change = own.get(base.name);
    if (change === undefined) rules.push(base);
    else add(base.name, change, base);
    own.delete(base.name);
  }
  // With `defaults: off`, a shipped rule that is named is wanted all the same.
  for (const [name, rule] of own)
    add(
      name,
      rule,
      DEFAULT_RULES.find((known) => known.name === name),
    );
  return rules;
}

function windowOf(window: NonNullable<WrittenFile['maintenance']>[number]): MaintenanceWindow {
  return {
    days: window.days?.map((day) => DAYS.indexOf(day)) ?? EVERY_DAY,
    fromMinute: window.from,
    toMinute: window.to,
    rules: window.rules ?? ['*'],
    hosts: window.hosts ?? ['*'],
  };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
