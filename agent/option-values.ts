import { InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';
import { domainToASCII } from 'node:url';
import { NAME_OR_GLOB } from './auth/grant.ts';
import { isHostPattern } from './http/perimeter/host-names.ts';
import { isOrigin } from './http/perimeter/origins.ts';
import { isProxyRange } from './http/perimeter/trusted-proxies.ts';
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

/** A host name as browsers send it, or such a name behind `*.`. */
export function hostPattern(text: string): string {
  const isBelow = text.startsWith('*.');
  const name = domainToASCII(isBelow ? text.slice(2) : text);
  const pattern = isBelow ? `*.${name}` : name;
  if (!isHostPattern(pattern)) {
    throw new InvalidArgumentError(
      'Give names without a port, such as metrics.example.com, or *.example.com for all names below one.',
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
