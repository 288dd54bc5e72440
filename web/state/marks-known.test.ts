import { expect, it } from 'vitest';
import { MINUTE_MS, NOW_MS, pretendAlert } from '../testing/pretend-alerts.ts';
import { mattersNow } from './attention-matters.ts';
import { knownMarks, type MarkWords } from './marks-known.ts';

const words: MarkWords = { alert: ({ title }) => title, own: ({ kind }) => kind, gap: (reason) => reason };
const NOTHING = { alerts: [], own: [], gaps: [] };
const reboot = pretendAlert({
  id: 'reboot',
  rule: 'reboot',
  title: 'Host was restarted',
  metric: null,
  severity: 'warning',
  state: 'ended',
  outcome: 'event',
  firedMs: NOW_MS,
  endedMs: NOW_MS,
});

it('an alert marks when it fired, and the stretch until it ended', () => {
  const firedMs = NOW_MS - 12 * MINUTE_MS;
  const metric = 'filesystem.root.used';
  const what = { level: 'trouble', label: 'Disk almost full', metric };
  expect(knownMarks({ ...NOTHING, alerts: [pretendAlert()] }, words)).toEqual({
    marks: [{ timestampMs: firedMs, ...what }],
    fired: [{ fromMs: firedMs, toMs: null, ...what }],
  });
  const ended = pretendAlert({ state: 'ended', endedMs: NOW_MS });
  expect(knownMarks({ ...NOTHING, alerts: [ended] }, words).fired[0]?.toMs).toBe(NOW_MS);
});

it('an alert that never fired marks nothing', () => {
  const pending = pretendAlert({ state: 'pending', firedMs: null });
  expect(knownMarks({ ...NOTHING, alerts: [pending] }, words)).toEqual({ marks: [], fired: [] });
});

it('a restart of the host is an event without a stretch, and that of its agent no other', () => {
  const gap = (reason: string, toMs: number) => ({ reason, fromMs: toMs - MINUTE_MS, toMs });
  const gaps = [
    gap('agent_restart', NOW_MS + MINUTE_MS),
    gap('agent_restart', NOW_MS - 60 * MINUTE_MS),
    gap('slow', NOW_MS),
  ];
  const { marks, fired } = knownMarks({ ...NOTHING, alerts: [reboot], gaps }, words);
  expect(marks.map(({ level, label }) => `${level} ${label}`)).toEqual([
    'event agent_restart',
    'event Host was restarted',
  ]);
  expect(fired).toEqual([]);
});

it('what crosses a line without an alert is marked from when it was seen to begin', () => {
  const finding = {
    kind: 'cpu-busy',
    level: 'warning',
    metric: 'cpu',
    sinceMs: NOW_MS,
    isBeginSeen: true,
    reading: 95,
    line: null,
    unknownSinceMs: null,
  } as const;
  const own = mattersNow([finding], [], NOW_MS);
  expect(knownMarks({ ...NOTHING, own }, words)).toMatchObject({
    marks: [{ timestampMs: NOW_MS, label: 'cpu-busy', metric: 'cpu' }],
    fired: [{ fromMs: NOW_MS, toMs: null }],
  });
  const unseen = mattersNow([{ ...finding, isBeginSeen: false }], [], NOW_MS);
  expect(knownMarks({ ...NOTHING, own: unseen }, words).marks).toEqual([]);
});
