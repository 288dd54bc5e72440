import { describe, expect, it, vi } from 'vitest';
import type { SubscriptionListener } from '../../../shared/client/client-subscription.ts';
import type { fetchHistory } from '../../client/fetch-history.ts';
import { HistoryRefusal, type HistoryQuestion } from '../../client/history.ts';
import { HeldClock } from '../../testing/held-clock.ts';
import { pretendAnswer } from '../../testing/pretend-history.ts';
import { LaneSource, type LaneSubject } from './lane-source.ts';
import type { LaneStretch } from './lane-stretch.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_796_000_000_000;
const SUBJECT: LaneSubject = {
  agentUrl: 'http://127.0.0.1:1/',
  token: undefined,
  host: 'here',
  metrics: ['pressure.cpu.some', 'pressure.io.some'],
  isKept: true,
};
const PRESENT: LaneStretch = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS, isPresent: true };
const EARLIER: LaneStretch = { fromMs: NOW_MS - 5 * HOUR_MS, toMs: NOW_MS - 4 * HOUR_MS, isPresent: false };
const POINTS = 360;

function later(ms: number): LaneStretch {
  return { fromMs: PRESENT.fromMs + ms, toMs: PRESENT.toMs + ms, isPresent: true };
}

/** A source whose questions the test answers. */
function held() {
  const asked: {
    question: HistoryQuestion;
    signal: AbortSignal;
    answer: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const fetch: typeof fetchHistory = (_, question, signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      asked.push({
        question,
        signal,
        answer: () =>
          resolve(pretendAnswer({ nowMs: question.toMs, spikeMs: 0, series: question.metrics }, question)),
        fail: reject,
      });
    });
  const clock = new HeldClock();
  const changed = vi.fn<() => void>();
  const source = new LaneSource(changed, clock, fetch);
  return {
    source,
    clock,
    changed,
    asked,
    show: (stretch = PRESENT, subject: LaneSubject | null = SUBJECT) =>
      source.show(subject, stretch, null, POINTS),
  };
}

function sampleAt(timestampMs: number, value: number): Parameters<LaneSource['sampled']>[0] {
  return { timestampMs, values: [99, value], series: [{ name: 'cpu' }, { name: 'pressure.io.some' }] };
}

describe('the past of a host with a history', () => {
  it('is asked for once, then continued by samples, and asked for again after a minute', async () => {
    const { source, asked, show, clock, changed } = held();
    show();
    show(later(1000));
    expect(asked).toHaveLength(1);
    expect(asked[0]?.question).toMatchObject({
      metrics: SUBJECT.metrics,
      points: POINTS,
      tables: [],
      fromMs: PRESENT.fromMs,
      toMs: PRESENT.toMs,
    });
    source.sampled(sampleAt(NOW_MS + 500, 70));
    asked[0]?.answer();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    source.sampled(sampleAt(NOW_MS + 1500, 80));
    expect(source.past?.highestIn(later(HOUR_MS))).toMatchObject({ value: 80 });
    expect(source.past?.peaks.slice(-2)).toContain(80);
    clock.advance(59_000);
    show(later(59_000));
    expect(asked).toHaveLength(1);
    clock.advance(1000);
    show(later(60_000));
    expect(asked).toHaveLength(2);
  });

  it('is asked for anew, and no longer for the former, when the lane goes elsewhere', async () => {
    const { source, asked, show, changed } = held();
    show();
    show(EARLIER);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    asked[1]?.answer();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    source.sampled(sampleAt(NOW_MS, 70));
    expect(source.past?.highestIn({ fromMs: 0, toMs: 2 * NOW_MS })?.value).toBe(30);
    show(EARLIER);
    expect(asked).toHaveLength(2);
    show();
    expect(asked).toHaveLength(3);
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'is asked for anew when the clock of the host is known to be off by %i ms',
    async (offMs) => {
      const { asked, show, changed } = held();
      show();
      asked[0]?.answer();
      await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
      show(later(offMs));
      show(later(offMs + 1000));
      expect(asked.map(({ question }) => question.toMs)).toEqual([NOW_MS, NOW_MS + offMs]);
    },
  );

  it('is not asked for anew while the host is silent', async () => {
    const { asked, show, changed, clock } = held();
    show();
    asked[0]?.answer();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    clock.advance(30_000);
    show();
    expect(asked).toHaveLength(1);
  });

  it('is forgotten, and no longer asked for, when another host is shown', () => {
    const { source, asked, show } = held();
    show();
    show(PRESENT, { ...SUBJECT, host: 'other' });
    expect(asked.map(({ signal, question }) => [signal.aborted, question.host])).toEqual([
      [true, 'here'],
      [false, 'other'],
    ]);
    show(PRESENT, null);
    expect([asked[1]?.signal.aborted, source.past]).toEqual([true, null]);
  });

  it('is asked for again after a failure, later each time, while samples are shown', async () => {
    const { source, asked, show, clock, changed } = held();
    show();
    asked[0]?.fail(new HistoryRefusal('Busy', 503));
    await vi.waitFor(() => expect(source.failure?.message).toBe('Busy'));
    source.sampled(sampleAt(NOW_MS, 70));
    expect(source.past?.highestIn(PRESENT)?.value).toBe(70);
    show();
    expect(asked).toHaveLength(1);
    clock.advance(1000);
    expect(changed).toHaveBeenCalledTimes(2);
    show();
    asked[1]?.fail(new HistoryRefusal('Busy', 503));
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(3));
    clock.advance(1000);
    show();
    expect(asked).toHaveLength(2);
    clock.advance(1000);
    show();
    asked[2]?.answer();
    await vi.waitFor(() => expect(source.failure).toBeNull());
  });

  it('is not asked for again where the agent would refuse again', async () => {
    const { source, asked, show, clock } = held();
    show();
    asked[0]?.fail(new HistoryRefusal('Not for you', 403));
    await vi.waitFor(() => expect(source.isFinal).toBe(true));
    clock.advance(HOUR_MS);
    show(later(HOUR_MS));
    expect([asked.length, clock.timerCount]).toEqual([1, 0]);
  });
});

