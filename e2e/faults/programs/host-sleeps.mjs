/**
 * Loaded into an agent with `node --import`: each SIGUSR2 pretends that its host slept for ten minutes. As on Linux, the monotonic
 * clock stopped meanwhile; wall clock and time since boot did not.
 */
import os from 'node:os';

const SLEEP_MS = 10 * 60_000;
const { now } = Date;
const { uptime } = os;
let sleptMs = 0;

Date.now = () => now() + sleptMs;
os.uptime = () => uptime() + sleptMs / 1000;
process.on('SIGUSR2', () => (sleptMs += SLEEP_MS));
