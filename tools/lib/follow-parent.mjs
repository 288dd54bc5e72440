const LOOK_EVERY_MS = 500;

/**
 * Ends this process, as SIGTERM would, when the shell between npm and this process is gone: npm hands a signal to that
 * shell alone, and most shells die of it without passing it on. Does nothing unless an npm script started it, and
 * never keeps the process alive.
 */
export function followParent() {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}
