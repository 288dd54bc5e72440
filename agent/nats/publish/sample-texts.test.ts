import { expect, it } from 'vitest';
import * as v from 'valibot';
import { LocalHost } from '../../hosts/local-host.ts';
import { metric } from '../../testing/fake-collector.ts';
import { liveSchema } from '../bodies.ts';
import { Catalogues } from './catalogues.ts';
import { SampleTexts } from './sample-texts.ts';

const LIMITS = { samples: 60, bytes: 1_000_000 };

/** Each sample as `live` tells it at once, and as it is read back later, of a host with so many metrics. */
function tellTwice(metricCount: number): { readonly live: readonly unknown[]; readonly later: unknown } {
  const catalogue = Array.from({ length: metricCount }, (_, index) => metric(`m${index}`));
  const host = new LocalHost({ host: { id: 'a', label: 'a', facts: {} }, catalogue, intervalMs: 1000 });
  const catalogues = new Catalogues(host);
  const texts = new SampleTexts(host, catalogues);
  const live: unknown[] = [];
  host.onSample((sample) => {
    catalogues.sampleTaken();
    const { e: _e, s: _s, c: _c, ...body } = v.parse(liveSchema, JSON.parse(texts.live(sample, false)));
    live.push(body);
  });
  for (let seq = 1; seq <= 3; seq += 1)
    host.append({
      timestampMs: seq * 1000,
      gridIndex: seq * 10,
      values: catalogue.map((_metric, index) => (index % 3 === 0 ? null : index / 7)),
      ...(seq === 2 ? {} : { gapReason: 'stall' as const }),
    });
  const part = new SampleTexts(host, catalogues).part(0, 3, LIMITS);
  return { live, later: JSON.parse(part?.text ?? '') };
}

it.each([
  ['all of its metrics are kept', 120, 120],
  ['it has more metrics than the ring keeps', 5000, 4096],
])('tells a sample live as it is replayed later where %s', (_where, count, kept) => {
  const { live, later } = tellTwice(count);
  expect(live).toEqual(later);
  expect(live.map((body) => v.parse(liveSchema.entries.v, (body as { v: unknown }).v).length)).toEqual([
    kept,
    kept,
    kept,
  ]);
  expect(live.map((body) => (body as { r?: string }).r)).toEqual([undefined, undefined, 'stall']);
});
