import { expect, it } from 'vitest';
import { alerting, down, pretendHost, unknown } from '../testing/pretend-hosts.ts';
import { markOf, toneOf } from './host-mark.ts';

it('is what its agent says, and else what its alerts say', () => {
  expect(markOf(down('a'))).toBe('down');
  expect(markOf(unknown('a'))).toBe('unknown');
  expect(markOf(alerting('a'))).toBe('trouble');
  expect(markOf(alerting('a', 'cpu', 'Busy', 'warning'))).toBe('warning');
  expect(markOf(pretendHost())).toBe('up');
  // A state that later agents may have.
  expect(markOf(pretendHost({ status: { state: 'drained', sinceMs: null } }))).toBe('up');
});

it('judges a host without alerts by its disk and its memory, and leaves the others to their rules', () => {
  const full = { disk: { name: '/', percent: 91 } };
  expect(markOf(pretendHost({ ...full, alerts: null }))).toBe('trouble');
  expect(markOf(pretendHost({ disk: { name: '/', percent: 86 }, alerts: null }))).toBe('warning');
  expect(markOf(pretendHost({ memory: 95, alerts: null }))).toBe('trouble');
  expect(markOf(pretendHost(full))).toBe('up');
});

it('marks what an alert is about, and what is beyond a limit', () => {
  expect(toneOf('memory', alerting('a', 'memory.oomKills'))).toBe('trouble');
  expect(toneOf('cpu', alerting('a', 'cpu', 'Busy', 'warning'))).toBe('warning');
  expect(toneOf('disk', alerting('a', 'cpu'))).toBeNull();
  expect(toneOf('disk', pretendHost({ disk: { name: '/', percent: 91 } }))).toBe('trouble');
  expect(toneOf('disk', { ...down('a'), disk: { name: '/', percent: 91 } })).toBeNull();
});
