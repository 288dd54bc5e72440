import { describe, expect, it } from 'vitest';
import type { Alert } from '../alert.ts';
import type { Condition } from '../alert-rule.ts';
import { sentenceOf, titleOf } from './message-text.ts';
import type { TellingKind } from './telling.ts';
import { MINUTE_MS, NOON_MS, sampleAlert } from '../../testing/sample-alert.ts';

function sentence(kind: TellingKind, changes: Partial<Alert> = {}, nowMs = NOON_MS + 10_000): string {
  return sentenceOf({ kind, alert: sampleAlert(changes), before: 0 }, nowMs);
}

function withCondition(condition: Condition, forMs = 0): Pick<Alert, 'policy'> {
  return { policy: { ...sampleAlert().policy, forMs, condition } };
}

type Threshold = Extract<Condition, { readonly kind: 'threshold' }>;

function threshold(changes: Partial<Threshold>): Condition {
  const reading = { kind: 'value' } as const;
  return { kind: 'threshold', reading, direction: 'above', threshold: 90, clear: 85, ...changes };
}

const FULL_SOON: Condition = {
  kind: 'forecast',
  direction: 'above',
  level: 100,
  withinMs: 4 * 60 * MINUTE_MS,
  overMs: 3 * 60 * MINUTE_MS,
};
const UNHEARD: Condition = { kind: 'unheard' };

const ENDED = {
  state: 'ended',
  endedMs: NOON_MS + 41 * MINUTE_MS,
  outcome: 'resolved',
  value: 82.4,
  worst: 97,
} as const;
const AT_END = ENDED.endedMs + 10_000;
const CPU = { metric: 'cpu', labels: { host: 'web-1', metric: 'CPU', instance: null } } as const;
const AGENT = {
  metric: null,
  unit: 's',
  threshold: 120,
  labels: { host: 'web-1', metric: null, instance: null },
};

