import { describe, expect, it } from 'vitest';
import { FLAWLESS, judge, loggedSamples, type LoggedSample, type Received } from './oracle.ts';

const run = (epoch: string, first: number, last: number, startMs = 0): LoggedSample[] =>
  Array.from({ length: last - first + 1 }, (_, i) => ({
    epoch,
    seq: first + i,
    ts: startMs + (first + i) * 1000,
  }));
const subscribed = (epoch: string): Received => ({ kind: 'subscribed', epoch });
const samples = (...logged: readonly LoggedSample[]): Received[] =>
  logged.map(({ seq, ts }) => ({ kind: 'sample', seq, ts }));
const gap = (
  from: number,
  to: number,
  reason = 'evicted',
  fromMs = (from - 1) * 1000,
  toMs = (to + 1) * 1000,
): Received => ({
  kind: 'gap',
  from,
  to,
  fromMs,
  toMs,
  reason,
});

const LOG = run('a', 1, 9);
const pick = (...seqs: number[]): Received[] =>
  samples(...seqs.flatMap((seq) => LOG.filter((sample) => sample.seq === seq)));

describe('[RT-10] the oracle', () => {
  it('finds nothing if every sample arrived once and in order', () => {
    expect(judge([subscribed('a'), ...samples(...LOG)], LOG)).toEqual(FLAWLESS);
  });

  it('requires neither samples before the first one nor an uninterrupted connection', () => {
    const received = [subscribed('a'), ...pick(4, 5, 6), subscribed('a'), ...pick(7, 8, 9)];
    expect(judge(received, LOG)).toEqual(FLAWLESS);
  });

  it('finds each missing sample, in the middle and at the end', () => {
    const { holes, ...rest } = judge([subscribed('a'), ...pick(1, 2, 5, 6, 7, 8)], LOG);
    expect(holes).toEqual(['a/3', 'a/4', 'a/9']);
    expect(rest).toMatchObject({ duplicates: [], disorder: [], inventions: [], falseGaps: [] });
  });

  it('accepts a gap for the samples that it names, and no others', () => {
    const told = gap(3, 4, 'evicted', 2000, 6000);
    const received = [subscribed('a'), ...pick(1, 2), told, ...pick(6, 7, 8, 9)];
    expect(judge(received, LOG)).toEqual({ ...FLAWLESS, holes: ['a/5'] });
  });

  it('accepts no gap in another place for missing samples', () => {
    const before = [subscribed('a'), ...pick(1), gap(3, 4), ...pick(2, 5, 6, 7, 8, 9)];
    expect(judge(before, LOG).holes).toEqual(['a/3', 'a/4']);
    const after = [subscribed('a'), ...pick(1, 2, 5), gap(3, 4), ...pick(6, 7, 8, 9)];
    expect(judge(after, LOG).holes).toEqual(['a/3', 'a/4']);
  });

  it('finds a gap that names samples which arrived', () => {
    const told = gap(3, 4, 'evicted', 2000, 4000);
    const received = [subscribed('a'), ...pick(1, 2), told, ...pick(4, 5, 6, 7, 8, 9)];
    expect(judge(received, LOG)).toEqual({ ...FLAWLESS, falseGaps: ['a/4'] });
  });

  it.each([
    ['begins too early', 1000, 5000],
    ['ends too late', 2000, 6000],
  ])('finds a gap that %s, which is a false one', (_how, fromMs, toMs) => {
    const received = [
      subscribed('a'),
      ...pick(1, 2),
      gap(3, 4, 'slow', fromMs, toMs),
      ...pick(5, 6, 7, 8, 9),
    ];
    expect(judge(received, LOG)).toEqual({ ...FLAWLESS, falseGaps: ['a/5'] });
  });

  it('finds a time without samples and without a gap', () => {
    const log = LOG.map((sample) => (sample.seq === 5 ? { ...sample, gapReason: 'stall' } : sample));
    expect(judge([subscribed('a'), ...pick(1, 2, 3, 4, 5, 6, 7, 8, 9)], log).holes).toEqual(['a/5']);
    const told = [subscribed('a'), ...pick(1, 2, 3, 4), gap(5, 4, 'stall', 4000, 5000)];
    expect(judge([...told, ...pick(5, 6, 7, 8, 9)], log)).toEqual(FLAWLESS);
  });

  it('requires of a slower subscription only the samples due, and accepts others', () => {
    const isDue = ({ seq }: LoggedSample): boolean => seq % 3 === 0;
    expect(judge([subscribed('a'), ...pick(1, 3, 6, 9)], LOG, isDue)).toEqual(FLAWLESS);
    expect(judge([subscribed('a'), ...pick(1, 3, 9)], LOG, isDue)).toEqual({ ...FLAWLESS, holes: ['a/6'] });
  });

  it('finds samples that arrived twice, at once or much later', () => {
    const received = [subscribed('a'), ...pick(1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 3)];
    expect(judge(received, LOG)).toEqual({ ...FLAWLESS, duplicates: ['a/2', 'a/3'] });
  });

  it('finds a sample that arrived after a later one, which fills no hole', () => {
    const received = [subscribed('a'), ...pick(1, 2, 4, 3, 5, 6, 7, 8, 9)];
    expect(judge(received, LOG)).toEqual({ ...FLAWLESS, disorder: ['a/3'], holes: ['a/3'] });
  });

  it('finds samples that the agent never took, or not at that time', () => {
    const received = [subscribed('a'), ...pick(1), ...samples({ epoch: 'a', seq: 2, ts: 1 }), ...pick(3)];
    expect(judge([...received, ...samples({ epoch: 'a', seq: 99, ts: 1 })], LOG.slice(0, 3))).toEqual({
      ...FLAWLESS,
      inventions: ['a/2', 'a/99'],
      holes: ['a/2'],
    });
  });

  describe('over several runs of the agent', () => {
    const both = [...run('a', 1, 5), ...run('b', 1, 5, 10_000)];
    const later = both.slice(6);

    it('accepts a restart for all samples between those on either side', () => {
      const received = [
        subscribed('a'),
        ...samples(...both.slice(0, 3)),
        subscribed('b'),
        gap(2, 1, 'agent_restart', 3000, 12_000),
        ...samples(...later),
      ];
      expect(judge(received, both)).toEqual(FLAWLESS);
    });

    it('finds samples that are missing without a gap', () => {
      const received = [
        subscribed('a'),
        ...samples(...both.slice(0, 4)),
        subscribed('b'),
        ...samples(...later),
      ];
      expect(judge(received, both).holes).toEqual(['a/5', 'b/1']);
    });

    it('tells the seq of one run from that of another', () => {
      const received = [
        subscribed('a'),
        ...samples(...both.slice(0, 3)),
        subscribed('b'),
        gap(4, 5, 'evicted', 3000, 11_000),
        ...samples(...both.slice(5)),
      ];
      expect(judge(received, both).holes).toEqual(['a/4', 'a/5']);
    });
  });
});

it('finds the samples among other log lines', () => {
  const [sample] = LOG;
  expect(loggedSamples([{ msg: 'ready' }, { ...sample, msg: 'Sample', level: 10 }, null])).toMatchObject([
    { epoch: 'a', seq: 1, ts: 1000 },
  ]);
});
