import { describe, expect, it } from 'vitest';
import { MINUTE_MS, NOW_MS, pretendAlert } from '../testing/pretend-alerts.ts';
import { mattersNow, mattersOf } from './attention-matters.ts';
import type { Finding } from './attention-watch.ts';

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    kind: 'filesystem-full',
    level: 'trouble',
    metric: 'filesystem.root.used',
    sinceMs: NOW_MS - MINUTE_MS,
    isBeginSeen: true,
    reading: 91,
    line: { level: 'trouble', at: 90 },
    unknownSinceMs: null,
    ...changes,
  };
}

const event = pretendAlert({
  id: 'kill',
  rule: 'oom-kill',
  metric: 'memory.oomKills',
  state: 'ended',
  outcome: 'event',
  firedMs: NOW_MS - 5 * MINUTE_MS,
  endedMs: NOW_MS - 5 * MINUTE_MS,
  value: 1,
  threshold: null,
  unit: 'count',
});
const kinds = (matters: readonly { readonly kind: string }[]): string[] => matters.map(({ kind }) => kind);

describe('what needs attention now', () => {
  it('is one matter where an alert and the page judge the same: the alert, with the newer reading', () => {
    const matters = mattersNow([finding()], [pretendAlert({ value: 90.4 })], NOW_MS);
    expect(matters).toMatchObject([{ kind: 'filesystem-full', alert: { id: 'disk' }, reading: 91 }]);
  });

  it('is muted by an acknowledgement or a silence, also what the page itself judges of the same', () => {
    for (const muted of [{ acknowledgedMs: 1 }, { silencedUntilMs: NOW_MS + 1 }])
      expect(mattersNow([finding()], [pretendAlert(muted)], NOW_MS)).toMatchObject([{ isMuted: true }]);
  });

  it('stays muted while it gets better', () => {
    const better = finding({ level: 'warning', reading: 86 });
    expect(mattersNow([better], [pretendAlert({ acknowledgedMs: 1 })], NOW_MS)).toMatchObject([
      { isMuted: true, level: 'trouble', reading: 86 },
    ]);
  });

  it('is loud again when it becomes worse than the alert that somebody acknowledged', () => {
    const alert = pretendAlert({ severity: 'warning', acknowledgedMs: 1 });
    expect(mattersNow([finding()], [alert], NOW_MS)).toMatchObject([{ isMuted: false, level: 'trouble' }]);
  });

  it('says of a filesystem that is almost full when it will be', () => {
    const forecast = finding({ kind: 'filesystem-soon-full', reading: 60 * MINUTE_MS });
    expect(mattersNow([forecast, finding()], [], NOW_MS)).toMatchObject([{ kind: 'filesystem-soon-full' }]);
    expect(mattersNow([forecast], [pretendAlert()], NOW_MS)).toMatchObject([
      { kind: 'filesystem-soon-full', reading: 60 * MINUTE_MS, alert: { id: 'disk' } },
    ]);
  });

  it('has the worst first, kills before all, and last what is muted or not known any more', () => {
    const matters = mattersNow(
      [
        finding({ kind: 'cpu-busy', level: 'warning', metric: 'cpu' }),
        finding({ kind: 'temperature', metric: 'temperature.x', unknownSinceMs: NOW_MS - 5 * MINUTE_MS }),
        finding({ kind: 'memory-low', metric: 'memory' }),
        finding({ kind: 'oom-kill', metric: 'memory.oomKills', line: null }),
      ],
      [pretendAlert({ acknowledgedMs: 1 })],
      NOW_MS,
    );
    expect(kinds(matters)).toEqual(['oom-kill', 'memory-low', 'cpu-busy', 'filesystem-full', 'temperature']);
  });

  it('has one kill, however it is told: by the host, its limit or an alert', () => {
    const kill = finding({ kind: 'oom-kill', metric: 'memory.oomKills', line: null });
    const own = { ...kill, metric: 'limit.oomKills' };
    expect(kinds(mattersNow([kill, own], [event], NOW_MS))).toEqual(['oom-kill']);
  });

  it('has an event for a quarter of an hour', () => {
    expect(kinds(mattersNow([], [event], NOW_MS + 10 * MINUTE_MS))).toEqual(['oom-kill']);
    expect(mattersNow([], [event], NOW_MS + 10 * MINUTE_MS + 1)).toEqual([]);
  });

  it('has pressure of one resource once', () => {
    const some = finding({ kind: 'memory-pressure', metric: 'pressure.memory.some' });
    const full = finding({ kind: 'memory-stall', metric: 'pressure.memory.full' });
    const io = finding({ kind: 'io-pressure', metric: 'pressure.io.full' });
    expect(kinds(mattersNow([full, some, io], [], NOW_MS))).toEqual(['memory-stall', 'io-pressure']);
  });

  it('leaves out alerts that do not fire', () => {
    const pending = pretendAlert({ state: 'pending', firedMs: null });
    const over = pretendAlert({ id: 'over', state: 'ended', endedMs: NOW_MS, outcome: 'resolved' });
    expect(mattersNow([], [pending, over], NOW_MS)).toEqual([]);
  });

  it('reads a forecast of an alert in seconds', () => {
    const alert = pretendAlert({ rule: 'filesystem-soon-full', value: 3600, threshold: 14_400, unit: 's' });
    expect(mattersNow([], [alert], NOW_MS)).toMatchObject([
      { kind: 'filesystem-soon-full', reading: 60 * MINUTE_MS, line: 240 * MINUTE_MS },
    ]);
  });

  it('does not say of a rule that the operator turned into another what the shipped one means', () => {
    const other = pretendAlert({ rule: 'memory-low', metric: 'memory.swapUsed', unit: 'bytes', value: 3e9 });
    expect(mattersNow([], [{ ...other, metric: 'disk.sda.read' }], NOW_MS)[0]?.reading).toBe(3e9);
    expect(kinds(mattersNow([], [other], NOW_MS))).toEqual(['memory-low']);
  });
});

describe('what needed attention in a range', () => {
  const range = { fromMs: NOW_MS - 60 * MINUTE_MS, toMs: NOW_MS - 30 * MINUTE_MS };

  it('is what fired in it', () => {
    const inside = pretendAlert({
      state: 'ended',
      firedMs: NOW_MS - 50 * MINUTE_MS,
      endedMs: NOW_MS - 40 * MINUTE_MS,
    });
    const before = { ...inside, id: 'b', metric: 'b', firedMs: 1, endedMs: range.fromMs - 1 };
    const after = { ...inside, id: 'c', metric: 'c', firedMs: range.toMs + 1, endedMs: null };
    const never = { ...inside, id: 'd', metric: 'd', firedMs: null };
    expect(mattersOf([inside, before, after, never], range)).toMatchObject([{ alert: { id: 'disk' } }]);
  });
});
