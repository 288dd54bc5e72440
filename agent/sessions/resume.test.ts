import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

let test: TestHub;
let client: TestClient;
let epoch: string;

beforeEach(() => {
  test = new TestHub();
  client = test.connectV1();
  ({ epoch } = test.host);
});

const subscribe = (fields: object = {}) => ({ action: 'subscribe', metrics: ['cpu'], ...fields });
const since = (seq: number, ts?: number, ofEpoch = epoch) =>
  subscribe({ since: { epoch: ofEpoch, seq, ts } });

type Message = ReturnType<typeof decodeServerFrame>[number];

/** `[seq, prev]` of a sample; any other message unchanged. */
const brief = (message: Message): unknown =>
  message.type === 'metrics' ? [message.seq, message.prev] : message;

/** The messages received, with batches unpacked. */
const takeAll = (): Message[] => client.take().flatMap((text) => decodeServerFrame(text));

/** `recovered` of the answer, and a summary of the messages after it. */
function takeResumed(): { recovered: boolean | undefined; rest: unknown[] } {
  const [subscribed, ...rest] = takeAll();
  return {
    recovered: subscribed?.type === 'subscribed' ? subscribed.recovered : undefined,
    rest: rest.map(brief),
  };
}

const gap = (from: number, to: number, fromTs: number, toTs: number, reason: string) => ({
  type: 'gap',
  sub: 'default',
  from,
  to,
  fromTs,
  toTs,
  reason,
});
/** `[seq, prev]` of consecutive samples. */
const run = (first: number, last: number): [number, number][] =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, first + i - 1]);

describe('[RT-4] resuming from a sample that is held', () => {
  it('sends every later sample in batches of at most 300, then goes live', () => {
    test.publish(800);
    client.send(since(50));
    const [subscribed, ...frames] = client.take().map((text) => decodeServerFrame(text));
    expect(subscribed).toMatchObject([{ type: 'subscribed', recovered: true, seq: 800 }]);
    expect(frames.map((messages) => messages.length)).toEqual([300, 300, 150]);
    expect(frames.flat().map(brief)).toEqual(run(51, 800));
    test.publish(2);
    expect(takeAll().map(brief)).toEqual(run(801, 802));
  });

  it('sends nothing if nothing was missed, and continues with the next sample', () => {
    test.publish(5);
    client.send(since(5));
    expect(takeResumed()).toEqual({ recovered: true, rest: [] });
    test.publish();
    expect(takeAll().map(brief)).toEqual([[6, 5]]);
  });

  it('reads what was missed once for all clients that were at the same sample', () => {
    test.publish(400);
    const read = vi.spyOn(test.host.store, 'read');
    client.send(since(50));
    const [, ...first] = client.take();
    const reads = read.mock.calls.length;
    const another = test.connectV1();
    another.send(since(50, 1));
    const [, ...second] = another.take();
    expect(first).toHaveLength(2);
    expect(second).toEqual(first);
    expect(read).toHaveBeenCalledTimes(reads);
    test.publish();
    expect([client.take(), another.take()].map((texts) => texts.length)).toEqual([1, 1]);
  });

  it('works from an evicted sample while the one after it is held', () => {
    test.publish(1000);
    client.send(since(100));
    expect(takeResumed()).toEqual({ recovered: true, rest: run(101, 1000) });
  });

  it('begins with the first sample for a client that subscribed before there was any', () => {
    test.publish(3);
    client.send(since(0));
    expect(takeResumed()).toEqual({ recovered: true, rest: run(1, 3) });
  });

  it("sends only the samples of the subscription's interval", () => {
    test.publish(23);
    client.send({ ...since(7), intervalMs: 5000 });
    expect(takeResumed()).toEqual({
      recovered: true,
      rest: [
        [10, 7],
        [15, 10],
        [20, 15],
      ],
    });
    test.publish(3);
    expect(takeAll().map(brief)).toEqual([[25, 20]]);
  });

  it('ignores `backfill` next to `since`', () => {
    test.publish(10);
    client.send({ ...since(8), backfill: 5 });
    expect(takeResumed()).toEqual({ recovered: true, rest: run(9, 10) });
  });
});

