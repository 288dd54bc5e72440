import { beforeEach, describe, expect, it } from 'vitest';
import { HistoryRefusal, type HistoryQuestion } from '../../../client/history.ts';
import { HeldClock } from '../../../testing/held-clock.ts';
import { pretendAnswer, type PretendHost } from '../../../testing/pretend-history.ts';
import { HistorySource, sharedSource, type HistoryRequest } from './history-source.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A round time, so that steps begin there. */
const START_MS = Math.floor(1_795_000_000_000 / DAY_MS) * DAY_MS;

const DAY: HistoryRequest = {
  agentUrl: 'http://here/',
  token: undefined,
  host: undefined,
  metrics: ['cpu', 'memory'],
  points: 720,
  stretch: { windowMs: DAY_MS },
};

let clock: HeldClock;
let host: PretendHost;
let questions: HistoryQuestion[];
let signals: AbortSignal[];
/** Thrown instead of the next answers. */
let refusals: HistoryRefusal[];

beforeEach(() => {
  clock = new HeldClock();
  host = { nowMs: START_MS, spikeMs: START_MS - HOUR_MS };
  questions = [];
  signals = [];
  refusals = [];
});

function open(request: HistoryRequest = DAY): {
  source: HistorySource;
  leave: () => void;
  told: () => number;
} {
  const source = new HistorySource(request, clock, async (_address, question, signal) => {
    questions.push(question);
    signals.push(signal);
    await Promise.resolve();
    const refusal = refusals.shift();
    if (refusal !== undefined) throw refusal;
    return pretendAnswer(host, question);
  });
  let count = 0;
  const leave = source.follow(() => {
    count += 1;
  });
  return { source, leave, told: () => count };
}

async function advanced(source: HistorySource, nowMs: number, epoch = 'a'): Promise<void> {
  host = { ...host, nowMs };
  source.advance(nowMs, epoch);
  // The pretended answer comes with the next microtasks.
  await new Promise((resolve) => setTimeout(resolve));
}

function times({ buffer }: HistorySource): number[] {
  return Array.from(
    { length: buffer?.samples.length ?? 0 },
    (_, row) => buffer?.samples.timestampAt(row) ?? 0,
  );
}

describe('a window of the past', () => {
  it('is fetched once, with means, then lowest, then highest values', async () => {
    const { source } = open();
    await advanced(source, START_MS);
    await advanced(source, START_MS + 1000);
    expect(questions).toEqual([
      {
        host: undefined,
        metrics: ['cpu', 'memory'],
        tables: [],
        fromMs: START_MS - DAY_MS,
        toMs: START_MS,
        points: 720,
      },
    ]);
    const { buffer } = source;
    expect(source.stretch).toEqual({ fromMs: START_MS - DAY_MS, toMs: START_MS });
    expect(buffer?.announcement).toMatchObject({ host: 'here', intervalMs: 2 * MINUTE_MS });
    expect(buffer?.samples.length).toBe(720);
    expect(buffer?.spread).toBe(2);
    const row = times(source).indexOf(START_MS - HOUR_MS);
    expect([0, 2, 4].map((column) => buffer?.samples.valueAt(column, row))).toEqual([20, 10, 97]);
  });

  it('goes on from its newest point, which may not have been complete, in the same steps', async () => {
    const { source } = open();
    await advanced(source, START_MS + 30_000);
    const before = times(source);
    expect(before.at(-1)).toBe(START_MS);
    await advanced(source, START_MS + 2 * MINUTE_MS + 20_000);
    expect(questions).toHaveLength(1);
    await advanced(source, START_MS + 2 * MINUTE_MS + 30_000);
    expect(questions[1]).toMatchObject({ fromMs: START_MS, toMs: START_MS + 4 * MINUTE_MS, points: 2 });
    expect(times(source)).toEqual([...before, START_MS + 2 * MINUTE_MS]);
    expect(source.stretch?.toMs).toBe(START_MS + 2 * MINUTE_MS + 30_000);
  });

  it('has no hole after a sleep or an outage: what is missing is fetched, with the cause of the gap', async () => {
    const { source } = open();
    await advanced(source, START_MS);
    host = {
      ...host,
      gap: { fromTs: START_MS + HOUR_MS, toTs: START_MS + 2 * HOUR_MS, reason: 'agent_restart' },
    };
    await advanced(source, START_MS + 3 * HOUR_MS);
    expect(questions).toHaveLength(2);
    expect(questions[1]?.fromMs).toBe(START_MS - 2 * MINUTE_MS);
    const newer = times(source).filter((time) => time >= START_MS);
    expect(newer).toHaveLength(60);
    expect(newer).not.toContain(START_MS + HOUR_MS + 2 * MINUTE_MS);
    expect(source.buffer?.gaps).toMatchObject([{ fromMs: START_MS + HOUR_MS, reason: 'agent_restart' }]);
    // The oldest points gave way.
    expect(times(source).length).toBeLessThanOrEqual(723);
    expect(new Set(times(source)).size).toBe(times(source).length);
  });

  it('is fetched anew after so long an absence that little of it is left', async () => {
    const { source } = open();
    await advanced(source, START_MS);
    await advanced(source, START_MS + DAY_MS);
    expect(questions[1]).toMatchObject({ fromMs: START_MS, toMs: START_MS + DAY_MS, points: 720 });
  });

  it('is fetched anew when the host has other series, or its clock was set back', async () => {
    const { source } = open();
    await advanced(source, START_MS);
    host = { ...host, series: ['cpu', 'memory', 'memory.swap'] };
    await advanced(source, START_MS + 2 * MINUTE_MS);
    expect(source.buffer?.announcement.series).toHaveLength(2);
    await advanced(source, START_MS + 2 * MINUTE_MS);
    expect(source.buffer?.announcement.series).toHaveLength(3);
    expect(source.buffer?.samples.length).toBe(720);
    await advanced(source, START_MS - HOUR_MS);
    expect(source.stretch?.toMs).toBe(START_MS - HOUR_MS);
    expect(times(source).at(-1)).toBeLessThan(START_MS - HOUR_MS);
  });
});

