import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalHost } from '../hosts/local-host.ts';
import type { Message } from '../testing/live-clients.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { PretendSocket } from '../testing/pretend-socket.ts';
import { TestHub } from '../testing/test-hub.ts';
import { WebSocketConnection } from '../transports/web-socket-connection.ts';
import type { ConnectionListener } from './connection.ts';

const KB = 1024;
/** Makes frames of about 1 KB, to reach limits soon. */
const LONG = '"'.repeat(250);
const SUBS = ['', LONG] as const;

let test: TestHub;
/** For each stride, the numbers of the samples due, as they were published. */
let due: Map<number, number[]>;
const STRIDES = [10, 20, 30] as const;
/** What a viewer got against the rules. */
let faults: string[];

beforeEach(() => {
  test = new TestHub();
  faults = [];
  due = new Map(STRIDES.map((stride) => [stride, []]));
  test.host.onSample(({ seq }) => {
    for (const [stride, seqs] of due) if (test.host.store.startsCell(seq, stride)) seqs.push(seq);
  });
});

afterEach(() => {
  if (faults.length > 0) throw new Error(faults.join('\n'));
});

function demand(isMet: boolean, rule: string): void {
  if (!isMet) faults.push(rule);
}

/** A viewer, and a judge of everything that it gets. */
class Judge {
  readonly socket: PretendSocket;
  readonly listener: ConnectionListener;
  readonly sub: string;
  readonly stride: number;
  readonly messages: Message[] = [];
  readonly pings: string[] = [];
  /** The numbers of samples. */
  readonly got: number[] = [];
  pingedMs = test.clock.now();
  #position = 0;
  #isFirst = true;

  constructor({ sub = '', stride = 10 } = {}) {
    this.sub = sub === '' ? 'default' : sub;
    this.stride = stride;
    this.socket = new PretendSocket((arrival) => {
      if ('ping' in arrival) this.#pinged(arrival.ping);
      else this.#take(arrival.message);
    });
    const connection = new WebSocketConnection(...this.socket.ends, () => 0.5);
    this.listener = test.hub.open(connection, 'v1', LOCAL);
    connection.listener = this.listener;
  }

  say(message: object): void {
    this.listener.received(JSON.stringify(message));
  }

  subscribe(fields: object = {}): this {
    const { sub, stride } = this;
    this.say({ action: 'subscribe', sub, metrics: ['cpu'], intervalMs: stride * 100, ...fields });
    return this;
  }

  /** Continues where it is. */
  resume(fields: object = {}): void {
    const seq = this.#position;
    this.subscribe({ since: { epoch: test.host.epoch, seq }, id: seq, ...fields });
  }

  leave(): void {
    this.socket.readyState = 3;
    this.listener.closed();
  }

  #pinged(payload: string): void {
    this.pings.push(payload);
    this.pingedMs = test.clock.now();
    demand(Number(payload) === this.socket.sentBytes, `[FC-2] a ping counts ${payload} bytes`);
  }

  #take(message: Message): void {
    this.messages.push(message);
    if (!('sub' in message) || message.sub !== this.sub) return;
    if (message.type === 'subscribed') this.#begin(message);
    if (message.type === 'gap') this.#skip(message);
    if (message.type === 'metrics') this.#sample(message);
  }

  /** @param id the position that was asked for, as it may come to the agent's attention late */
  #begin({ recovered, id }: Extract<Message, { type: 'subscribed' }>): void {
    this.#isFirst = !recovered;
    if (recovered && id !== undefined) this.#position = Number(id);
  }

  #skip({ from, to }: Extract<Message, { type: 'gap' }>): void {
    demand(from === this.#position + 1, `a gap from ${from} after ${this.#position}`);
    this.#position = to;
  }

  #sample({ seq, prev }: Extract<Message, { type: 'metrics' }>): void {
    const position = this.#isFirst ? 0 : this.#position;
    demand(prev === position && seq > position, `sample ${seq} with prev ${prev} after ${position}`);
    const missed = this.#isFirst ? [] : this.#missedBefore(seq);
    demand(missed.length === 0, `${missed.join()} missed before ${seq}`);
    const { sentBytes, acknowledgedBytes, lengthBefore, isWaiting } = this.socket;
    demand(sentBytes - acknowledgedBytes <= 32 * KB, `[FC-3] ${sentBytes - acknowledgedBytes} bytes unread`);
    demand(lengthBefore <= 16 * KB, `[FC-3] ${lengthBefore} bytes not taken`);
    const silentMs = isWaiting ? test.clock.now() - this.pingedMs : 0;
    demand(silentMs < 11_500, `[FC-3] a ping unanswered for ${silentMs} ms`);
    this.#isFirst = false;
    this.#position = seq;
    this.got.push(seq);
  }

  #missedBefore(seq: number): readonly number[] {
    return (due.get(this.stride) ?? []).filter((one) => one > this.#position && one < seq);
  }
}

