import { setTimeout as delay } from 'node:timers/promises';
import { THIS_HOST } from '../../../kernel/roots.ts';
import { filesystemsCollector } from '../linux.ts';

/**
 * A separate process for tests that need their own mount namespace. Until its input ends it reads every 400 ms, pretending that five times as
 * much has passed, and prints values by name and the filesystems' labels.
 */
const FACTOR = 5;
const collector = filesystemsCollector(THIS_HOST);
let hasEnded = false;
process.stdin.on('end', () => (hasEnded = true)).resume();
await collector.prime?.(0);
for (const startMs = performance.now(); ; await delay(400)) {
  const values = await collector.read((performance.now() - startMs) * FACTOR);
  const byName = Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index]]));
  const labels = [...new Set(collector.metrics.map(({ instance }) => instance))];
  process.stdout.write(`${JSON.stringify({ values: byName, labels })}\n`);
  if (hasEnded) break;
}
collector.close?.();
