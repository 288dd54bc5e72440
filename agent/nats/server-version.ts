/** Release lines of nats-server that get security fixes, each with its first version that has the advisories of 2026 fixed. */
const FIXED: readonly (readonly [major: number, minor: number, patch: number])[] = [
  [2, 12, 12],
  [2, 14, 3],
];

/** Whether its JetStream has what is used here. @param version as in a server's INFO, such as `2.9.10` or `2.12.0-RC.1` */
export function isTooOld(version: string): boolean {
  return isBefore(parts(version), [2, 9, 0]);
}

/** Whether known security holes of it are open. */
export function lacksSecurityFixes(version: string): boolean {
  const own = parts(version);
  const line = FIXED.findLast(([major, minor]) => !isBefore(own, [major, minor, 0]));
  return line === undefined || isBefore(own, line);
}

function parts(version: string): readonly number[] {
  return version.split(/[.-]/, 3).map(Number);
}

function isBefore(one: readonly number[], other: readonly number[]): boolean {
  const difference = other.map((part, at) => (one[at] ?? 0) - part).find((by) => by !== 0);
  return (difference ?? 0) < 0;
}
