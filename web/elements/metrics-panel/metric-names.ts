import { matchesGlob } from '../../../shared/globs.ts';
import { CLIENT_LIMITS } from '../../../shared/protocol.ts';

/** What the agent refuses a whole message for, with all that other panels ask for in it. */
const UNFIT = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A name as the agent takes it. */
export function fitName(name: string): string {
  return name.replaceAll(UNFIT, '').trim();
}

/** The names of a list with commas. */
export function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(fitName)
    .filter((name) => name !== '');
}

/** Those that can be asked for: there is nothing with a longer name. */
export function askable(names: readonly string[]): string[] {
  return names.filter(({ length }) => length <= CLIENT_LIMITS.stringLength);
}

/** Those of the names and globs that none of the series has. */
export function missingFrom(
  series: readonly { readonly name: string }[],
  names: readonly string[],
): string[] {
  return names.filter((pattern) => !series.some(({ name }) => matchesGlob(pattern, name)));
}