describe('the past of a host without a history', () => {
  const UNKEPT = { ...SUBJECT, isKept: false };

  function subscribed(firstSeq: number, intervalMs = 10_000) {
    const { source, changed } = held();
    let listener: SubscriptionListener | undefined;
    const ended = vi.fn<() => void>();
    const client = {
      welcome: null,
      start: vi.fn<() => void>(),
      subscribe: vi.fn<(request: unknown, listener: SubscriptionListener) => () => void>((_, given) => {
        listener = given;
        return ended;
      }),
    };
    source.show(UNKEPT, PRESENT, client, POINTS);
    source.show(UNKEPT, PRESENT, client, POINTS);
    expect(client.subscribe).toHaveBeenCalledOnce();
    listener?.subscribed({ seq: firstSeq + 2, intervalMs } as Parameters<
      SubscriptionListener['subscribed']
    >[0]);
    const send = (index: number): void =>
      listener?.sample({
        seq: firstSeq + index,
        timestampMs: NOW_MS + intervalMs * (index - 2),
        values: [index, null],
      });
    return { source, changed, ended, send };
  }

  it('is what the agent holds, asked for once, and continued by samples', () => {
    const { source, changed, ended, send } = subscribed(1);
    send(0);
    send(1);
    source.sampled(sampleAt(NOW_MS, 50));
    expect(ended).not.toHaveBeenCalled();
    send(2);
    expect([ended.mock.calls.length, changed.mock.calls.length]).toEqual([1, 1]);
    source.sampled(sampleAt(NOW_MS, 60));
    source.sampled(sampleAt(NOW_MS + 10_000, 70));
    expect(source.past?.peaks).toEqual([0, 1, 2, 70]);
    expect(source.isFirstOfAgent).toBe(true);
  });

  it.each([-2 * HOUR_MS, 2 * HOUR_MS])(
    'does not begin with the agent any more once the host’s clock was set by %s ms',
    (setMs) => {
      const { source, send } = subscribed(1);
      for (const index of [0, 1, 2]) send(index);
      source.sampled(sampleAt(NOW_MS + setMs, 50));
      source.past?.forget(NOW_MS + setMs - HOUR_MS);
      expect(source.past?.beginMs).toBeCloseTo(NOW_MS + setMs, -5);
      expect(source.isFirstOfAgent).toBe(false);
    },
  );

  it('has no gaps between samples that are a minute apart', () => {
    const { source, send } = subscribed(1, 60_000);
    for (const index of [0, 1, 2]) send(index);
    expect(source.past?.peaks).toEqual([0, 1, 2]);
    expect(source.past?.gaps(PRESENT)).toEqual([]);
  });

  it('does not begin with the agent where older samples are gone', () => {
    const { source, send } = subscribed(500);
    for (const index of [0, 1, 2]) send(index);
    expect(source.isFirstOfAgent).toBe(false);
  });
});
