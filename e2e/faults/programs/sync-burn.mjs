/**
 * Loaded into an agent with `node --import`: SIGUSR2 blocks its event loop for five seconds, until halfway between two sampling
 * times.
 */
const BURN_MS = 5000;
const INTERVAL_MS = 250;

process.on('SIGUSR2', () => {
  const untilMs = performance.now() + BURN_MS;
  const isOnGrid = () => Math.abs((Date.now() % INTERVAL_MS) - INTERVAL_MS / 2) > 10;
  while (performance.now() < untilMs || isOnGrid());
});
