import type { LabelFormat } from '../rolling-line.ts';

/** Labels for tests that do not depend on how values are written. */
export const plainLabels: LabelFormat = {
  value: (value, unit) => `${value} ${unit}`,
  time: (timestampMs) => new Date(timestampMs).toISOString().slice(11, 19),
};
