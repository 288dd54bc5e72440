/**
 * Loaded into an agent with `node --import`: each SIGUSR2 sets its wall clock wrong in the next way. The monotonic clock is not
 * affected.
 */
const realNow = Date.now;
const SMEAR_MS = 2000;

/** Error of the clock by the time since the signal, ms. */
const WRONGS = [
  // An hour back, a day ahead, half a leap second smeared over two.
  () => -3_600_000,
  () => 86_400_000,
  (/** @type {number} */ sinceMs) => 500 * Math.min(1, sinceMs / SMEAR_MS),
];
/** @type {number[]} */
const begunMs = [];

Date.now = () =>
  Math.round(begunMs.reduce((ms, begun, i) => ms + (WRONGS[i]?.(performance.now() - begun) ?? 0), realNow()));
process.on('SIGUSR2', () => begunMs.push(performance.now()));
