/**
 * Preloaded into a tested agent (`node --expose-gc --import`): prints a line of JSON for each unhandled rejection, and on SIGUSR2 one with
 * the memory in use after garbage collection.
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