describe('a message says in a sentence', () => {
  it.each([
    ['that something fired', sentence('fired'), 'web-1: / is 93 % full (over 90 % for 5 min)'],
    [
      'that it has improved since',
      sentence('fired', { state: 'clearing', value: 86, worst: 93.2 }),
      'web-1: / was 93 % full, and is 86 % now (over 90 % for 5 min)',
    ],
    [
      'that it did so long ago',
      sentence('fired', {}, NOON_MS + 190 * MINUTE_MS),
      'web-1: / is 93 % full (over 90 % for 5 min) – that began 3 h 10 min ago',
    ],
    [
      'that it fired and has no data since',
      sentence('fired', { noDataSinceMs: NOON_MS + MINUTE_MS }, NOON_MS + 3 * MINUTE_MS),
      'web-1: / is 93 % full (over 90 % for 5 min); no data for 2 min',
    ],
    [
      'that it goes on',
      sentence('repeat', { value: 94 }, NOON_MS + 480 * MINUTE_MS),
      'web-1: / is still 94 % full, for 8 h now',
    ],
    ['that it is over', sentence('ended', ENDED, AT_END), 'web-1: / is well again: 82 % after 41 min'],
    [
      'that it was',
      sentence('was', { ...ENDED, endedMs: NOON_MS + 12 * MINUTE_MS }, NOON_MS + 13 * MINUTE_MS),
      'web-1: / was 97 % full (over 90 % for 5 min), for 12 min',
    ],
    [
      'that it was, hours ago',
      sentence('was', ENDED, AT_END + 120 * MINUTE_MS),
      'web-1: / was 97 % full (over 90 % for 5 min), for 41 min – that ended 2 h ago',
    ],
    [
      'that it is gone',
      sentence('ended', { ...ENDED, outcome: 'gone' }, AT_END),
      'web-1: / is no more after 41 min',
    ],
    [
      'that nobody watches it',
      sentence('ended', { ...ENDED, outcome: 'removed' }, AT_END),
      'web-1: / is no longer watched after 41 min',
    ],
    [
      'that there is no data',
      sentence('noData', { noDataSinceMs: NOON_MS - 10 * MINUTE_MS }, NOON_MS),
      'web-1: no data of / for 10 min; before, it was in trouble',
    ],
    [
      'that there is data again',
      sentence('dataBack', { firedMs: null, value: 41 }),
      'web-1: / has data again: 41 %',
    ],
    [
      'what a mean is',
      sentence('fired', {
        ...CPU,
        ...withCondition(threshold({ reading: { kind: 'mean', windowMs: 5 * MINUTE_MS } }), 600_000),
      }),
      'web-1: CPU is 93 % on average over 5 min (over 90 % for 10 min)',
    ],
    [
      'what is too low',
      sentence('fired', {
        ...withCondition(threshold({ direction: 'below', threshold: 2 * 1024 ** 3 })),
        metric: 'memory.available',
        labels: { host: 'web-1', metric: 'Memory available', instance: null },
        unit: 'bytes',
        value: 1.5 * 1024 ** 3,
      }),
      'web-1: Memory available is 1.5 GiB (under 2 GiB)',
    ],
    [
      'how it has grown',
      sentence('fired', {
        ...withCondition(
          threshold({ reading: { kind: 'change', windowMs: 60 * MINUTE_MS }, threshold: 1024 ** 3 }),
        ),
        metric: 'filesystem.root.usedBytes',
        labels: { host: 'web-1', metric: '/ space used', instance: '/' },
        unit: 'bytes',
        value: 5 * 1024 ** 3,
      }),
      'web-1: / space used has grown by 5 GiB within 1 h (over 1 GiB)',
    ],
    [
      'when a disk is full',
      sentence('fired', {
        ...withCondition(FULL_SOON),
        unit: 's',
        value: 12_000,
      }),
      'web-1: / reaches 100 % in about 3 h 20 min',
    ],
    [
      'that a disk will not be full',
      sentence(
        'ended',
        {
          ...ENDED,
          ...withCondition(FULL_SOON),
          unit: 's',
          value: null,
        },
        AT_END,
      ),
      'web-1: / is no longer about to reach 100 % after 41 min',
    ],
    [
      'that nothing is heard',
      sentence('fired', {
        ...AGENT,
        ...withCondition(UNHEARD),
        value: 130,
      }),
      'web-1: nothing has been heard of it for 2 min 10 s',
    ],
    [
      'that it is heard again',
      sentence('ended', { ...ENDED, ...AGENT, ...withCondition(UNHEARD) }, AT_END),
      'web-1: it is heard of again after 41 min',
    ],
    [
      'that a host was restarted',
      sentence('event', { ...AGENT, ...withCondition({ kind: 'reboot' }), value: null }),
      'web-1: the host was restarted',
    ],
    [
      'that a count has grown',
      sentence('event', {
        ...withCondition({ kind: 'increase' }),
        metric: 'memory.oomKills',
        labels: { host: 'web-1', metric: 'Killed for want of memory', instance: null },
        unit: 'count',
        value: 3,
      }),
      'web-1: Killed for want of memory: 3 more',
    ],
    [
      'nothing of a clock that was set back',
      sentence('ended', { ...ENDED, endedMs: NOON_MS - MINUTE_MS }, NOON_MS - MINUTE_MS),
      'web-1: / is well again: 82 %',
    ],
    ['no value that is not known', sentence('fired', { value: null }), 'web-1: / is over 90 %'],
  ])('%s', (_what, text, expected) => {
    expect(text).toBe(expected);
  });
});

it('titles name the rule, the subject and the host', () => {
  const title = (kind: TellingKind, changes: Partial<Alert> = {}): string =>
    titleOf({ kind, alert: sampleAlert(changes), before: 0 });
  expect(title('fired')).toBe('Disk almost full: / on web-1');
  expect(title('repeat')).toBe('Still: Disk almost full: / on web-1');
  expect(title('ended', ENDED)).toBe('Well again: Disk almost full: / on web-1');
  expect(title('ended', { ...ENDED, outcome: 'gone' })).toBe(
    'No longer watched: Disk almost full: / on web-1',
  );
  expect(title('was', ENDED)).toBe('Over: Disk almost full: / on web-1');
  expect(title('noData')).toBe('No data: Disk almost full: / on web-1');
  expect(title('event', { metric: null, title: 'Host was restarted' })).toBe('Host was restarted: web-1');
});

it('a hostile label is one line of harmless text', () => {
  const evil = 'a\r\nBcc: x@y\u0000\u202E\u2028<b>\uD800';
  const text = sentence('fired', { labels: { host: evil, metric: evil, instance: evil } });
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u);
  const long = sentence('fired', {
    labels: { host: 'h'.repeat(100_000), metric: '😀'.repeat(1000), instance: null },
  });
  expect(long.length).toBeLessThan(400);
  expect(long).not.toMatch(/\p{Surrogate}/u);
});
