/**
 * Loaded into an agent with `node --import`: each SIGUSR2 makes its wall clock go wrong in the next way. What runs by the
 * monotonic clock must not notice.
 */
const realNow = Date.now;
const SMEAR_MS = 2000;

/** What each wrong adds to the time, by how long ago it began. */
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
