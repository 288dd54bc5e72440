import { beforeEach, describe, expect, it } from 'vitest';
import type { FeedPace, FeedStart, HostIdentity } from '../../hosts/host-feed.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import { FakeBroker } from '../../testing/fake-broker.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { metric } from '../../testing/fake-collector.ts';
import { PublishedHost } from '../../testing/published-host.ts';
import { Catalogues } from './catalogues.ts';
import { Drops } from './drops.ts';
import { Fills } from './fills.ts';
import { Following } from './following.ts';
import { HostRun } from './host-run.ts';
import { subjectsOf } from '../subjects.ts';

const PACE: FeedPace = { intervalMs: 1000, tables: false };

let clock: FakeClock;
let broker: FakeBroker;
let host: PublishedHost;
let drops: Drops;
let fills: Fills;
let run: HostRun;
/** Everything that the listener was told, in order. */
let told: string[];
let samples: SequencedSample[];
let identities: HostIdentity[];
let feed: Following;

beforeEach(() => {
  clock = new FakeClock();
  broker = new FakeBroker(clock);
  host = new PublishedHost(broker, 'web-1');
  drops = new Drops();
  fills = new Fills();
  run = new HostRun(clock);
  told = [];
  samples = [];
  identities = [];
});

function open(start: FeedStart, pace = PACE): void {
  const subjects = subjectsOf('web-1');
  const following = new Following(
    {
      subjects,
      intervalMs: 1000,
      unitMs: 100,
      broker,
      catalogues: new Catalogues({ name: 'web-1', subjects, broker, run, drops }),
      run,
      fills,
      drops,
      clock,
      newestCatalogue: () => undefined,
      heard: () => {},
      closed: () => {},
      failed: (error) => {
        throw error;
      },
    },
    start,
    pace,
    {
      described: (identity) => {
        identities.push(identity);
        told.push('described');
      },
      filled: (filled) => {
        samples.push(...filled);
        told.push(`filled ${filled.length}`);
      },
      sample: (sample) => {
        samples.push(sample);
        told.push(String(sample.seq));
      },
    },
  );
  following.begin();
  feed = following;
}

/** With the reason of the gap before each. */
const numbers = (): string => samples.map(({ seq, gapReason = '' }) => `${seq}${gapReason}`).join(' ');

function take(count: number): void {
  for (let taken = 0; taken < count; taken += 1) host.take();
}

function sampleNow(count: number): void {
  for (let taken = 0; taken < count; taken += 1) host.sample();
}

/** Puts the last samples of the ring into the log, in batches of five. */
function logRing(after = 0): void {
  const entries = host.ring.filter(({ q }) => q > after);
  for (let at = 0; at < entries.length; at += 5) host.publish('log', host.batch(entries.slice(at, at + 5)));
}

