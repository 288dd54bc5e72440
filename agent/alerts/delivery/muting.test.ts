import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from '../alert-settings.ts';
import { isMuted } from './muting.ts';

const SUBJECT = { rule: 'filesystem-full', host: 'web-1', metric: 'filesystem.root.used' };

let zone: string | undefined;
beforeEach(() => {
  zone = process.env['TZ'];
  process.env['TZ'] = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

function inWindow(window: Partial<MaintenanceWindow>, iso: string): boolean {
  const whole = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 120, toMinute: 240, rules: ['*'], hosts: ['*'] };
  return isMuted(SUBJECT, { silences: [], maintenance: [{ ...whole, ...window }] }, Date.parse(iso));
}

describe('a maintenance window', () => {
  it('is by the clock of the agent’s time zone, its end not included', () => {
    expect(inWindow({}, '2026-11-30T00:59:00Z')).toBe(false);
    expect(inWindow({}, '2026-11-30T01:00:00Z')).toBe(true);
    expect(inWindow({}, '2026-11-30T02:59:59Z')).toBe(true);
    expect(inWindow({}, '2026-11-30T03:00:00Z')).toBe(false);
    // In summer.
    expect(inWindow({}, '2026-07-30T00:00:00Z')).toBe(true);
    expect(inWindow({}, '2026-07-30T02:00:00Z')).toBe(false);
  });

  it('over midnight counts by the day on which it begins', () => {
    // Saturday from 22:00 to 03:00 on Sunday.
    const night = { days: [6], fromMinute: 22 * 60, toMinute: 3 * 60 };
    expect(inWindow(night, '2026-11-28T20:59:00Z')).toBe(false);
    expect(inWindow(night, '2026-11-28T21:00:00Z')).toBe(true);
    expect(inWindow(night, '2026-11-29T01:59:00Z')).toBe(true);
    expect(inWindow(night, '2026-11-29T02:00:00Z')).toBe(false);
    expect(inWindow(night, '2026-11-29T21:30:00Z')).toBe(false);
    expect(inWindow(night, '2026-11-28T00:30:00Z')).toBe(false);
    // From Sunday into Monday.
    expect(inWindow({ ...night, days: [0] }, '2026-11-30T00:30:00Z')).toBe(true);
  });

  it('from a time to the same is a whole day', () => {
    const day = { days: [1], fromMinute: 0, toMinute: 0 };
    expect(inWindow(day, '2026-11-29T23:00:00Z')).toBe(true);
    expect(inWindow(day, '2026-11-30T22:59:00Z')).toBe(true);
    expect(inWindow(day, '2026-11-30T23:00:00Z')).toBe(false);
  });

  it('lasts as long as the clocks say when they change', () => {
    // 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    expect(inWindow({}, '2026-03-29T00:59:00Z')).toBe(false);
    expect(inWindow({}, '2026-03-29T01:00:00Z')).toBe(true);
    expect(inWindow({}, '2026-03-29T02:00:00Z')).toBe(false);
    // 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
    expect(inWindow({}, '2026-10-25T00:00:00Z')).toBe(true);
    expect(inWindow({}, '2026-10-25T02:59:00Z')).toBe(true);
    expect(inWindow({}, '2026-10-25T03:00:00Z')).toBe(false);
  });

  it('is for some rules and hosts', () => {
    const at = '2026-11-30T01:30:00Z';
    expect(inWindow({ rules: ['memory-*', 'filesystem-*'] }, at)).toBe(true);
    expect(inWindow({ rules: ['memory-*'] }, at)).toBe(false);
    expect(inWindow({ hosts: ['db-*'] }, at)).toBe(false);
  });
});

describe('a silence', () => {
  const silence = { id: 's', rule: '*', host: '*', metric: '*', fromMs: 1000, untilMs: 2000, comment: '' };
  it.each([
    ['until its end', {}, 1999, true],
    ['not after it', {}, 2000, false],
    ['also where the clock was set back', {}, 500, true],
    ['for its metric', { metric: 'filesystem.*' }, 1500, true],
    ['for no other metric', { metric: 'cpu' }, 1500, false],
    ['for its host', { host: 'web-*' }, 1500, true],
    ['for no other host', { host: 'db' }, 1500, false],
    ['for no other rule', { rule: 'reboot' }, 1500, false],
  ])('counts %s', (_what, part, atMs, expected) => {
    expect(isMuted(SUBJECT, { silences: [{ ...silence, ...part }], maintenance: [] }, atMs)).toBe(expected);
  });

  it('of one metric leaves alerts of the host itself', () => {
    const muting = { silences: [{ ...silence, metric: 'cpu' }], maintenance: [] };
    expect(isMuted({ ...SUBJECT, metric: null }, muting, 1500)).toBe(false);
  });
});
