import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ranges below the ports that systems give to outgoing connections (Linux: from 32768 on), one of which could take a port while nothing listens
 * there: before a page is served, or while an agent restarts.
 */
const RANGES = { origin: [14_000, 20_000], agent: [20_000, 32_000] } as const;

/** A port that is free, and that no outgoing connection takes. */
export async function lastingPort(use: keyof typeof RANGES): Promise<number> {
  const [lowest, highest] = RANGES[use];
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
