const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration as alerts.yaml has it, in the largest unit that needs no fraction: `5m`, `90s`, `0s`. */
export function yamlDuration(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['s', 1000];
  return `${ms / unitMs}${unit}`;
}
