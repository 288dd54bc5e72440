import { beforeEach, describe, expect, it } from 'vitest';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { PushQueue, type Outcome, type PushQueueOptions } from './push-queue.ts';

const AWAY: Outcome = {
  kind: 'later',
  reason: 'example.com could not be reached: ECONNREFUSED',
  afterMs: null,
};
const TAKEN: Outcome = { kind: 'taken' };

let clock: FakeClock;
let log: ReturnType<typeof capturedLog>;
/** What the receiver was sent, and what it answers. */
let sent: string[];
let answer: (text: string, signal: AbortSignal) => Outcome | Promise<Outcome>;
let underWay: number;
let mostUnderWay: number;

beforeEach(() => {
  clock = new FakeClock();
  log = capturedLog();
  sent = [];
  answer = () => TAKEN;
  underWay = 0;
  mostUnderWay = 0;
});

function queueOf(options: Partial<PushQueueOptions> = {}): PushQueue {
  return new PushQueue({
    title: 'Test',
    send: async (body, signal) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      const text = Buffer.from(body).toString();
      sent.push(text);
      const outcome = await answer(text, signal);
      underWay -= 1;
      return outcome;
    },
    clock,
    log: log.log,
    random: () => 1,
    ...options,
  });
}

/** As samples do: one each second, and a push each ten. */
async function run(queue: PushQueue, seconds: number, push = 10): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    if (second % push === 0) queue.add(bytes(String(clock.now() / 1000)));
    queue.visit();
    await clock.advance(1000);
  }
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));

describe('a queue of pushes', () => {
  it('outlives a defect of its sender', async () => {
    let isBroken = true;
    answer = () => {
      if (isBroken) throw new TypeError('a defect');
      return TAKEN;
    };
    const queue = queueOf();
    await run(queue, 11);
    isBroken = false;
    await run(queue, 20);
    expect(sent.slice(0, 1)).toEqual(['0']);
    expect(log.lines).toContain('error Test: a push failed');
    expect(queue.length).toBe(0);
  });

  it('sends each once, in order, and says nothing while all is well', async () => {
    const queue = queueOf();
    await run(queue, 60);
    expect(sent).toEqual(['0', '10', '20', '30', '40', '50']);
    expect(queue.length).toBe(0);
    expect(log.lines).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('keeps what comes while the receiver is away, and then sends all of it in order', async () => {
    const queue = queueOf();
    answer = () => AWAY;
    await run(queue, 600);
    expect(queue.length).toBe(60);
    expect(new Set(sent)).toEqual(new Set(['0']));
    // After 1, 2, 4 … 60 s.
    expect(sent.length).toBeGreaterThanOrEqual(12);
    expect(sent.length).toBeLessThanOrEqual(16);
    sent = [];
    answer = () => TAKEN;
    await run(queue, 70);
    expect(sent).toEqual(Array.from({ length: 67 }, (_none, index) => String(index * 10)));
    expect(log.lines).toEqual([
      'warn Test: example.com could not be reached: ECONNREFUSED; values wait in memory until they are taken',
      'info Test: values are taken again',
    ]);
  });

  it('has one request under way, and others wait meanwhile', async () => {
    const queue = queueOf();
    let finish = (_outcome: Outcome): void => {};
    answer = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    await run(queue, 40);
    expect(sent).toEqual(['0']);
    answer = () => TAKEN;
    finish(TAKEN);
    await run(queue, 1);
    expect(sent).toEqual(['0', '10', '20', '30', '40']);
    expect(mostUnderWay).toBe(1);
  });

  it('waits as long as the receiver asks for, but no longer than ten minutes', async () => {
    const queue = queueOf();
    answer = () => ({ ...AWAY, afterMs: 45_000 });
    await run(queue, 45);
    expect(sent).toHaveLength(1);
    answer = () => ({ ...AWAY, afterMs: 1e12 });
    await run(queue, 2);
    expect(sent).toHaveLength(2);
    answer = () => TAKEN;
    await run(queue, 598);
    expect(sent).toHaveLength(2);
    await run(queue, 3);
    expect(queue.length).toBe(0);
  });

  it.each([
    ['more bytes than allowed', { maxBytes: 12 }],
    ['more of them than allowed', { maxCount: 3 }],
  ])('with %s loses the oldest, and says how many once it knows', async (_name, limits) => {
    const queue = queueOf(limits);
    answer = () => AWAY;
    await clock.advance(1_000_000);
    await run(queue, 100);
    expect(queue.length).toBe(3);
    sent = [];
    answer = () => TAKEN;
    await run(queue, 30, 1000);
    expect(sent).toEqual(['1080', '1090', '1100']);
    expect(log.lines).toEqual([
      expect.stringContaining('could not be reached'),
      'warn Test: the values that wait need more memory than they may: the oldest are being lost',
      'info Test: values are taken again; 8 samples were lost meanwhile',
    ]);
  });

  it('loses none that is under way: it may have to be sent again', async () => {
    const queue = queueOf({ maxCount: 2 });
    let finish = (_outcome: Outcome): void => {};
    answer = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    await run(queue, 40);
    answer = () => TAKEN;
    finish(AWAY);
    await clock.advance(5000);
    queue.visit();
    await clock.advance(0);
    expect(sent).toEqual(['0', '0', '30']);
    expect(log.lines.at(-1)).toBe('info Test: values are taken again; 2 samples were lost meanwhile');
  });

  it('drops what is refused, says so once, and goes on', async () => {
    const queue = queueOf();
    answer = (text) => (text === '50' ? TAKEN : { kind: 'refused', reason: 'example.com answers with 400' });
    await run(queue, 50);
    expect(sent).toHaveLength(5);
    await run(queue, 1);
    expect(log.lines).toEqual([
      'warn Test: example.com answers with 400; such values are dropped',
      'info Test: values are taken again',
    ]);
  });

  it('sends what waits when it is stopped, but not to a receiver that is away', async () => {
    const queue = queueOf();
    queue.add(bytes('last'));
    await queue.stop();
    expect(sent).toEqual(['last']);
    const other = queueOf();
    answer = () => AWAY;
    await run(other, 1);
    sent = [];
    await other.stop();
    expect(sent).toEqual([]);
    expect(log.lines.at(-1)).toBe(
      'info Test: 1 sample in memory did not reach the receiver before the agent ended',
    );
  });

  it('stops within a second, whatever the receiver does', async () => {
    const queue = queueOf();
    answer = (_text, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(AWAY));
      });
    queue.add(bytes('a'));
    queue.visit();
    let isStopped = false;
    void queue.stop().then(() => (isStopped = true));
    await clock.advance(900);
    expect(isStopped).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