describe('a range of the past', () => {
  it('is fetched once', async () => {
    const stretch = { fromMs: START_MS - HOUR_MS, toMs: START_MS };
    const { source } = open({ ...DAY, stretch });
    await advanced(source, START_MS);
    await advanced(source, START_MS + DAY_MS);
    expect(questions).toHaveLength(1);
    expect(source.stretch).toBe(stretch);
  });
});

describe('a failed request', () => {
  it('is repeated at growing intervals, and told each time', async () => {
    refusals = Array.from({ length: 4 }, () => new HistoryRefusal(''));
    const { source, told } = open();
    for (const seconds of [1, 2, 4, 8]) {
      await advanced(source, START_MS);
      expect(source.failure).toEqual({ reason: '', status: 0 });
      clock.advance(seconds * 1000 - 1);
      await advanced(source, START_MS);
      clock.advance(1);
    }
    await advanced(source, START_MS);
    expect(questions).toHaveLength(5);
    expect(source.failure).toBeNull();
    expect(source.buffer?.samples.length).toBe(720);
    expect(told()).toBe(4 * 2 + 1);
  });

  it('is repeated when the agent says so', async () => {
    refusals = [new HistoryRefusal('The history is being opened', 503, 7000)];
    const { source } = open();
    await advanced(source, START_MS);
    clock.advance(6999);
    await advanced(source, START_MS);
    expect(questions).toHaveLength(1);
    clock.advance(1);
    await advanced(source, START_MS);
    expect(source.failure).toBeNull();
  });

  it('leaves what was there', async () => {
    const { source } = open();
    await advanced(source, START_MS);
    const { buffer } = source;
    refusals = [new HistoryRefusal('')];
    await advanced(source, START_MS + HOUR_MS);
    expect(source.buffer).toBe(buffer);
    expect(source.failure).not.toBeNull();
  });

  it('is not repeated where the token does not allow it, until the agent is started again', async () => {
    refusals = [new HistoryRefusal('This token does not cover the history', 403)];
    const { source } = open();
    await advanced(source, START_MS);
    expect(clock.timerCount).toBe(0);
    await advanced(source, START_MS + HOUR_MS);
    expect(questions).toHaveLength(1);
    await advanced(source, START_MS + HOUR_MS, 'b');
    expect(source.buffer).not.toBeNull();
  });

  it('is not repeated where no history is kept, until the agent is started again', async () => {
    refusals = [new HistoryRefusal('This host keeps no history', 404)];
    const { source } = open();
    await advanced(source, START_MS);
    expect(source.isMissing).toBe(true);
    expect(clock.timerCount).toBe(0);
    await advanced(source, START_MS + HOUR_MS);
    expect(questions).toHaveLength(1);
    await advanced(source, START_MS + HOUR_MS, 'b');
    expect(source.isMissing).toBe(false);
    expect(source.buffer).not.toBeNull();
  });
});

describe('panels with equal requests', () => {
  it('share a source until the last of them leaves', () => {
    const one = sharedSource({ ...DAY }, () => {});
    const other = sharedSource({ ...DAY }, () => {});
    expect(other.source).toBe(one.source);
    expect(sharedSource({ ...DAY, points: 300 }, () => {}).source).not.toBe(one.source);
    one.release();
    expect(sharedSource({ ...DAY }, () => {}).source).toBe(one.source);
  });

  it('end the request under way when the last of them leaves', async () => {
    const { source, leave, told } = open();
    const leaveToo = source.follow(() => {});
    source.advance(START_MS, 'a');
    leave();
    expect(signals[0]?.aborted).toBe(false);
    leaveToo();
    expect(signals[0]?.aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.buffer).toBeNull();
    expect(told()).toBe(0);
    refusals = [new HistoryRefusal('')];
    const { source: failing, leave: leaveFailing } = open();
    await advanced(failing, START_MS);
    leaveFailing();
    expect(clock.timerCount).toBe(0);
  });
});