/** A second with a sample, and time for pongs. */
async function pass(seconds = 1, publish = (): void => test.publish()): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await test.clock.advance(1000);
    publish();
    await test.clock.advance(0);
  }
}

const last = ({ messages }: Judge): Message | undefined => messages.at(-1);

describe('a viewer who was sent everything due', () => {
  it('is in a cohort from its second sample on, and gets each sample once and in order', async () => {
    const viewer = new Judge().subscribe();
    await pass();
    expect(test.hub.seatedCount).toBe(1);
    await pass(99);
    expect(viewer.got).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(test.hub.seatedCount).toBe(1);
  });

  it('shares its frames with the others, each encoded once', async () => {
    const viewers = Array.from({ length: 200 }, () => new Judge().subscribe());
    await pass();
    const before = { encodings: test.hub.encodings, bytes: test.hub.sentBytes };
    const received = viewers.reduce((sum, { socket }) => sum + socket.sentBytes, 0);
    await pass(10);
    expect([test.hub.seatedCount, test.hub.encodings - before.encodings]).toEqual([200, 10]);
    const more = viewers.reduce((sum, { socket }) => sum + socket.sentBytes, 0) - received;
    expect(test.hub.sentBytes - before.bytes).toBe(more);
  });

  it('is loose while it says something, with its position, and back with the next sample', async () => {
    const viewer = new Judge().subscribe();
    await pass(5);
    viewer.resume({ metrics: ['memory'] });
    expect(test.hub.seatedCount).toBe(0);
    expect(last(viewer)).toMatchObject({ type: 'subscribed', recovered: true, seq: 5 });
    await pass(2);
    expect(viewer.got).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(test.hub.seatedCount).toBe(1);
  });

  it('[RT-8] is told of a stall like everybody, and goes on', async () => {
    const viewers = Array.from({ length: 20 }, () => new Judge().subscribe());
    await pass(3);
    await pass(1, () => test.publishAfter('stall'));
    for (const { messages } of viewers) {
      expect(messages.slice(-2)).toMatchObject([
        { type: 'gap', from: 4, to: 3, reason: 'stall' },
        { type: 'metrics', seq: 4, prev: 3 },
      ]);
    }
    await pass();
    expect(test.hub.seatedCount).toBe(20);
  });

  it('is told of a new catalogue before the first sample that has it', async () => {
    const viewer = new Judge().subscribe({ metrics: ['*'] });
    await pass(3);
    await pass(1, () => test.publishNew(['cpu', 'memory', 'disk']));
    const types = viewer.messages.slice(-3).map(({ type }) => type);
    expect(types).toEqual(['host', 'subscribed', 'metrics']);
    await pass();
    expect(test.hub.seatedCount).toBe(1);
  });

  it('gets tables with the samples of its cohort', async () => {
    const viewer = new Judge().subscribe({ tables: ['processes'] });
    await pass(2);
    await pass(1, () => test.publishTable([1, 'init']));
    expect(viewer.messages.slice(-2)).toMatchObject([
      { type: 'table', seq: 3 },
      { type: 'metrics', seq: 3 },
    ]);
    expect(test.hub.seatedCount).toBe(1);
  });

  it('stays loose with several subscriptions', async () => {
    const viewer = new Judge().subscribe();
    viewer.say({ action: 'subscribe', sub: 'other', metrics: ['memory'] });
    await pass(3);
    expect(test.hub.seatedCount).toBe(0);
    expect(viewer.messages.filter(({ type }) => type === 'metrics')).toHaveLength(6);
  });
});

