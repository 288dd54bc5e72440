/**
 * V8 for an agent that mostly has little to do (docs/decisions/0017): its optimising compiler takes megabytes as soon as it has compiled
 * one function, and saves nothing at a sample each second. It is off from when this is imported.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-opt');

const LOOK_EVERY_MS = 10_000;
/** Share of one processor. */
const BUSY = 0.0075;

/** Switches it on, for good, once this process takes three quarters of a percent of a processor for ten seconds. */
export function optimiseWhenBusy(lookEveryMs = LOOK_EVERY_MS): void {
  let before = process.cpuUsage();
  const look = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    if (user + system < BUSY * lookEveryMs * 1000) return;
    setFlagsFromString('--opt');
    clearInterval(look);
  }, lookEveryMs);
  look.unref();
}