describe('[RT-5] resuming from a sample that is too old', () => {
  it("reports exactly what is lost, from the client's timestamp on, and sends everything held", () => {
    test.publish(1000);
    client.send(since(40, 40_000));
    expect(takeResumed()).toEqual({
      recovered: false,
      rest: [gap(41, 100, 40_000, 101_000, 'evicted'), ...run(101, 1000)],
    });
  });

  it('estimates when the gap began if the client gives no timestamp', () => {
    test.publish(1000);
    client.send(since(40));
    expect(takeResumed().rest[0]).toEqual(gap(41, 100, 41_000, 101_000, 'evicted'));
  });
});

describe('[RT-6] resuming from another epoch', () => {
  it('reports the restart and sends the new epoch from its oldest sample', () => {
    test.publish(3);
    client.send(since(700, 500, 'another'));
    expect(takeResumed()).toEqual({
      recovered: false,
      rest: [gap(1, 0, 500, 1000, 'agent_restart'), ...run(1, 3)],
    });
  });

  it('reports the restart only with the first sample', () => {
    client.send(since(700, 500, 'another'));
    expect(takeResumed()).toEqual({ recovered: false, rest: [] });
    test.publish(2);
    expect(takeAll().map(brief)).toEqual([gap(1, 0, 500, 1000, 'agent_restart'), ...run(1, 2)]);
  });

  it('begins at the oldest sample that is still held', () => {
    test.publish(1000);
    client.send(since(2, 500, 'another'));
    expect(takeResumed().rest.slice(0, 2)).toEqual([
      gap(101, 100, 500, 101_000, 'agent_restart'),
      [101, 100],
    ]);
  });
});

describe('[RT-7] resuming from ahead of the head', () => {
  it('reports the position as unknown and goes live from the head', () => {
    test.publish(10);
    client.send(since(11, 9500));
    expect(takeResumed()).toEqual({
      recovered: false,
      rest: [gap(10, 9, 9500, 10_000, 'unknown_position'), [10, 9]],
    });
    test.publish();
    expect(takeAll().map(brief)).toEqual([[11, 10]]);
  });

  it('allocates nothing proportional to `seq`, and waits for the first sample', () => {
    client.send(since(Number.MAX_SAFE_INTEGER));
    expect(takeResumed()).toEqual({ recovered: false, rest: [] });
    test.publish();
    expect(takeAll().map(brief)).toEqual([gap(1, 0, 1000, 1000, 'unknown_position'), [1, 0]]);
  });
});

describe('[RT-8] a gap without a missing number', () => {
  it.each(['stall', 'suspend'] as const)(
    'with reason %s is reported live, before the next sample',
    (reason) => {
      test.publish(3);
      client.send(subscribe());
      test.publishAfter(reason);
      test.publish();
      expect(takeResumed().rest).toEqual([[3, 0], gap(4, 3, 3000, 4000, reason), [4, 3], [5, 4]]);
    },
  );

  it('is reported to a slower subscription together with its next sample', () => {
    test.publish(10);
    client.send(subscribe({ intervalMs: 5000 }));
    test.publish(2);
    test.publishAfter('stall', 20);
    expect(takeResumed().rest).toEqual([[10, 0], gap(11, 10, 12_000, 13_000, 'stall'), [13, 10]]);
  });

  it('keeps its place in backfilled and resumed samples', () => {
    test.publish(3);
    test.publishAfter('suspend');
    test.publish(2);
    const told = gap(4, 3, 3000, 4000, 'suspend');
    client.send(subscribe({ backfill: 4 }));
    expect(takeResumed().rest).toEqual([[3, 0], told, ...run(4, 6)]);
    client.send(since(3));
    expect(takeResumed().rest).toEqual([told, ...run(4, 6)]);
    client.send(since(4));
    expect(takeResumed().rest).toEqual(run(5, 6));
  });

  it("is not reported if it ended before the subscription's first sample", () => {
    test.publish(3);
    test.publishAfter('stall');
    client.send(subscribe({ backfill: 1 }));
    expect(takeResumed().rest).toEqual([[4, 0]]);
  });

  it('is not reported in the plain profile', () => {
    const plain = test.connect('plain');
    plain.send({ action: 'subscribe', metrics: ['cpu'] });
    test.publish();
    test.publishAfter('stall');
    expect(plain.takeMessages()).toEqual([
      { type: 'metrics', metrics: { cpu: 1 } },
      { type: 'metrics', metrics: { cpu: 2 } },
    ]);
  });
});

