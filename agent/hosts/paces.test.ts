import { beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../sampling/collector.ts';
import { CounterRates } from '../sampling/counter-rate.ts';
import type { Sample } from '../sampling/sample.ts';
import { Sampler } from '../sampling/sampler.ts';
import { SecondRow } from '../store/history/second-row.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { metric } from '../testing/fake-collector.ts';
import { followedMetrics } from './followed-metrics.ts';
import { LocalHost } from './local-host.ts';

const TABLE = { name: 'rows', label: 'Rows', group: 'Rows', columns: [], help: 'Rows.', source: 'test' };
const UNIT_MS = 100;

/** A counter whose rate is never the same twice. */
const countAt = (ms: number): number => ms * ms;
const rateBetween = (fromMs: number, toMs: number): number =>
  Math.round(((countAt(toMs) - countAt(fromMs)) / (toMs - fromMs)) * 1000 * 100) / 100;

let clock: FakeClock;
let host: LocalHost;
let samples: Sample[];
/** When each subject was read, in units. */
let readAt: Record<string, number[]>;
let diskMetrics = [metric('disk.a')];
let isTableFollowed: boolean | undefined;

const units = (ms: number): number => Math.round(ms / UNIT_MS);
const valuesOf = (name: string): (number | null)[] =>
  samples.map(({ values }) => values[host.catalogue.findIndex((one) => one.name === name)] ?? null);

function follow(stride: number, patterns: readonly string[], more = {}): () => void {
  const metrics = followedMetrics(patterns);
  const following = host.follow({ stride, backfill: 0, tables: false, metrics, ...more });
  return () => following.end();
}

function noted(collector: Collector): Collector {
  const read = (atMs: number): ReturnType<Collector['read']> => {
    (readAt[collector.subject] ??= []).push(units(atMs));
    return collector.read(atMs);
  };
  return Object.create(collector, { read: { value: read } }) as Collector;
}

beforeEach(async () => {
  clock = new FakeClock();
  clock.wallOffsetMs = 0;
  samples = [];
  readAt = {};
  diskMetrics = [metric('disk.a')];
  isTableFollowed = undefined;
  const rates = new CounterRates();
  let shown = diskMetrics;
  const collectors: Collector[] = [
    { subject: 'cpu', metrics: [metric('cpu')], read: () => [1] },
    {
      subject: 'network',
      metrics: [{ ...metric('network.a'), kind: 'rate' }],
      prime: (atMs) => void rates.next([countAt(atMs)], atMs),
      read: (atMs) => rates.next([countAt(atMs)], atMs),
    },
    {
      subject: 'disk',
      get metrics() {
        return shown;
      },
      read: (atMs) => {
        shown = diskMetrics;
        return shown.map(() => atMs);
      },
    },
    {
      subject: 'processes',
      metrics: [metric('process.count')],
      table: TABLE,
      setFollowed: (isFollowed) => (isTableFollowed = isFollowed),
      read: (atMs) => [atMs],
    },
    { subject: 'slow', everyMs: 1000, metrics: [metric('slow')], read: (atMs) => [atMs] },
  ];
  const sampler = new Sampler({
    collectors: collectors.map(noted),
    intervalMs: 1000,
    clock,
    log: capturedLog().log,
  });
  await sampler.prime();
  host = new LocalHost({
    host: { id: 'a', label: 'a', facts: {} },
    catalogue: sampler.catalogue,
    intervalMs: 1000,
  });
  host.onDemand((stride, paceOf) => sampler.setDemand(stride, paceOf));
  void sampler.start((sample) => {
    samples.push(sample);
    host.append(sample);
  });
  await clock.advance(3050);
  samples.length = 0;
  readAt = {};
});

/** What a subscription of that stride is sent of `network.a`, by the time of its sample. */
function sentAt(stride: number): Map<number, number | null> {
  const series = host.store.metricSet(host.catalogue.filter(({ name }) => name === 'network.a'));
  const query = { after: { epoch: host.epoch, seq: 0 }, limit: 1000, series, stride };
  const sent = new Map<number, number | null>();
  for (const item of host.store.read(query))
    if ('values' in item) sent.set(item.timestampMs, item.values[0] ?? null);
  return sent;
}

describe('a collector', () => {
  it('is read at the pace of its own followers, and its values stand in between', async () => {
    follow(1, ['cpu']);
    follow(5, ['network.*']);
    await clock.advance(2000);
    expect(readAt['cpu']).toHaveLength(20);
    expect(readAt['network']).toEqual([35, 40, 45, 50]);
    expect(readAt['disk']).toEqual([40, 50]);
    expect(valuesOf('disk.a').slice(8, 20)).toEqual([3000, ...Array.from({ length: 10 }, () => 4000), 5000]);
  });

  it('is read with the next sample for a new follower, and slower again two seconds after the last has left', async () => {
    const leave = [follow(1, ['cpu']), follow(10, ['network.a'])];
    await clock.advance(400);
    expect(readAt['network']).toBeUndefined();
    leave.push(follow(2, ['network.a']));
    await clock.advance(500);
    expect(readAt['network']).toEqual([35, 36, 38]);
    leave[2]?.();
    await clock.advance(4000);
    expect(readAt['network']?.slice(3)).toEqual([40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 70]);
    expect(readAt['cpu']?.length).toBe(49);
    leave[0]?.();
    await clock.advance(4000);
    expect(readAt['cpu']?.at(-1)).toBe(110);
    expect(readAt['cpu']?.at(-2)).toBe(100);
  });

  it('is read at the pace of a glob as soon as something that matches appears', async () => {
    follow(1, ['cpu', '*.new']);
    await clock.advance(1000);
    expect(readAt['disk']).toEqual([40]);
    diskMetrics = [metric('disk.a'), metric('disk.new')];
    await clock.advance(1300);
    expect(readAt['disk']).toEqual([40, 50, 51, 52, 53]);
  });

  it('is read with each sample for whoever takes each sample', async () => {
    follow(1, ['cpu']);
    follow(10, ['cpu'], { every: true });
    await clock.advance(500);
    expect(readAt['disk']).toHaveLength(5);
    expect(readAt['slow']).toHaveLength(5);
  });

  it('is read no more often than it says, on the grid of samples', async () => {
    follow(2, ['*']);
    await clock.advance(3000);
    expect(readAt['cpu']).toHaveLength(15);
    expect(readAt['slow']).toEqual([40, 50, 60]);
  });

  it('is told whether its table, or more than its agent keeps, is followed', async () => {
    await clock.advance(1000);
    expect(isTableFollowed).toBeUndefined();
    const leave = follow(10, ['cpu'], { tables: true });
    await clock.advance(1000);
    expect(isTableFollowed).toBe(true);
    leave();
    await clock.advance(1000);
    expect(isTableFollowed).toBe(false);
    follow(5, ['process.count']);
    await clock.advance(1000);
    expect(isTableFollowed).toBe(true);
  });
});

describe('rates', () => {
  it("are means over each subscription's own interval, however seldom they are read", async () => {
    follow(1, ['cpu']);
    follow(4, ['network.a']);
    follow(10, ['network.a']);
    await clock.advance(6000);
    const tenths = sentAt(10);
    for (const atMs of [5000, 6000, 7000, 8000])
      expect(tenths.get(atMs)).toBe(rateBetween(atMs - 1000, atMs));
    const fourths = sentAt(4);
    for (const atMs of [4800, 5200, 5600, 6000, 6400])
      expect(fourths.get(atMs)).toBe(rateBetween(atMs - 400, atMs));
  });

  it('of followers as fast as samples are those of the newest reading', async () => {
    follow(1, ['cpu']);
    await clock.advance(2000);
    const all = sentAt(1);
    expect([4900, 5000].map((atMs) => all.get(atMs))).toEqual([
      rateBetween(3000, 4000),
      rateBetween(4000, 5000),
    ]);
  });

  it('in the history are those of each second, whoever follows something faster', async () => {
    follow(1, ['cpu']);
    await clock.advance(2950);
    const place = host.catalogue.findIndex(({ name }) => name === 'network.a');
    const rowOf = (fromMs: number): number => {
      const row = new SecondRow();
      for (const sample of samples) {
        const { timestampMs } = sample;
        if (timestampMs > fromMs && timestampMs <= fromMs + 1000) row.add({ ...sample, epoch: 'e', seq: 1 });
      }
      return row.values()[place] ?? Number.NaN;
    };
    expect([rowOf(3000), rowOf(4000), rowOf(5000)]).toEqual([
      rateBetween(3000, 4000),
      rateBetween(4000, 5000),
      rateBetween(5000, 6000),
    ]);
  });
});
