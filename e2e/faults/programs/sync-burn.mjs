/** Loaded into an agent with `node --import`: SIGUSR2 makes it compute for five seconds and do nothing else. */
const BURN_MS = 5000;

process.on('SIGUSR2', () => {
  const untilMs = performance.now() + BURN_MS;
  while (performance.now() < untilMs);
});
