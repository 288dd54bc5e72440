/** Version 1 writes "none" as the largest number of whole pages. */
const NO_LIMIT = 2 ** 62;

/** A file of one number; `null` for none. */
export function numberIn(text: string | null): number | null {
  if (text === null) return null;
  const trimmed = text.trim();
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

/** A file of one limit, such as `memory.max`, `memory.limit_in_bytes`, `pids.max`; `null` for `max`, which is no limit. */
export function limitIn(text: string | null): number | null {
  const limit = numberIn(text);
  return limit !== null && limit >= 0 && limit < NO_LIMIT ? limit : null;
}

/** The number behind `key` in a file of `key number` lines, such as `memory.stat`; `null` when it is not there. */
export function keyedNumber(text: string | null, key: string): number | null {
  if (text === null) return null;
  let start = 0;
  if (!text.startsWith(`${key} `)) {
    start = text.indexOf(`\n${key} `) + 1;
    if (start === 0) return null;
  }
  const end = text.indexOf('\n', start);
  return numberIn(text.slice(start + key.length + 1, end < 0 ? undefined : end));
}

/** How many processors `cpu.max` (`quota period`, or `max period`) allows; `null` for no limit. */
export function coresInCpuMax(text: string | null): number | null {
  const [quota = '', period = ''] = text?.trim().split(' ') ?? [];
  return coresOf(numberIn(quota), numberIn(period));
}

/** How many processors a quota of CPU time per period allows; `null` for no limit, which version 1 writes as −1. */
export function coresOf(quotaUs: number | null, periodUs: number | null): number | null {
  return quotaUs !== null && periodUs !== null && quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : null;
}

/**
 * What of a group's memory the kernel cannot simply drop: in use minus the file cache that has not been touched of late, as
 * `docker stats` counts. `null` when either is not known.
 */
export function workingSet(used: number | null, inactiveFile: number | null): number | null {
  if (used === null || inactiveFile === null) return null;
  // The two are read one after the other.
  return inactiveFile < used ? used - inactiveFile : used;
}
