import { describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../locales/languages.ts';
import type { Matter } from '../../state/attention-matters.ts';
import { formatMoment, formatTimeOfDay, precisionOf } from '../../locales/format-moment.ts';
import { MINUTE_MS, NOW_MS, pretendAlert, pretendState } from '../../testing/pretend-alerts.ts';
import type { Concern, Outlook } from '../../state/attention.ts';
import { concernWords } from './concern-words.ts';
import { plainText, sentenceOf, type Known } from './sentence.ts';

const english = preferredLanguage(['en']);
const words = concernWords(pretendState(), () => english);

function matter(changes: Partial<Matter> = {}): Matter {
  return {
    topic: 'cpu',
    kind: 'cpu-busy',
    level: 'warning',
    metric: 'cpu',
    sinceMs: NOW_MS - 3 * MINUTE_MS,
    isBeginSeen: true,
    endedMs: null,
    isMuted: false,
    unknownSinceMs: null,
    reading: 98.7,
    line: 90,
    alert: null,
    ...changes,
  };
}
const disk = matter({
  kind: 'filesystem-full',
  level: 'trouble',
  metric: 'filesystem.root.used',
  reading: 99.97,
});
const concern = (changes: Partial<Matter> = {}): Concern => words.now(matter(changes), NOW_MS);

const LIVE: Outlook = { state: 'live', quietSinceMs: NOW_MS - 24 * 60 * MINUTE_MS, before: 'day' };
const timeOf = (timeMs: number): string => formatTimeOfDay(timeMs, 'en');

const minuteOf = (timeMs: number): string =>
  formatMoment(timeMs, precisionOf(timeMs, timeMs, MINUTE_MS), 'en');

function said(changes: Partial<Known>): { readonly tone: string; readonly text: string } {
  const known: Known = {
    outlook: LIVE,
    concerns: [],
    last: [],
    host: 'db-2',
    status: { state: 'connected', transport: 'WebSocket' },
    ...changes,
  };
  const sentence = sentenceOf(known, english);
  return { tone: sentence.tone, text: plainText(sentence, english) };
}

describe('the sentence', () => {
  it('says that all is well, and since when that is known', () => {
    const quietSinceMs = NOW_MS - 60 * MINUTE_MS;
    const time = minuteOf(quietSinceMs);
    expect(said({})).toEqual({
      tone: 'well',
      text: 'All well. Nothing needed attention in the last 24 hours.',
    });
    expect(said({ outlook: { state: 'live', quietSinceMs, before: 'event' } }).text).toBe(
      `All well. Nothing needed attention since ${time}.`,
    );
    expect(said({ outlook: { state: 'live', quietSinceMs, before: 'unwatched' } }).text).toBe(
      `All well. Watching since ${time}: nothing needed attention.`,
    );
  });

  it('names what needs attention, in the tone of the worst', () => {
    expect(said({ concerns: [words.now(disk, NOW_MS), concern()] })).toEqual({
      tone: 'trouble',
      text: '/ used is 99 % full and the processor is at 98 %.',
    });
    expect(said({ concerns: [concern()] })).toEqual({ tone: 'warning', text: 'The processor is at 98 %.' });
  });

  it('says once that the processor is busy, not also what follows from it', () => {
    const [pressure, load] = [concern({ kind: 'cpu-pressure' }), concern({ kind: 'load', reading: 4 })];
    expect(said({ concerns: [concern(), pressure, load] }).text).toBe('The processor is at 98 %.');
    expect(said({ concerns: [pressure, load] }).text).toBe('CPU pressure is at 98 %.');
  });

  it('says of what is acknowledged alone that nothing new needs attention', () => {
    const concerns = [
      words.now({ ...disk, isMuted: true, alert: pretendAlert({ acknowledgedMs: 1 }) }, NOW_MS),
    ];
    expect(said({ concerns })).toEqual({
      tone: 'well',
      text: 'Nothing new needs attention: / used is 99 % full, acknowledged.',
    });
  });

  it('says of what is not known any more that it is not known', () => {
    const unknownSinceMs = NOW_MS - 5 * MINUTE_MS;
    expect(said({ concerns: [words.now({ ...disk, unknownSinceMs }, NOW_MS)] })).toEqual({
      tone: 'unknown',
      text: `Not all is known: / used is 99 % full as of ${timeOf(unknownSinceMs)}.`,
    });
  });

  it.each<[string, Partial<Known>]>([
    ['before the first sample', { outlook: { state: 'waiting' } }],
    ['of values without a threshold', { outlook: { state: 'unjudged' } }],
    ['without samples', { outlook: { state: 'stale', sinceMs: NOW_MS } }],
    ['of a host that is down', { outlook: { state: 'down', sinceMs: NOW_MS, reason: 'No route to host' } }],
    ['of a host of which nothing is known', { outlook: { state: 'unknown', sinceMs: null, reason: '' } }],
    ['of a range whose alerts are not kept', { outlook: { state: 'past', isKnown: false, isWhole: false } }],
    [
      'of a range before the agent has answered',
      { outlook: { state: 'past', isKnown: undefined, isWhole: true } },
    ],
  ])('never says “well” %s', (_name, known) => {
    const { tone, text } = said(known);
    expect(tone).not.toBe('well');
    expect(text).not.toMatch(/well|nothing/i);
    expect(text).not.toBe('');
  });

  it('says without samples since when, why, and what was known last', () => {
    const known = { outlook: { state: 'stale', sinceMs: NOW_MS }, last: [concern()] } as const;
    const lastKnown = 'What you see is from then. Last known: the processor is at 98 %.';
    expect(said(known).text).toBe(
      `No data since ${timeOf(NOW_MS)}. The agent sends no samples. ${lastKnown}`,
    );
    const status = { state: 'reconnecting', reason: '', retryAtMs: null } as const;
    expect(said({ ...known, status }).text).toBe(
      `No data since ${timeOf(NOW_MS)}. The agent does not answer. ${lastKnown}`,
    );
  });

  it('says of a host that is down since when, and why', () => {
    expect(said({ outlook: { state: 'down', sinceMs: NOW_MS, reason: 'No route to host' } })).toEqual({
      tone: 'down',
      text: `db-2 is down since ${minuteOf(NOW_MS)}. No route to host.`,
    });
  });

  it('says of a range what alerts fired in it, and when', () => {
    const alert = pretendAlert({ state: 'ended', endedMs: NOW_MS });
    const concerns = [words.past({ ...disk, alert, sinceMs: NOW_MS - MINUTE_MS, endedMs: NOW_MS })];
    expect(said({ outlook: { state: 'past', isKnown: true, isWhole: true }, concerns })).toEqual({
      tone: 'trouble',
      text: `Disk almost full: / used (${timeOf(NOW_MS - MINUTE_MS)} to ${timeOf(NOW_MS)}).`,
    });
    expect(said({ outlook: { state: 'past', isKnown: true, isWhole: true } })).toEqual({
      tone: 'well',
      text: 'No alert fired in this range.',
    });
    expect(said({ outlook: { state: 'past', isKnown: true, isWhole: false } }).text).toBe(
      'No alert fired in this range, as far as the agent was there.',
    );
  });
});

describe('a concern', () => {
  it('has a caption that says for how long, at least so long where nobody saw it begin', () => {
    expect(concern().caption).toBe('over 90 % for 3 min');
    expect(concern({ isBeginSeen: false }).caption).toBe('over 90 % for at least 3 min');
  });

  it('leads to the chart that shows it', () => {
    expect(concern({ kind: 'oom-kill', metric: 'limit.oomKills', reading: 1 }).metric).toBe('memory');
    expect(concern({ kind: 'load', metric: 'load.5', reading: 2.4 })).toMatchObject({
      metric: 'load',
      clause: 'load is at 2.4 per core',
    });
  });

  it('says when processes were killed, and how many', () => {
    const time = timeOf(NOW_MS - 3 * MINUTE_MS);
    const kill = { kind: 'oom-kill', metric: 'memory.oomKills', line: null } as const;
    expect(concern({ ...kill, reading: 1 }).opening).toBe(`A process was killed for memory at ${time}`);
    expect(concern({ ...kill, reading: 3 }).clause).toBe(
      `3 processes were killed for memory, the last at ${time}`,
    );
  });

  it('of an alert with a rule of its own has its title, subject and value', () => {
    const alert = pretendAlert({ rule: 'busy', title: 'Busy', metric: 'cpu', value: 95 });
    expect(concern({ kind: 'busy', alert, reading: 95 }).clause).toBe('Busy: CPU (95.0 %)');
  });

  it('cuts a name of any length', () => {
    const name = `container.${'x'.repeat(500)}.memory`;
    expect(concern({ kind: 'container-memory', metric: name, reading: 96 }).clause.length).toBeLessThan(100);
  });
});