describe('[FC-1] a viewer of a cohort', () => {
  it('that does not read loses samples alone, is told so, and returns', async () => {
    const [slow, other] = [new Judge(), new Judge({ sub: LONG })].map((viewer) => viewer.subscribe());
    const rest = Array.from({ length: 3 }, () => new Judge().subscribe());
    if (slow === undefined || other === undefined) return;
    await pass(3);
    other.socket.isFull = true;
    await pass(60);
    expect(test.hub.skippedSamples).toBeGreaterThan(10);
    expect(test.hub.seatedCount).toBe(4);
    other.socket.isFull = false;
    await pass(2);
    expect(other.messages.filter(({ type }) => type === 'gap')).toMatchObject([{ reason: 'slow' }]);
    expect(test.hub.seatedCount).toBe(5);
    for (const viewer of [slow, ...rest]) expect(viewer.got).toHaveLength(65);
  });

  it('[FC-3] that does not answer is skipped after 10 s, and closed with 4200 after 30 s', async () => {
    const viewer = new Judge().subscribe();
    await pass(3);
    viewer.socket.isAnswering = false;
    const { pings } = viewer;
    while (pings.length === 0) await pass();
    const reached = viewer.got.length;
    // A round comes with each sample.
    await pass(8);
    expect([viewer.got.length - reached, test.hub.seatedCount]).toEqual([8, 1]);
    await pass(3);
    expect([viewer.got.length - reached, test.hub.seatedCount]).toEqual([9, 0]);
    await pass(18);
    expect(viewer.socket.closes).toEqual([]);
    await pass();
    expect(viewer.socket.closes).toEqual([4200]);
  });

  it('[HB-1] is pinged every 30 s, and not blamed for a stall of the agent', async () => {
    const viewers = Array.from({ length: 100 }, () => new Judge().subscribe());
    for (let second = 0; second < 120; second += 1) {
      await pass();
      for (const { pingedMs } of viewers) expect(test.clock.now() - pingedMs).toBeLessThanOrEqual(33_000);
    }
    for (const { socket } of viewers) socket.isAnswering = false;
    test.clock.stall(600_000);
    await pass(9);
    expect(test.hub.seatedCount).toBe(100);
  });

  it('gets nothing behind a close frame, whoever began to close', async () => {
    const viewers = Array.from({ length: 3 }, () => new Judge().subscribe());
    await pass(3);
    viewers[1]?.socket.close(1000);
    await pass(2);
    expect(viewers.map(({ got }) => got.length)).toEqual([5, 3, 5]);
    viewers[1]?.leave();
    expect([test.hub.sessionCount, test.hub.seatedCount]).toEqual([2, 2]);
  });

  it('gets a heartbeat and its pings where samples have stopped', async () => {
    const viewer = new Judge().subscribe();
    await pass(3);
    await test.clock.advance(17_000);
    expect(last(viewer)?.type).toBe('heartbeat');
    expect(test.hub.seatedCount).toBe(0);
    await test.clock.advance(17_000);
    expect(viewer.pings).toHaveLength(1);
    await pass();
    expect(test.hub.seatedCount).toBe(1);
    expect(viewer.got).toEqual([1, 2, 3, 4]);
  });

  it('[HB-1] gets a heartbeat 15 s after its last message, although it took its seat later', async () => {
    const viewer = new Judge({ stride: 30 }).subscribe();
    await pass();
    await test.clock.advance(12_000);
    await pass();
    expect([viewer.got, test.hub.seatedCount]).toEqual([[1], 1]);
    await test.clock.advance(4000);
    expect(last(viewer)?.type).toBe('heartbeat');
  });

  it('gets a heartbeat however often it leaves its cohort and returns', async () => {
    const viewer = new Judge({ stride: 600 }).subscribe();
    await pass(2);
    for (let times = 0; times < 4; times += 1) {
      await pass(4);
      test.hosts.add(
        new LocalHost({
          host: { id: `db-${times}`, label: 'db', facts: {} },
          catalogue: [],
          tables: [],
          intervalMs: 1000,
        }),
      );
    }
    await pass(2);
    expect(test.hub.seatedCount).toBe(1);
    expect(last(viewer)?.type).toBe('heartbeat');
  });

  it('is told goodbye', async () => {
    const viewers = Array.from({ length: 40 }, () => new Judge().subscribe());
    await pass(3);
    test.hub.dismissAll();
    for (const viewer of viewers) {
      expect(last(viewer)?.type).toBe('goodbye');
      expect(viewer.socket.closes).toEqual([4201]);
    }
  });
});

