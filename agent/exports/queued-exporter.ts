import { gzipSync } from 'node:zlib';
import type { Exporter } from './exporter.ts';
import { PushQueue, type PushQueueOptions } from './push-queue.ts';
import type { Reading } from './reading.ts';

/**
 * Sends each reading as a gzipped text, with its own time: what a receiver misses arrives later.
 * @param encode `null` if there is nothing to send
 */
export function queuedExporter(
  encode: (reading: Reading) => string | null,
  options: PushQueueOptions,
): Exporter {
  const queue = new PushQueue(options);
  return {
    push(reading) {
      const text = encode(reading);
      if (text !== null) queue.add(gzipSync(text));
    },
    visit: () => queue.visit(),
    stop: () => queue.stop(),
  };
}
