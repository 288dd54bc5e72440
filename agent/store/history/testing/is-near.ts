/** Whether two values are equal but for a rounding; unknown (NaN) equals unknown only. */
export function isNear(value: number, truth: number, slack: number): boolean {
  if (Number.isNaN(value) || Number.isNaN(truth)) return Number.isNaN(value) && Number.isNaN(truth);
  return Math.abs(value - truth) <= slack + Math.abs(truth) * 1e-9;
}