describe('a feed', () => {
  it('delivers the past that is asked for from the ring, described, and then each live sample once', async () => {
    take(100);
    open({ backfill: 3 });
    await clock.advance(0);
    sampleNow(2);
    expect(told).toEqual(['described', 'filled 3', '101', '102']);
    expect(samples[0]).toEqual({
      epoch: host.epoch,
      seq: 98,
      timestampMs: host.startedMs + 98_000,
      gridIndex: 980,
      values: [98, 98],
      catalogue: host.catalogue,
    });
    expect(samples[1]).not.toHaveProperty('catalogue');
    expect(identities[0]?.facts).toEqual({ cores: 4 });
    expect(broker.reads).toBe(0);
  });

  it('delivers everything that the ring has, in as many parts as that takes', async () => {
    take(900);
    open('everything');
    await clock.advance(0);
    expect(told).toEqual(['described', 'filled 900']);
    expect(samples.map(({ seq }) => seq)).toEqual(host.ring.map(({ q }) => q));
  });

  it('continues after a position, also where nothing is new', async () => {
    take(10);
    open({ since: { epoch: host.epoch, seq: 10 } });
    await clock.advance(0);
    expect(told).toEqual(['described', 'filled 0']);
    sampleNow(1);
    expect(numbers()).toBe('11');
    expect(samples[0]?.catalogue).toEqual(host.catalogue);
  });

  it('begins with what comes for somebody who claims to be ahead of it', async () => {
    take(10);
    open({ since: { epoch: host.epoch, seq: 500 } });
    await clock.advance(0);
    sampleNow(2);
    expect(numbers()).toBe('11 12');
  });

  it('lets live samples wait for the past', async () => {
    take(5);
    host.isSilent = true;
    open({ backfill: 5 });
    await clock.advance(0);
    sampleNow(2);
    host.isSilent = false;
    await clock.advance(5000);
    expect(told).toEqual(['described', 'filled 5']);
    expect(numbers()).toBe('3 4 5 6 7');
  });

  it('asks again for what is missing between two live samples', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.take();
    host.take();
    sampleNow(1);
    await clock.advance(0);
    sampleNow(1);
    expect(numbers()).toBe('3 4 5 6 7');
  });

  it('drops what comes twice or goes back, and counts what goes back in time', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.publish('live', host.live(host.ring[1] ?? host.take()));
    const late = host.take({ g: 1 });
    host.publish('live', host.live(late));
    await clock.advance(10_000);
    expect([numbers(), drops.counts]).toEqual(['3', { out_of_order: expect.any(Number) as number }]);
  });

  it('asks for faster samples as long as they are wanted', async () => {
    open({ backfill: 1 }, { intervalMs: 100, tables: false });
    await clock.advance(25_000);
    expect(host.leases).toHaveLength(3);
    expect(host.leases[0]).toEqual({ intervalMs: 100, tables: false, ttlMs: 30_000 });
    feed.setPace(PACE);
    await clock.advance(30_000);
    expect(host.leases).toHaveLength(3);
    feed.setPace({ intervalMs: 1000, tables: true });
    expect(host.leases).toHaveLength(4);
    feed.close();
    await clock.advance(30_000);
    expect([host.leases.length, broker.subjects, clock.pending]).toEqual([4, [], 0]);
  });

  it('is heard of no more once it is closed, also while it is being filled', async () => {
    take(10);
    open({ backfill: 5 });
    feed.close();
    await clock.advance(10_000);
    expect(told).toEqual([]);
  });
});

describe('a host that does not answer', () => {
  it('is read from the log, where its last run is, without what was written before', async () => {
    const before = new PublishedHost(broker, 'web-1', host.startedMs - 1_000_000);
    for (let taken = 0; taken < 50; taken += 1) before.take();
    before.publish('log', before.batch(before.ring));
    before.disconnect();
    take(100);
    host.publish('about', host.about());
    logRing();
    host.disconnect();
    open({ backfill: 12 });
    await clock.advance(0);
    expect(told).toEqual(['described', 'filled 15']);
    expect(numbers()).toBe(Array.from({ length: 15 }, (_none, at) => 86 + at).join(' '));
    expect(fills.fromLog).toBe(1);
  });

  it.each([
    ['that one', { agoMs: 1_000_000, isKnown: false }],
    ['that one, and the clock was set back in between', { agoMs: -1_000_000, isKnown: true }],
  ])(
    'is not read back to a run before the one that was heard, if the log lost %s',
    async (_what, { agoMs, isKnown }) => {
      const before = new PublishedHost(broker, 'web-1', host.startedMs - agoMs);
      if (isKnown) run.expect({ e: before.epoch, s: before.startedMs });
      for (let taken = 0; taken < 5; taken += 1) before.take();
      before.publish('log', before.batch(before.ring));
      before.disconnect();
      host.publish('about', host.about());
      open({ backfill: 1 });
      await clock.advance(0);
      sampleNow(1);
      host.disconnect();
      broker.isConnected = false;
      await clock.advance(31_000);
      broker.isConnected = true;
      await clock.advance(1000);
      expect(samples.map(({ epoch, seq }) => [epoch === host.epoch, seq])).toEqual([[true, 1]]);
      expect(broker.reads).toBeGreaterThan(0);
    },
  );

  it('is read from the log in the run that came and went while the broker was away', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    broker.isConnected = false;
    await clock.advance(1000);
    broker.isConnected = true;
    const next = new PublishedHost(broker, 'web-1', host.startedMs + 60_000);
    next.take();
    next.publish('about', next.about());
    next.publish('log', next.batch(next.ring));
    next.disconnect();
    await clock.advance(1000);
    expect(samples.map(({ epoch, seq }) => [epoch === next.epoch, seq])).toEqual([
      [false, 3],
      [true, 1],
    ]);
  });

  it('is found in a log of a thousand hosts with few questions', async () => {
    take(900);
    host.publish('about', host.about());
    for (let at = 0; at < 180; at += 1) {
      host.publish('log', host.batch(host.ring.slice(at * 5, at * 5 + 5)));
      for (let other = 0; other < 9; other += 1) broker.publish(`metrics.other-${other}.log`, {});
    }
    host.disconnect();
    open({ backfill: 5 });
    await clock.advance(0);
    expect(told).toEqual(['described', 'filled 5']);
    expect(broker.reads).toBeLessThan(25);
  });

  it('is described by what it last said, if the log has nothing', async () => {
    host.publish('about', host.about());
    host.disconnect();
    open('everything');
    await clock.advance(0);
    expect(told).toEqual(['described', 'filled 0']);
  });

  it('is waited for one second', async () => {
    take(10);
    host.publish('about', host.about());
    logRing();
    host.isSilent = true;
    open({ backfill: 5 });
    await clock.advance(900);
    expect(told).toEqual([]);
    await clock.advance(2000);
    expect(told).toEqual(['described', 'filled 5']);
  });

  it('continues without a gap when it is back, since its ring has what the log has not', async () => {
    take(10);
    host.publish('about', host.about());
    logRing();
    take(5);
    host.disconnect();
    open({ backfill: 5 });
    await clock.advance(0);
    expect(numbers()).toBe('6 7 8 9 10');
    host.connect();
    sampleNow(1);
    await clock.advance(0);
    expect(numbers()).toBe('6 7 8 9 10 11 12 13 14 15 16');
  });

  it('although it sends, since its connection is new, is asked again', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    host.take();
    sampleNow(1);
    await clock.advance(500);
    expect(numbers()).toBe('3');
    host.connect();
    await clock.advance(1000);
    expect(numbers()).toBe('3 4 5');
  });

  it('is not read beyond a hole in the log, which its ring may have', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.publish('about', host.about());
    take(10);
    logRing(8);
    host.disconnect();
    broker.isConnected = false;
    broker.isConnected = true;
    await clock.advance(0);
    expect(numbers()).toBe('3');
    host.connect();
    sampleNow(1);
    await clock.advance(0);
    expect(numbers()).toBe('3 4 5 6 7 8 9 10 11 12 13 14');
  });

  it('although it sends, loses nothing but what neither it nor the log has, and that after three questions', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.isSilent = true;
    host.take();
    sampleNow(2);
    await clock.advance(6000);
    expect(numbers()).toBe('3');
    await clock.advance(2000);
    expect(numbers()).toBe('3 5evicted 6');
    sampleNow(1);
    expect(numbers()).toBe('3 5evicted 6 7');
  });
});

