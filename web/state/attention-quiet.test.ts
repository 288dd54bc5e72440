import { expect, it } from 'vitest';
import { MINUTE_MS, NOW_MS, pretendAlert } from '../testing/pretend-alerts.ts';
import { quietSince, type KnownPast } from './attention-quiet.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
const WATCHED_MS = NOW_MS - 5 * MINUTE_MS;

function quiet(changes: Partial<KnownPast>): ReturnType<typeof quietSince> {
  return quietSince({ nowMs: NOW_MS, watchedMs: WATCHED_MS, loudMs: Number.NaN, told: null, ...changes });
}
const told = { oldestMs: NOW_MS - 3 * DAY_MS, alerts: [], gaps: [] };

it('is a day where the agent tells of so much', () => {
  expect(quiet({ told })).toEqual({ quietSinceMs: NOW_MS - DAY_MS, before: 'day' });
});

it('is no longer than the agent has looked', () => {
  const oldestMs = NOW_MS - 60 * MINUTE_MS;
  expect(quiet({ told: { ...told, oldestMs } })).toEqual({ quietSinceMs: oldestMs, before: 'unwatched' });
});

it('is what the page itself saw, where nothing is kept', () => {
  expect(quiet({})).toEqual({ quietSinceMs: WATCHED_MS, before: 'unwatched' });
});

it('begins when the last alert ended, or when the page saw something last', () => {
  const endedMs = NOW_MS - 30 * MINUTE_MS;
  const alerts = [pretendAlert({ state: 'ended', endedMs })];
  expect(quiet({ told: { ...told, alerts } })).toEqual({ quietSinceMs: endedMs, before: 'event' });
  const loudMs = NOW_MS - 20 * MINUTE_MS;
  expect(quiet({ loudMs, told: { ...told, alerts } })).toEqual({ quietSinceMs: loudMs, before: 'event' });
});

it('begins no later than now, also where the clock of the host was set back', () => {
  const loudMs = NOW_MS + 30 * MINUTE_MS;
  expect(quiet({ loudMs })).toEqual({ quietSinceMs: NOW_MS, before: 'event' });
});

it('does not count what never fired', () => {
  const alerts = [pretendAlert({ state: 'ended', firedMs: null, endedMs: NOW_MS })];
  expect(quiet({ told: { ...told, alerts } }).before).toBe('day');
});

it('does not reach over a stretch in which nobody looked, but over the restart of an agent', () => {
  const gap = (minutes: number) => ({
    fromMs: NOW_MS - 2 * 60 * MINUTE_MS,
    toMs: NOW_MS - (120 - minutes) * MINUTE_MS,
  });
  expect(quiet({ told: { ...told, gaps: [gap(1)] } }).before).toBe('day');
  expect(quiet({ told: { ...told, gaps: [gap(10)] } })).toEqual({
    quietSinceMs: NOW_MS - 110 * MINUTE_MS,
    before: 'unwatched',
  });
});
