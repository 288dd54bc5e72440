import { describe, expect, it } from 'vitest';
import type { HostSummary } from '../../../../shared/protocol/messages.ts';
import { unmeasuredHost } from '../../../../shared/testing/example-messages.ts';
import { chosenHosts, MOST_HOSTS } from './chosen-hosts.ts';

function summary(label: string, part: Partial<HostSummary> = {}): HostSummary {
  return unmeasuredHost(`id-${label}`, { label, ...part });
}

const byId = (...all: HostSummary[]): ReadonlyMap<string, HostSummary> =>
  new Map(all.map((one) => [one.id, one]));

describe('the hosts of a comparison', () => {
  it('are those that are named, by id or by a label that only one has, in that order', () => {
    const summaries = byId(
      summary('a'),
      summary('b'),
      summary('c'),
      { ...summary('twin'), id: 'id-x' },
      summary('twin'),
    );
    expect(chosenHosts([], summaries, ['c', 'id-a'], 'cpu').slice(0, 2)).toEqual(['id-c', 'id-a']);
    expect(chosenHosts([], summaries, ['twin', 'b'], 'cpu')[0]).toBe('id-b');
  });

  it('are of a glob at most eight: in trouble, down, with a warning, then by the value of the metric', () => {
    const alerts = (trouble: number, warning: number): Partial<HostSummary> => ({
      alerts: { trouble, warning, worst: null },
    });
    const busy = Array.from({ length: 9 }, (_, index) =>
      summary(`busy-${index}`, { cpu: index, memory: 9 - index }),
    );
    const summaries = byId(
      ...busy,
      summary('warned', alerts(0, 1)),
      summary('down', { status: { state: 'down', sinceMs: 1 } }),
      summary('troubled', alerts(1, 0)),
    );
    const chosen = chosenHosts([], summaries, ['*'], 'cpu');
    expect(chosen).toHaveLength(MOST_HOSTS);
    expect(chosen.slice(0, 5)).toEqual(['id-troubled', 'id-down', 'id-warned', 'id-busy-8', 'id-busy-7']);
    expect(chosenHosts([], summaries, ['*'], 'memory')[3]).toBe('id-busy-0');
  });

  it('stay while they exist, so that lines do not come and go with their values', () => {
    const before = ['id-b'];
    expect(
      chosenHosts(before, byId(summary('a', { cpu: 99 }), summary('b', { cpu: 1 })), ['*'], 'cpu'),
    ).toEqual(['id-b', 'id-a']);
    expect(chosenHosts(before, byId(summary('a')), ['*'], 'cpu')).toEqual(['id-a']);
  });
});