describe('a ring that no longer has what is missing', () => {
  it('is one gap, with the numbers that are lost', async () => {
    take(10);
    open({ backfill: 1 });
    await clock.advance(0);
    broker.isConnected = false;
    host.capacity = 5;
    take(20);
    broker.isConnected = true;
    await clock.advance(0);
    sampleNow(1);
    expect(numbers()).toBe('10 26evicted 27 28 29 30 31');
  });

  it('is completed by the log', async () => {
    take(10);
    open({ backfill: 1 });
    await clock.advance(0);
    broker.isConnected = false;
    take(20);
    broker.isConnected = true;
    host.disconnect();
    logRing();
    host.connect();
    host.capacity = 5;
    sampleNow(1);
    host.ring = host.ring.slice(-5);
    await clock.advance(0);
    expect(numbers()).toBe(Array.from({ length: 22 }, (_none, at) => 10 + at).join(' '));
  });
});

describe('a broker that was away', () => {
  it('is asked for everything since, before another sample comes', async () => {
    take(10);
    open({ backfill: 1 });
    await clock.advance(0);
    broker.isConnected = false;
    take(20);
    broker.isConnected = true;
    await clock.advance(0);
    expect(numbers()).toBe(Array.from({ length: 21 }, (_none, at) => 10 + at).join(' '));
  });

  it('at the start, is no reason to wait', async () => {
    take(10);
    broker.isConnected = false;
    open({ backfill: 5 });
    await clock.advance(0);
    expect(told).toEqual(['filled 0']);
    broker.isConnected = true;
    await clock.advance(0);
    expect(numbers()).toBe('6 7 8 9 10');
    expect(samples[0]?.catalogue).toEqual(host.catalogue);
  });
});

describe('a beat', () => {
  it('shows that something is missing where no sample comes to show it', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    take(2);
    feed.beatHeard(host.beatBody());
    await clock.advance(0);
    expect(numbers()).toBe('3 4 5');
    const { length } = host.asked;
    feed.beatHeard(host.beatBody());
    await clock.advance(0);
    expect(host.asked).toHaveLength(length);
  });

  it('shows that another run has begun', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    const next = new PublishedHost(broker, 'web-1', host.startedMs + 60_000);
    next.take();
    feed.beatHeard(next.beatBody());
    await clock.advance(0);
    expect(samples.map(({ epoch, seq }) => [epoch === next.epoch, seq])).toEqual([
      [false, 3],
      [true, 1],
    ]);
  });
});

