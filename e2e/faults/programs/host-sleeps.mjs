/**
 * Loaded into an agent with `node --import`: with each SIGUSR2 its host has slept for ten minutes. The monotonic clock stood still
 * meanwhile, as on Linux; wall clock and time since boot did not.
 */
import os from 'node:os';

const SLEEP_MS = 10 * 60_000;
const { now } = Date;
const { uptime } = os;
let sleptMs = 0;

Date.now = () => now() + sleptMs;
os.uptime = () => uptime() + sleptMs / 1000;
process.on('SIGUSR2', () => (sleptMs += SLEEP_MS));
