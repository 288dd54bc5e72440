import { describe, expect, it, type TestContext } from 'vitest';
import { startFastAgent, type FastAgent } from './fast-agent.ts';
import { FastClock, IS_FULL } from './fast-time.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Follower } from './follower.ts';
import { FLAWLESS, type LoggedSample, type ReceivedGap } from './oracle.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** In the short form, an hour lasts 36 seconds. */
const SPEED = 100;
/** Below the 15 minutes of the ring: in the short form, delays of a busy machine count a hundredfold. */
const LONG_MS = (IS_FULL ? 14 : 12) * MINUTE_MS;
const TIMEOUT_MS = IS_FULL ? 30 * MINUTE_MS : 60_000;

interface Setup {
  readonly clock: FastClock;
  readonly agent: FastAgent;
  readonly proxy: FaultProxy;
  readonly follower: Follower;
  readonly log: () => LoggedSample[];
}

async function follow(speed: number, { onTestFinished }: TestContext): Promise<Setup> {
  const clock = new FastClock(speed);
  const agent = await startFastAgent(clock);
  const proxy = await FaultProxy.start(agent.url);
  const follower = new Follower(proxy.url, { clock });
  onTestFinished(async () => {
    follower.client.stop();
    await proxy.stop();
    await agent.stop();
  });
  await follower.more(5);
  return { clock, agent, proxy, follower, log: () => agent.samples() };
}

/** Omits stalls: in the short form, a tick that is 20 ms late is a stall of two seconds. */
const told = ({ gaps }: Follower): ReceivedGap[] =>
  gaps.filter(({ reason }) => !/^(stall|suspend)$/.test(reason));

/** Real milliseconds from the last welcome to the next sample, and to the sample `seq`. */
function comeback(
  { received, sampleTimesMs, statuses, statusTimesMs }: Follower,
  seq: number,
  speed: number,
) {
  const connectedMs =
    statusTimesMs[statuses.findLastIndex(({ state }) => state === 'connected')] ?? Number.NaN;
  const seqs = received.flatMap((item) => (item.kind === 'sample' ? [item.seq] : []));
  const first = sampleTimesMs.find((timeMs) => timeMs >= connectedMs) ?? Number.NaN;
  const last = sampleTimesMs[seqs.indexOf(seq)] ?? Number.NaN;
  return { firstMs: (first - connectedMs) / speed, allMs: (last - connectedMs) / speed };
}

describe.concurrent('while the link is down', { timeout: TIMEOUT_MS }, () => {
  it.for([
    [5 * SECOND_MS, 'cut'],
    [60 * SECOND_MS, 'cut'],
    [LONG_MS, 'cut'],
    [60 * SECOND_MS, 'stall'],
    [LONG_MS, 'stall'],
  ] as const)(
    '[RT-4] [RC-1] for %i ms (%s): every sample arrives afterwards',
    async ([downMs, how], test) => {
      const { clock, proxy, follower, log } = await follow(SPEED, test);
      proxy[how]();
      await clock.pass(downMs);
      await follower.lost();
      const missed = log().at(-1);
      proxy.restore();
      await follower.caughtUp(log);
      await follower.more();
      const { firstMs, allMs } = comeback(follower, missed?.seq ?? 0, clock.speed);
      expect(await follower.judge(log)).toEqual(FLAWLESS);
      expect(told(follower)).toEqual([]);
      // 1 s and 500 ms on an idle machine.
      expect(firstMs).toBeLessThan(IS_FULL ? 1000 : 10_000);
      expect(allMs).toBeLessThan(IS_FULL ? 2000 : 20_000);
    },
  );

  it('[HB-2] for 5 s of silence, which nobody has to notice', async (test) => {
    const { clock, proxy, follower, log } = await follow(10, test);
    proxy.stall();
    await clock.pass(5 * SECOND_MS);
    proxy.restore();
    await follower.caughtUp(log);
    expect(follower.connections).toBe(1);
    expect(await follower.judge(log)).toEqual(FLAWLESS);
    expect(told(follower)).toEqual([]);
  });
});

describe.concurrent(
  'while the link is down for longer than the ring reaches',
  { timeout: TIMEOUT_MS },
  () => {
    it('[RT-5] for 20 min: one gap with exact ends, and all other samples', async (test) => {
      const { clock, proxy, follower, log } = await follow(SPEED, test);
      proxy.cut();
      await clock.pass(20 * MINUTE_MS);
      await follower.lost();
      const head = log().at(-1);
      proxy.restore();
      await follower.caughtUp(log);
      await follower.more();
      expect(await follower.judge(log)).toEqual(FLAWLESS);
      const [gap, ...others] = told(follower);
      if (gap === undefined) throw new Error('no gap');
      expect(others).toEqual([]);
      expect(gap.reason).toBe('evicted');
      const { before, after } = follower.neighboursOf(gap);
      expect(before).toMatchObject({ seq: gap.from - 1, ts: gap.fromMs });
      expect(after).toMatchObject({ seq: gap.to + 1, ts: gap.toMs });
      const replayedMs = (head?.ts ?? 0) - gap.toMs;
      expect(replayedMs).toBeGreaterThan(14 * MINUTE_MS);
      expect(replayedMs).toBeLessThan(15 * MINUTE_MS);
    });
  },
);

describe.concurrent('when the connection dies', { timeout: TIMEOUT_MS }, () => {
  it.for([
    ['with a RST', (proxy: FaultProxy) => proxy.reset(), 2],
    ['with a FIN to the client', (proxy: FaultProxy) => proxy.halfClose('down'), 2],
    ['with a FIN to the agent', (proxy: FaultProxy) => proxy.halfClose('up'), 2],
    ['without a word', (proxy: FaultProxy) => proxy.swallow(), 35],
  ] as const)(
    '[HB-2] [RT-4] %s: the client notices, and no sample is missing',
    async ([, kill, withinS], test) => {
      const { clock, proxy, follower, log } = await follow(10, test);
      kill(proxy);
      const diedMs = clock.now();
      const noticedMs = (await follower.lost()) - diedMs;
      proxy.restore();
      await follower.more();
      await follower.caughtUp(log);
      expect(noticedMs).toBeLessThan((withinS + 5) * SECOND_MS);
      expect(follower.connections).toBe(2);
      expect(await follower.judge(log)).toEqual(FLAWLESS);
      expect(told(follower)).toEqual([]);
    },
  );
});
