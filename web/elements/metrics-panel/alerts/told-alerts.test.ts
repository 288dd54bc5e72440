import { describe, expect, it } from 'vitest';
import type { AlertView } from '../../../../shared/protocol/messages.ts';
import { AlertsTold } from './told-alerts.ts';

function alert(id: string, fields: Partial<AlertView> = {}): AlertView {
  return {
    id,
    rule: 'busy',
    title: 'Busy',
    host: 'here',
    metric: 'cpu',
    severity: 'trouble',
    state: 'firing',
    sinceMs: 1000,
    firedMs: 2000,
    endedMs: null,
    outcome: null,
    value: 91,
    worst: 93,
    threshold: 90,
    unit: 'percent',
    noDataSinceMs: null,
    acknowledgedMs: null,
    silencedUntilMs: null,
    ...fields,
  };
}
const LINE = {
  rule: 'busy',
  title: 'Busy',
  severity: 'trouble',
  metrics: ['cpu'],
  direction: 'above',
  threshold: 90,
};
const idsOf = (alerts: readonly AlertView[]): string[] => alerts.map(({ id }) => id);

describe('what the messages of a subscription add up to', () => {
  it('names an alert as news once, also over a reconnect', () => {
    const told = new AlertsTold();
    const whole = { host: 'here', complete: true, alerts: [alert('a')], lines: [LINE] };
    expect(idsOf(told.add(whole))).toEqual(['a']);
    expect(told.add({ ...whole, alerts: [alert('a', { value: 99 })] })).toEqual([]);
    expect(told.shown.alerts[0]?.value).toBe(99);
  });

  it('names a change of state or an acknowledgement as news, and no change of the value', () => {
    const told = new AlertsTold();
    const add = (fields: Partial<AlertView>): readonly string[] =>
      idsOf(told.add({ host: 'here', complete: false, alerts: [alert('a', fields)] }));
    expect(add({})).toEqual(['a']);
    expect(add({ value: 95 })).toEqual([]);
    expect(add({ acknowledgedMs: 5000 })).toEqual(['a']);
    expect(add({ acknowledgedMs: 5000, state: 'ended', endedMs: 6000, outcome: 'resolved' })).toEqual(['a']);
  });

  it('forgets with a complete message what goes on no more, keeps what has ended, and replaces the lines', () => {
    const told = new AlertsTold();
    told.add({ host: 'here', complete: true, alerts: [alert('a'), alert('b')], lines: [LINE] });
    const ended = alert('b', { state: 'ended', endedMs: 3000, outcome: 'resolved' });
    told.add({ host: 'here', complete: false, alerts: [ended] });
    expect(told.shown.lines).toEqual([LINE]);
    told.add({ host: 'here', complete: true, alerts: [alert('c')], lines: [] });
    expect(idsOf(told.shown.alerts)).toEqual(['b', 'c']);
    expect(told.shown.lines).toEqual([]);
  });

  it('forgets a pending alert that never fired', () => {
    const told = new AlertsTold();
    const add = (fields: Partial<AlertView>): void => {
      told.add({ host: 'here', complete: false, alerts: [alert('a', { firedMs: null, ...fields })] });
    };
    add({ state: 'pending' });
    expect(idsOf(told.shown.alerts)).toEqual(['a']);
    add({ state: 'ended' });
    expect(told.shown.alerts).toEqual([]);
  });

  it('begins anew with another host', () => {
    const told = new AlertsTold();
    told.add({ host: 'here', complete: true, alerts: [alert('a')], lines: [LINE] });
    told.add({ host: 'there', complete: true, alerts: [alert('b', { host: 'there' })], lines: [] });
    expect(idsOf(told.shown.alerts)).toEqual(['b']);
  });

  it('keeps the newest 500 of those that have ended, and all others', () => {
    const told = new AlertsTold();
    const ended = Array.from({ length: 510 }, (_, at) =>
      alert(`e${at}`, { state: 'ended', endedMs: 3000, outcome: 'resolved' }),
    );
    told.add({ host: 'here', complete: true, alerts: [alert('a'), ...ended], lines: [] });
    expect(told.shown.alerts).toHaveLength(501);
    expect(idsOf(told.shown.alerts.slice(0, 2))).toEqual(['a', 'e10']);
  });
});
