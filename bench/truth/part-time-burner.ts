/** Keeps a processor busy for 30 % of the time, until it is killed. */
const PERIOD_MS = 100;
const BUSY_MS = 30;

let nextMs = performance.now();
function turn(): void {
  const untilMs = performance.now() + BUSY_MS;
  while (performance.now() < untilMs);
  nextMs += PERIOD_MS;
  setTimeout(turn, Math.max(0, nextMs - performance.now()));
}
turn();
