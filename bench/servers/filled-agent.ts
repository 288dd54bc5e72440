/** The whole agent as it starts from its source, with a past that fills its ring: 15 minutes at ten samples a second. */
import { gridUnitMs } from '../../agent/sampling/grid.ts';
import { Sampler } from '../../agent/sampling/sampler.ts';

const SAMPLES = 9000;
const UNIT_MS = gridUnitMs(100);

const start = Sampler.prototype.start;
Sampler.prototype.start = function startFilled(this: Sampler, listener): Promise<void> {
  const nowMs = Date.now();
  const head = Math.floor(nowMs / UNIT_MS);
  const values = new Array<number>(this.catalogue.length).fill(0);
  for (let back = SAMPLES; back > 0; back -= 1) {
    listener({
      timestampMs: nowMs - back * UNIT_MS,
      gridIndex: head - back,
      values: values.map(() => Math.round(Math.random() * 1e6) / 100),
    });
  }
  return start.call(this, listener);
};
await import('../../agent/main.ts');
