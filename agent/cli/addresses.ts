/** What settings that hold addresses have in common. No error repeats an address, which may hold a password. */
import { UsageError } from './usage-error.ts';

/** @param protocols such as `https:` @throws UsageError */
export function parseAddress(flag: string, text: string, protocols: readonly string[], example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && protocols.includes(url.protocol)) return url;
  const known = protocols.map((protocol) => `${protocol}//`).join(' or ');
  throw new UsageError(`${named(flag)} is not an address of ${known}: give one such as ${example}.`);
}

/** @param fix what to do instead, before "with" and a flag for a file */
export function holdsSecret(flag: string, fix: string, fileFlag: string): UsageError {
  return new UsageError(
    `${named(flag)} holds a user name or password, which other users of this machine could read: ${fix} with ${named(fileFlag)}.`,
  );
}

/** @throws UsageError if a flag has a value, and the one that it belongs to has none */
export function needs(flag: string, value: unknown, owner: string, ownerValue: unknown): void {
  if (value !== undefined && ownerValue === undefined)
    throw new UsageError(`${named(flag)} is of no use without ${named(owner)}: give both.`);
}

/** A flag, and its variable. */
export function named(flag: string): string {
  return `${flag} (METRICS_PANEL_${flag.slice(2).toUpperCase().replaceAll('-', '_')})`;
}
