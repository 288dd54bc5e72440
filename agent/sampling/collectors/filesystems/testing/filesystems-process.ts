import { setTimeout as delay } from 'node:timers/promises';
import { THIS_HOST } from '../../../kernel/roots.ts';
import { filesystemsCollector } from '../linux.ts';

/**
 * A process of its own, for tests that give it mounts of its own. It reads each 400 ms, as if five times as much had passed, until its
 * input ends, and prints the values by name and what each filesystem is called.
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