type Deed = (viewer: Judge) => void;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe('[RT-10] [FC-1] [FC-2] [FC-3] viewers that come, go, ask, stall and read at random', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
    'get each sample once or a gap, and never too much unread, seed %i',
    async (seed) => {
      const next = random(seed);
      const pick = <T>(choices: readonly [T, ...T[]]): T =>
        choices[Math.floor(next() * choices.length)] ?? choices[0];
      let viewers: Judge[] = [];
      let seated = 0;
      const deeds: [Deed, ...Deed[]] = [
        (viewer) => viewer.say({ action: 'hello', v: 1 }),
        (viewer) => viewer.resume(),
        (viewer) => viewer.subscribe({ backfill: 5 }),
        (viewer) => viewer.say({ action: 'history', metrics: ['cpu'], from: 0, to: 1 }),
        ({ socket }) => void (socket.isAnswering = false),
        ({ socket }) => void (socket.isAnswering = true),
        ({ socket }) => void (socket.isFull = true),
        ({ socket }) => void (socket.isFull = false),
        ({ socket }) => socket.close(1000),
        (viewer) => viewer.leave(),
      ];
      const publish = (): void => {
        const chance = next();
        if (chance < 0.02) test.publishAfter(pick(['stall', 'suspend']));
        else if (chance < 0.04) test.publishNew(['cpu', pick(['memory', 'disk'])]);
        else test.publish();
      };
      for (let second = 0; second < 150; second += 1) {
        for (let count = Math.floor(next() * 3); count > 0; count -= 1) {
          viewers.push(new Judge({ sub: pick(SUBS), stride: pick(STRIDES) }).subscribe());
        }
        for (const viewer of viewers) if (next() < 0.04) pick(deeds)(viewer);
        viewers = viewers.filter(({ socket }) => socket.readyState < 3);
        await pass(1, publish);
        seated += test.hub.seatedCount;
      }
      expect(seated).toBeGreaterThan(500);
      for (const { socket } of viewers) {
        socket.isFull = false;
        socket.isAnswering = true;
      }
      await pass(4);
      const open = viewers.filter(({ socket }) => socket.readyState === socket.OPEN);
      for (const { got, stride } of open)
        expect(got.at(-1)).toBeGreaterThanOrEqual(due.get(stride)?.at(-1) ?? 0);
      // A ping that has just been sent keeps a viewer loose for a sample.
      for (let more = 0; more < 5 && test.hub.seatedCount < open.length; more += 1) await pass();
      expect(test.hub.seatedCount).toBe(open.length);
      for (const viewer of viewers) viewer.leave();
      expect([test.hub.sessionCount, test.hub.seatedCount]).toEqual([0, 0]);
    },
  );
});