describe('[FC-1] a client that does not read', () => {
  it('is skipped, learns what it missed, and continues at the head', () => {
    test.publish(2);
    client.send(subscribe());
    client.take();
    client.stopReading();
    test.publish(10);
    expect(client.take()).toEqual([]);
    client.readAgain();
    expect(takeAll().map(brief)).toEqual([gap(3, 11, 2000, 12_000, 'slow'), [12, 11]]);
    expect(test.hub.skippedSamples).toBe(9);
    test.publish();
    expect(takeAll().map(brief)).toEqual([[13, 12]]);
  });

  it('also misses the head if it stops after the answer to its subscription', () => {
    test.publish();
    client.stopReadingAfter(1);
    client.send(subscribe());
    expect(takeAll()).toMatchObject([{ type: 'subscribed' }]);
    test.publish(2);
    expect(test.hub.skippedSamples).toBe(2);
  });

  it('misses nothing if it reads again before the next sample is due', () => {
    client.send(subscribe({ intervalMs: 5000 }));
    test.publish(9);
    takeAll();
    client.stopReading();
    test.publish(3);
    client.readAgain();
    expect(takeAll().map(brief)).toEqual([[10, 5]]);
    expect(test.hub.skippedSamples).toBe(0);
  });

  it('can fetch the samples it missed', () => {
    client.send(subscribe());
    client.stopReading();
    test.publish(10);
    client.readAgain();
    client.take();
    client.send({ ...since(0), sub: 'again' });
    expect(takeResumed()).toEqual({ recovered: true, rest: run(1, 10) });
  });

  it('receives a replay at the pace at which it reads, without gaps or a queue', () => {
    test.publish(700);
    client.stopReadingAfter(1);
    client.send(since(0));
    expect(takeResumed()).toEqual({ recovered: true, rest: [] });
    test.publish(200);
    client.readAgain();
    expect(takeAll().map(brief)).toEqual(run(1, 900));
  });

  it('stays in replay until it has read to the end, so that the replay costs it no live sample', () => {
    test.publish(10);
    client.stopReadingAfter(2);
    client.send(since(0));
    test.publish(3);
    client.readAgain();
    expect(takeResumed().rest).toEqual(run(1, 13));
  });

  it('[FC-4] receives a replay in parts of about 32 KB, so that stopping midway holds no more memory', () => {
    test.publish(900);
    client.send({ ...since(0), sub: '"'.repeat(250) });
    const lengths = client.take().map((text) => text.length);
    expect(Math.max(...lengths)).toBeLessThan(34 * 1024);
    expect(lengths.length).toBeGreaterThan(15);
  });

  it('gets a gap if samples are evicted during its replay', () => {
    test.publish(900);
    client.stopReading();
    client.send(since(10, 10_000));
    test.publish(100);
    client.readAgain();
    expect(takeResumed().rest).toEqual([gap(11, 100, 10_000, 101_000, 'evicted'), ...run(101, 1000)]);
  });

  it('is skipped silently in the plain profile', () => {
    const plain = test.connect('plain');
    plain.send({ action: 'subscribe', metrics: ['cpu'] });
    test.publish();
    plain.stopReading();
    test.publish(5);
    plain.readAgain();
    test.publish();
    expect(plain.takeMessages()).toEqual([1, 6, 7].map((cpu) => ({ type: 'metrics', metrics: { cpu } })));
    expect(test.hub.skippedSamples).toBe(4);
  });
});
