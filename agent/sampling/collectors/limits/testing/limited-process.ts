import { execFileSync } from 'node:child_process';
import { THIS_HOST } from '../../../kernel/roots.ts';
import { limitsCollector } from '../linux.ts';

/**
 * A separate process that its test puts into a limited cgroup. Sends `ready` first. `begin` opens the collector, `burn` keeps a processor busy
 * for a second, `overflow` starts a process that allocates until it is killed; each is answered with the values by name.
 */
let collector: ReturnType<typeof limitsCollector> | undefined;

process.on('message', (order) => void obey(order));
process.send?.('ready');

async function obey(order: unknown): Promise<void> {
  collector ??= limitsCollector(THIS_HOST);
  if (order === 'burn') burn(performance.now() + 1000);
  if (order === 'overflow') overflow();
  const values = await collector.read(performance.now());
  process.send?.(Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index]])));
}

function burn(untilMs: number): void {
  while (performance.now() < untilMs);
}

function overflow(): void {
  try {
    execFileSync('sh', ['-c', 'echo 1000 > /proc/self/oom_score_adj; exec tail /dev/zero'], {
      stdio: 'ignore',
    });
  } catch {
    // Killed, as expected.
  }
}
