import { InvalidArgumentError } from 'commander';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { domainToASCII } from 'node:url';
import { isAddressRange } from '../addresses.ts';
import { NAME_OR_GLOB } from '../auth/grant.ts';
import { isHostPattern } from '../http/request-guard/allowed-hosts.ts';
import { errorCode } from '../system-error.ts';
import { isOrigin } from '../origins.ts';
import { unknownMetric, unknownTable } from '../sampling/known-names.ts';

/** Parses one value of an option. @throws InvalidArgumentError */
type ParseValue<T> = (text: string) => T;

export function integerBetween(min: number, max: number): ParseValue<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

const MAX_HISTORY_DAYS = 3650;

/** Days, or `off`. Not `null` for off: commander takes that for no value. */
export function historyDays(text: string): number | 'off' {
  if (text === 'off') return text;
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < 1 || days > MAX_HISTORY_DAYS) {
    throw new InvalidArgumentError(
      `Give a whole number of days from 1 to ${MAX_HISTORY_DAYS}, or off to keep none.`,
    );
  }
  return days;
}

const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
]);
const MIN_HISTORY_BYTES = 5e6;

/** `200MB`, `1.5 GB` or `1TB`, in bytes. */
export function byteSize(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?([MGT]B)$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(count) * (BYTE_UNITS.get(unit.toUpperCase()) ?? Number.NaN));
  if (!(bytes >= MIN_HISTORY_BYTES))
    throw new InvalidArgumentError('Give a size of at least 5MB in MB, GB or TB, such as 200MB or 2GB.');
  return bytes;
}

export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give an address or a host name.');
  return text;
}

/** An absolute, normalized path: `/proc/` becomes `/proc`. */
export function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give a folder.');
  return absolute(text);
}

/** A folder that exists or could be created. */
export function stateFolder(text: string): string {
  const path = folder(text);
  if (isOrIsInAFile(path)) {
    throw new InvalidArgumentError('It is no folder: choose one that this user can write to.');
  }
  return path;
}

/** Other errors are reported when the folder is used. */
function isOrIsInAFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch (error) {
    return errorCode(error) === 'ENOTDIR';
  }
}

export function file(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give a file.');
  return absolute(text);
}

/** An absolute path, or `off`. */
export function alertsFile(text: string): string {
  return text === 'off' ? text : file(text);
}

function absolute(path: string): string {
  try {
    return resolve(path);
  } catch {
    throw new InvalidArgumentError('Give a path from / on: the folder that this was started in is gone.');
  }
}

/** Comma-separated values; repeating the option adds to the list. */
export function listOf(parse: ParseValue<string>): (text: string, before?: readonly string[]) => string[] {
  return (text, before = []) => [...before, ...text.split(',').map((value) => parse(value.trim()))];
}

/** Characters that no host name has, and that `domainToASCII` would cut off or drop. */
const NO_NAME = /[/\\?#@:%\s]/;

/** A host name in the ASCII form that browsers send, or `*.` and such a name. */
export function hostPattern(text: string): string {
  const isBelow = text.startsWith('*.');
  const name = domainToASCII(isBelow ? text.slice(2) : text);
  const pattern = isBelow ? `*.${name}` : name;
  // `domainToASCII` takes the host out of `a/b` and `a@b`.
  if (NO_NAME.test(text) || !isHostPattern(pattern)) {
    throw new InvalidArgumentError(
      'Give names without a port or a path, such as metrics.example.com, or *.example.com for all names below one.',
    );
  }
  return pattern;
}

/** The name of a metric or a table, or a glob. */
export function metricPattern(text: string): string {
  if (!NAME_OR_GLOB.test(text)) {
    throw new InvalidArgumentError('Give names and globs with commas between them, such as "cpu*,memory*".');
  }
  const unknown = unknownMetric(text);
  if (unknown !== null && unknownTable(text) !== null) {
    throw new InvalidArgumentError(`${unknown.charAt(0).toUpperCase()}${unknown.slice(1)}.`);
  }
  return text;
}

/** An origin exactly as browsers send it. */
export function origin(text: string): string {
  if (text === '*') {
    throw new InvalidArgumentError(
      'It would let every page that a viewer has open read the metrics: name the origins.',
    );
  }
  if (isOrigin(text)) return text;
  const fixed = URL.canParse(text) ? new URL(text).origin : '';
  const example = isOrigin(fixed) ? fixed : 'https://example.com';
  throw new InvalidArgumentError(`Give origins as browsers send them, such as ${example}.`);
}

export function addressRange(text: string): string {
  if (!isAddressRange(text)) {
    throw new InvalidArgumentError('Give addresses, such as 127.0.0.1, or ranges, such as 10.0.0.0/8.');
  }
  return text;
}

/** Values of a repeated flag, or of a variable with commas. */
export function appended(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((one) => one.trim())];
}

const LABEL = /^([\w.-]{1,63})=([\w.:@+~ -]{1,63})$/;
const MAX_LABELS = 16;

/** `env=prod`, added to those before; several with commas in a variable. */
export function label(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const labels = { ...before };
  for (const one of text.split(',')) {
    const [, key, value] = LABEL.exec(one.trim()) ?? [];
    if (key === undefined || value === undefined)
      throw new InvalidArgumentError(
        'Give a label as key=value, such as env=prod, of letters, digits and . : @ + ~ _ -',
      );
    labels[key] = value.trim();
  }
  if (Object.keys(labels).length > MAX_LABELS)
    throw new InvalidArgumentError(`Give at most ${MAX_LABELS} labels.`);
  return labels;
}

/** One part of a subject. */
export function natsName(text: string): string {
  if (!/^[\w-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Give up to 64 letters, digits, _ and -, such as web-1.');
  return text;
}
