/**
 * Preloaded into an agent that is tested (`node --expose-gc --import`): writes a line of JSON for each promise that was rejected and that nobody
 * looked after, and on SIGUSR2 one for the memory in use after garbage was collected.
 */
import process from 'node:process';

process.on('unhandledRejection', (reason) => {
  write({ unhandled: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason) });
});
process.on('uncaughtExceptionMonitor', (error) => write({ unhandled: error.stack ?? error.message }));
process.on('SIGUSR2', () => {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  write({ memory: process.memoryUsage() });
});

/** @param {object} entry */
function write(entry) {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