describe('a catalogue that changes', () => {
  it('is known before a sample of it is delivered', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.catalogue = [metric('disk'), ...host.catalogue];
    sampleNow(1);
    expect(numbers()).toBe('3');
    await clock.advance(0);
    sampleNow(1);
    expect(samples.map(({ catalogue }) => catalogue?.length)).toEqual([2, 3, undefined]);
    expect(told).toEqual(['described', 'filled 1', 'described', '4', '5']);
  });

  it('is read from the broker when the host does not tell it', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    host.catalogue = [metric('disk'), ...host.catalogue];
    host.publish('about', host.about());
    sampleNow(1);
    await clock.advance(0);
    expect(samples.at(-1)).toMatchObject({ seq: 4, catalogue: host.catalogue });
  });

  it('that nobody knows is waited for', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    host.catalogue = [metric('disk'), ...host.catalogue];
    sampleNow(2);
    await clock.advance(5000);
    expect(numbers()).toBe('3');
    host.connect();
    await clock.advance(1000);
    expect(numbers()).toBe('3 4 5');
  });

  it('and is another one already never puts a value under a wrong name', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.catalogue = [metric('disk'), ...host.catalogue];
    const inBetween = host.live(host.take());
    host.catalogue = [metric('cpu'), metric('memory'), metric('swap')];
    host.publish('live', inBetween);
    sampleNow(1);
    await clock.advance(0);
    expect(samples.map(({ seq, catalogue }) => [seq, catalogue?.map(({ name }) => name).join(' ')])).toEqual([
      [3, 'cpu memory'],
      [4, 'cpu memory swap'],
      [5, undefined],
    ]);
    expect(drops.counts).toEqual({ undescribed: 1 });
  });

  it('may come with samples of the past', async () => {
    take(3);
    const [, ...later] = host.ring;
    const past = {
      ...host.batch(host.ring.slice(0, 1)),
      c: 'old',
      catalogue: [metric('old'), metric('older')],
    };
    host.publish('about', host.about());
    host.publish('log', past);
    host.publish('log', host.batch(later));
    host.disconnect();
    open('everything');
    await clock.advance(0);
    expect(samples.map(({ catalogue }) => catalogue?.[0]?.name)).toEqual(['old', 'cpu', undefined]);
  });

  it('may have been told before what is asked for', async () => {
    const other = new PublishedHost(broker, 'web-2');
    for (const [name, id] of [
      ['first', 'a'],
      ['old', 'b'],
      ['first', 'a'],
      ['old', 'b'],
    ] as const) {
      for (let at = 0; at < 8; at += 1) {
        const catalogue = [metric(name), metric('memory')];
        const batch = { ...host.batch([host.take(), host.take()]), c: id };
        host.publish('log', at === 0 ? { ...batch, catalogue } : batch);
        other.publish('log', other.batch([other.take()]));
      }
    }
    host.publish('about', host.about());
    host.publish('log', host.batch([host.take()]));
    host.disconnect();
    open({ backfill: 6 });
    await clock.advance(0);
    expect(numbers()).toBe('59 60 61 62 63 64 65');
    expect(samples.map(({ catalogue }) => catalogue?.[0]?.name)).toEqual([
      'old',
      ...Array.from({ length: 5 }),
      'cpu',
    ]);
  });
});

describe('an agent that starts again', () => {
  it('continues with its new run from the first sample of it', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    const next = new PublishedHost(broker, 'web-1', host.startedMs + 60_000);
    next.take();
    next.sample();
    await clock.advance(0);
    next.sample();
    expect(samples.map(({ epoch, seq }) => [epoch === next.epoch, seq])).toEqual([
      [false, 3],
      [true, 1],
      [true, 2],
      [true, 3],
    ]);
    expect(samples[1]?.catalogue).toEqual(next.catalogue);
  });

  it('is not mixed up with the one before, which still sends', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    const next = new PublishedHost(broker, 'web-1', host.startedMs + 60_000);
    for (let turn = 0; turn < 5; turn += 1) {
      next.sample();
      host.sample();
      await clock.advance(1000);
    }
    expect(samples.map(({ epoch }) => epoch === next.epoch)).toEqual([false, true, true, true, true, true]);
    expect(drops.counts['earlier_run']).toBeGreaterThanOrEqual(5);
  });

  it('with a clock that was set back is heard once the one before is silent', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.disconnect();
    const next = new PublishedHost(broker, 'web-1', host.startedMs - 60_000);
    next.sample();
    await clock.advance(31_000);
    next.sample();
    await clock.advance(0);
    expect(samples.map(({ epoch, seq }) => [epoch === next.epoch, seq])).toEqual([
      [false, 3],
      [true, 1],
      [true, 2],
    ]);
  });
});

