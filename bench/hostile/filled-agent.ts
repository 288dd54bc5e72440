/** The agent from its source, started with a past that fills its ring: 15 minutes at ten samples a second. */
import { gridUnitMs } from '../../agent/sampling/grid.ts';
import type { Sample } from '../../agent/sampling/sample.ts';
import { Sampler } from '../../agent/sampling/sampler.ts';

const SAMPLES = 9000;
const UNIT_MS = gridUnitMs(100);

const start = Sampler.prototype.start;
Sampler.prototype.start = function startFilled(this: Sampler, listener): Promise<void> {
  fill(this.catalogue.length, listener);
  return start.call(this, listener);
};
await import('../../agent/main.ts');

function fill(metricCount: number, listener: (sample: Sample) => void): void {
  const nowMs = Date.now();
  const head = Math.floor(nowMs / UNIT_MS);
  for (let back = SAMPLES; back > 0; back -= 1) {
    const values = Array.from({ length: metricCount }, () => Math.round(Math.random() * 1e6) / 100);
    listener({ timestampMs: nowMs - back * UNIT_MS, gridIndex: head - back, values });
  }
}
