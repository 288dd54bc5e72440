import { beforeEach, describe, expect, it } from 'vitest';
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

/** `[seq, prev]` of a sample; any other message as it is. */
const brief = (message: Message): unknown =>
  message.type === 'metrics' ? [message.seq, message.prev] : message;

/** What came in, batches opened. */
const takeAll = (): Message[] => client.take().flatMap((text) => decodeServerFrame(text));

/** What followed `subscribed`, in brief, and its `recovered`. */
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
/** `[seq, prev]` of an unbroken run. */
const run = (first: number, last: number): [number, number][] =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, first + i - 1]);

describe('[RT-4] resuming from a sample that is held', () => {
  it('sends every sample after it, in batches of at most 300, and then live', () => {
    test.publish(800);
    client.send(since(50));
    const [subscribed, ...frames] = client.take().map((text) => decodeServerFrame(text));
    expect(subscribed).toMatchObject([{ type: 'subscribed', recovered: true, seq: 800 }]);
    expect(frames.map((messages) => messages.length)).toEqual([300, 300, 150]);
    expect(frames.flat().map(brief)).toEqual(run(51, 800));
    test.publish(2);
    expect(takeAll().map(brief)).toEqual(run(801, 802));
  });

  it('sends nothing where nothing was missed, and goes on with the next sample', () => {
    test.publish(5);
    client.send(since(5));
    expect(takeResumed()).toEqual({ recovered: true, rest: [] });
    test.publish();
    expect(takeAll().map(brief)).toEqual([[6, 5]]);
  });

  it('needs no sample that is held, only the one after it', () => {
    test.publish(1000);
    client.send(since(100));
    expect(takeResumed()).toEqual({ recovered: true, rest: run(101, 1000) });
  });

  it('begins with the first sample for a client that had subscribed before there was one', () => {
    test.publish(3);
    client.send(since(0));
    expect(takeResumed()).toEqual({ recovered: true, rest: run(1, 3) });
  });

  it('sends the samples of its interval only', () => {
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

  it('ignores backfill beside it', () => {
    test.publish(10);
    client.send({ ...since(8), backfill: 5 });
    expect(takeResumed()).toEqual({ recovered: true, rest: run(9, 10) });
  });
});

describe('[RT-5] resuming from a sample that is too old', () => {
  it('tells exactly what is lost, from the timestamp that the client brings, and sends everything held', () => {
    test.publish(1000);
    client.send(since(40, 40_000));
    expect(takeResumed()).toEqual({
      recovered: false,
      rest: [gap(41, 100, 40_000, 101_000, 'evicted'), ...run(101, 1000)],
    });
  });

  it('estimates where the hole begins without it', () => {
    test.publish(1000);
    client.send(since(40));
    expect(takeResumed().rest[0]).toEqual(gap(41, 100, 41_000, 101_000, 'evicted'));
  });
});

describe('[RT-6] resuming from another epoch', () => {
  it('tells of the restart and sends the new epoch from its oldest sample', () => {
    test.publish(3);
    client.send(since(700, 500, 'another'));
    expect(takeResumed()).toEqual({
      recovered: false,
      rest: [gap(1, 0, 500, 1000, 'agent_restart'), ...run(1, 3)],
    });
  });

  it('waits with that for the first sample', () => {
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
  it('tells that the position is unknown and goes on live from the head', () => {
    test.publish(10);
    client.send(since(11, 9500));
    expect(takeResumed()).toEqual({
      recovered: false,
      rest: [gap(10, 9, 9500, 10_000, 'unknown_position'), [10, 9]],
    });
    test.publish();
    expect(takeAll().map(brief)).toEqual([[11, 10]]);
  });

  it('allocates nothing by the number, and waits for a head where there is none', () => {
    client.send(since(Number.MAX_SAFE_INTEGER));
    expect(takeResumed()).toEqual({ recovered: false, rest: [] });
    test.publish();
    expect(takeAll().map(brief)).toEqual([gap(1, 0, 1000, 1000, 'unknown_position'), [1, 0]]);
  });
});

describe('[RT-8] a break', () => {
  it.each(['stall', 'suspend'] as const)('of the kind %s is told live before the next sample', (reason) => {
    test.publish(3);
    client.send(subscribe());
    test.publishAfter(reason);
    test.publish();
    expect(takeResumed().rest).toEqual([[3, 0], gap(4, 3, 3000, 4000, reason), [4, 3], [5, 4]]);
  });

  it('is told a slower subscription with the sample after it', () => {
    test.publish(10);
    client.send(subscribe({ intervalMs: 5000 }));
    test.publish(2);
    test.publishAfter('stall', 20);
    expect(takeResumed().rest).toEqual([[10, 0], gap(11, 10, 12_000, 13_000, 'stall'), [13, 10]]);
  });

  it('has its place in backfill and in what is resumed', () => {
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

  it('before the first sample of a subscription is none of its business', () => {
    test.publish(3);
    test.publishAfter('stall');
    client.send(subscribe({ backfill: 1 }));
    expect(takeResumed().rest).toEqual([[4, 0]]);
  });

  it('is silent in the plain profile', () => {
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
  it('is skipped, told what it will not get, and goes on at the head', () => {
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

  it('from its first answer on has skipped the head, too', () => {
    test.publish();
    client.stopReadingAfter(1);
    client.send(subscribe());
    expect(takeAll()).toMatchObject([{ type: 'subscribed' }]);
    test.publish(2);
    expect(test.hub.skippedSamples).toBe(2);
  });

  it('misses nothing when it drains before the next sample is due', () => {
    client.send(subscribe({ intervalMs: 5000 }));
    test.publish(9);
    takeAll();
    client.stopReading();
    test.publish(3);
    client.readAgain();
    expect(takeAll().map(brief)).toEqual([[10, 5]]);
    expect(test.hub.skippedSamples).toBe(0);
  });

  it('can fetch what it was not sent', () => {
    client.send(subscribe());
    client.stopReading();
    test.publish(10);
    client.readAgain();
    client.take();
    client.send({ ...since(0), sub: 'again' });
    expect(takeResumed()).toEqual({ recovered: true, rest: run(1, 10) });
  });

  it('is replayed to as it reads, without a hole and without a queue', () => {
    test.publish(700);
    client.stopReadingAfter(1);
    client.send(since(0));
    expect(takeResumed()).toEqual({ recovered: true, rest: [] });
    test.publish(200);
    client.readAgain();
    expect(takeAll().map(brief)).toEqual(run(1, 900));
  });

  it('stays in its replay until it has read the end of it, so that no live sample is skipped behind it', () => {
    test.publish(10);
    client.stopReadingAfter(2);
    client.send(since(0));
    test.publish(3);
    client.readAgain();
    expect(takeResumed().rest).toEqual(run(1, 13));
  });

  it('[FC-4] is replayed to in parts of about 32 KB, so that one that stops in the middle holds no more', () => {
    test.publish(900);
    client.send({ ...since(0), sub: '"'.repeat(250) });
    const lengths = client.take().map((text) => text.length);
    expect(Math.max(...lengths)).toBeLessThan(34 * 1024);
    expect(lengths.length).toBeGreaterThan(15);
  });

  it('is told when the ring moved on during its replay', () => {
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
