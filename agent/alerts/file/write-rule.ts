import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Document, isMap } from 'yaml';
import { makeFolder } from '../../make-folder.ts';
import { errorCode } from '../../system-error.ts';
import type { RuleRefusal } from '../rules-file.ts';
import { problemText } from './problem.ts';
import { readSettings } from './settings-of.ts';

/** It may say where secrets are. */
const PRIVATE_FILE = 0o600;
/** Keys, and lists of what they allow. `yaml` would need a stack as deep as the value. */
const MAX_RULE_DEPTH = 4;

/**
 * The text of alerts.yaml with one rule changed; comments and order of the rest stay.
 * @param text as it is now; empty for no file
 * @param rule as JSON; `null` removes what the text has of it
 */
export function withRule(text: string, folder: string, name: string, rule: unknown): string | RuleRefusal {
  if (isDeeper(rule, MAX_RULE_DEPTH))
    return {
      error: 'The rule is nested too deeply: write keys with values, or with lists of values.',
    };
  const before = readSettings(text, folder);
  if (before.problems !== undefined) {
    const [first] = before.problems;
    return {
      error: `alerts.yaml has a mistake, which has to be mended first: ${first && problemText(first)}.`,
    };
  }
  const document = before.yaml.document ?? new Document({});
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (rule === null) {
    if (!document.hasIn(['rules', name]))
      return { error: `alerts.yaml has no rule ${name}.`, isUnknown: true };
    document.deleteIn(['rules', name]);
    const rules = document.getIn(['rules']);
    if (isMap(rules) && rules.items.length === 0) document.deleteIn(['rules']);
  } else {
    putRule(document, name, rule);
  }
  return checked(document, folder, name);
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1));
}

/** Keeps the comments beside keys that stay. */
function putRule(document: Document, name: string, rule: unknown): void {
  if (!isMap(document.getIn(['rules']))) document.setIn(['rules'], document.createNode({}));
  const present = document.getIn(['rules', name]);
  if (!isMap(present) || typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    document.setIn(['rules', name], document.createNode(rule));
    return;
  }
  const keys = new Set(Object.keys(rule));
  present.items = present.items.filter(({ key }) => keys.has(String(key)));
  for (const [key, value] of Object.entries(rule)) {
    if (JSON.stringify(present.get(key)) !== JSON.stringify(value))
      present.set(key, document.createNode(value));
  }
}

function checked(document: Document, folder: string, name: string): string | RuleRefusal {
  let text: string;
  try {
    text = document.toString({ lineWidth: 0 });
  } catch {
    return {
      error: 'Another part of alerts.yaml refers to this rule (&name, *name): change it there by hand.',
    };
  }
  const after = readSettings(text, folder);
  if (after.problems === undefined) return text;
  const [problem] = after.problems;
  const prefix = `rules.${name}`;
  if (problem === undefined || !problem.field.startsWith(prefix))
    return {
      error: `This does not go together with the rest of alerts.yaml: ${problem && problemText(problem)}.`,
    };
  const field = problem.field.slice(prefix.length + 1).replace(/\[.*$/, '');
  return {
    error: `${field === '' ? 'The rule' : field}: ${problem.message}.`,
    ...(field === '' ? {} : { field }),
  };
}

/**
 * Replaces a file at once, by one for the agent's user alone unless it is there already; a link stays one.
 * @param isAsRead whether the file still is what `text` was made of; asked last of all
 * @returns what is in the way; `changed` if it is not; `null` for nothing
 */
export async function replaceFile(
  path: string,
  text: string,
  isAsRead: () => Promise<boolean>,
): Promise<RuleRefusal | 'changed' | null> {
  try {
    await makeFolder(dirname(path));
    const target = await realpath(path).catch(() => path);
    const mode = (await stat(target).catch(() => null))?.mode ?? PRIVATE_FILE;
    const temporary = join(dirname(target), `.alerts.yaml.${process.pid}`);
    try {
      const file = await open(temporary, 'w', mode & 0o777);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      if (!(await isAsRead())) return 'changed';
      await rename(temporary, target);
      return null;
    } finally {
      await rm(temporary, { force: true });
    }
  } catch (error) {
    return {
      error: `${path} cannot be written (${errorCode(error) ?? String(error)}): the agent's user needs to write to its folder.`,
    };
  }
}