describe('a hostile host', () => {
  it.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['nothing', ''],
    ['a number that cannot be', '{"e":"EPOCH","s":1,"q":4,"p":3,"t":1,"g":40,"c":"C","v":[1e999,1]}'],
    ['text for a value', '{"e":"EPOCH","s":1,"q":4,"p":3,"t":1,"g":40,"c":"C","v":["1",1]}'],
    ['a negative number', '{"e":"EPOCH","s":1,"q":-4,"p":3,"t":1,"g":40,"c":"C","v":[1,1]}'],
    ['another epoch', '{"e":"../..","s":1,"q":4,"p":3,"t":1,"g":40,"c":"C","v":[1,1]}'],
    [
      'a megabyte',
      `{"e":"EPOCH","s":1700000000000,"q":4,"p":3,"t":1,"g":40,"c":"C","v":[1,1],"x":"${'x'.repeat(1_100_000)}"}`,
    ],
    ['a deep nest', '['.repeat(300_000)],
  ])('that sends %s is counted, and followed all the same', async (_name, text) => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    const body = text.replace('EPOCH', host.epoch).replace('"C"', `"${host.catalogueId}"`);
    broker.publishText('metrics.web-1.live', body);
    sampleNow(1);
    await clock.advance(0);
    expect([numbers(), drops.counts]).toEqual(['3 4', { malformed: 1 }]);
    expect(samples.at(-1)?.values).toEqual([4, 4]);
  });

  it('that sends too few values has a gap there', async () => {
    take(3);
    open({ backfill: 1 });
    await clock.advance(0);
    host.sample({ v: [1] });
    sampleNow(1);
    await clock.advance(10_000);
    expect(numbers()).toBe('3 5evicted');
    expect(drops.counts['malformed']).toBeGreaterThan(0);
  });

  it('that never says that its answer ends does not keep a fill for itself', async () => {
    take(3);
    host.disconnect();
    broker.answer('metrics.web-1.ask.replay', (_asked, send) => {
      for (const body of host.replay({})) send({ ...body, done: false });
    });
    broker.answer('metrics.web-1.ask.about', (_asked, send) => send(host.about()));
    open({ backfill: 3 });
    await clock.advance(5000);
    expect([told, fills.running]).toEqual([['described', 'filled 3'], 0]);
  });

  it.each([
    ['two metrics of one name', { catalogue: [metric('cpu'), metric('cpu')] }],
    ['a name that could act', { catalogue: [metric('c\u202Epu'), metric('memory')] }],
    ['a pace that cannot be', { unitMs: 1 }],
    ['no catalogue', { catalogue: null }],
  ])('that describes itself by %s is not shown', async (_name, more) => {
    take(3);
    host.about = () => ({ ...PublishedHost.prototype.about.call(host), ...more }) as never;
    open({ backfill: 3 });
    await clock.advance(5000);
    expect(told).toEqual(['filled 0']);
  });

  it('cannot give labels that act where they are displayed', async () => {
    host.catalogue = [{ ...metric('cpu'), label: 'C\u0000P\u202EU', min: 0 }, metric('memory')];
    take(1);
    open({ backfill: 1 });
    await clock.advance(0);
    expect(identities[0]?.catalogue[0]?.label).toBe('CPU');
  });
});

describe('many fills', () => {
  it('wait for their turn', async () => {
    const ends: (() => void)[] = [];
    const waiting = Array.from({ length: 20 }, () =>
      fills.run(
        () =>
          new Promise<void>((resolve) => {
            ends.push(resolve);
          }),
      ),
    );
    await clock.advance(0);
    expect([ends.length, fills.running, fills.waiting]).toEqual([16, 16, 4]);
    while (ends.length > 0) {
      ends.pop()?.();
      await clock.advance(0);
    }
    await Promise.all(waiting);
    expect([fills.running, fills.waiting, fills.count]).toEqual([0, 0, 20]);
  });
});
