import { InvalidArgumentError } from 'commander';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { domainToASCII } from 'node:url';
import { NAME_OR_GLOB } from './auth/grant.ts';
import { errorCode } from './error-code.ts';
import { isHostPattern } from './http/request-guard/host-names.ts';
import { isOrigin } from './http/request-guard/origins.ts';
import { isProxyRange } from './http/request-guard/trusted-proxies.ts';
import { unknownMetric, unknownTable } from './sampling/known-names.ts';

/** Reads one value of an option. @throws InvalidArgumentError */
type ReadValue<T> = (text: string) => T;

export function integerBetween(min: number, max: number): ReadValue<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give an address or a host name.');
  return text;
}

/** One spelling of a path, so that `/proc/` is `/proc`. */
export function folder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give a folder.');
  return absolute(text);
}

/** One that is there, or can be made. */
export function stateFolder(text: string): string {
  const path = folder(text);
  if (isOrIsInAFile(path)) {
    throw new InvalidArgumentError('It is no folder: choose one that this user can write to.');
  }
  return path;
}

/** What cannot be looked at is said where it is needed. */
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

function absolute(path: string): string {
  try {
    return resolve(path);
  } catch {
    throw new InvalidArgumentError('Give a path from / on: the folder that this was started in is gone.');
  }
}

/** Values with commas between them; an option that is given again adds to what it said before. */
export function listOf(read: ReadValue<string>): (text: string, before?: readonly string[]) => string[] {
  return (text, before = []) => [...before, ...text.split(',').map((value) => read(value.trim()))];
}

/** What ends a name in an address, or is taken out of it. */
const NO_NAME = /[/\\?#@:%\s]/;

/** A host name as browsers send it, or such a name behind `*.`. */
export function hostPattern(text: string): string {
  const isBelow = text.startsWith('*.');
  const name = domainToASCII(isBelow ? text.slice(2) : text);
  const pattern = isBelow ? `*.${name}` : name;
  // Of `a/b` and `a@b`, as of every address, Node takes the host.
  if (NO_NAME.test(text) || !isHostPattern(pattern)) {
    throw new InvalidArgumentError(
      'Give names without a port or a path, such as metrics.example.com, or *.example.com for all names below one.',
    );
  }
  return pattern;
}

/** A name of metrics or tables, or a glob of such names. */
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

/** An origin word for word as browsers send it. */
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

export function proxyRange(text: string): string {
  if (!isProxyRange(text)) {
    throw new InvalidArgumentError('Give addresses, such as 127.0.0.1, or ranges, such as 10.0.0.0/8.');
  }
  return text;
}
