/** Of a `Date`, either way. To write one beyond is an error that ends whatever displays it. */
export const MAX_TIME_MS = 8.64e15;

/** A time that another agent tells, Unix ms; `null` if it is none. */
export function cleanTime(ms: number | null): number | null {
  return ms !== null && Math.abs(ms) <= MAX_TIME_MS ? ms : null;
}
