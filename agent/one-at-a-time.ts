/**
 * `task`, of which no two run at the same time. Who asks while one is under way shares the next with all who do: what comes out was begun after
 * they asked.
 */
export function oneAtATime<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    if (next !== null) return next;
    const asked = running.then(() => {
      next = null;
      return task();
    });
    running = asked.catch(() => {});
    next = asked;
    return asked;
  };
}
