import { matchesGlob } from '../../../shared/protocol/globs.ts';
import { CLIENT_LIMITS } from '../../../shared/protocol/constants.ts';

/** As the agent takes it: for what is unfit it refuses a whole message, with all that other panels ask for in it. */
export function fitName(name: string): string {
  return name.replaceAll(/\p{C}/gu, '').trim().slice(0, CLIENT_LIMITS.stringLength);
}

/** The names of a list with commas. */
export function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(fitName)
    .filter((name) => name !== '');
}

/** Those of the names and globs that none of the series has. */
export function missingFrom(
  series: readonly { readonly name: string }[],
  names: readonly string[],
): string[] {
  return names.filter((pattern) => !series.some(({ name }) => matchesGlob(pattern, name)));
}
