import { describe, expect, it } from 'vitest';
import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { RemoteHost } from '../../hosts/remote-host.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import type { AlertRule, Condition } from '../alert-rule.ts';
import { EngineBed, metric, ruleOf } from './testing/engine-bed.ts';

const above = (threshold: number, clear: number): Condition => ({
  kind: 'threshold',
  reading: { kind: 'value' },
  direction: 'above',
  threshold,
  clear,
});

describe('a rule with a threshold', () => {
  it('fires at its threshold, ends below its second one, and shows both times and the worst value', () => {
    const bed = new EngineBed([ruleOf()]);
    for (const disk of [89.9, 90, 97, 85, 80, 79.9]) bed.sample({ disk });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk resolved']);
    const [fired, ended] = bed.told.map(({ alert }) => alert);
    expect(fired).toMatchObject({ state: 'firing', value: 90, worst: 90, threshold: 90, unit: 'percent' });
    expect(fired?.firedMs).toBe(bed.wallMs - 4000);
    expect(ended).toMatchObject({
      id: fired?.id,
      state: 'ended',
      outcome: 'resolved',
      worst: 97,
      value: 79.9,
    });
    expect(ended?.endedMs).toBe(bed.wallMs);
    expect(bed.active).toEqual([]);
  });

  it('watches what falls, too', () => {
    const bed = new EngineBed([ruleOf({ condition: { ...above(10, 20), direction: 'below' } as Condition })]);
    for (const disk of [11, 10, 4, 20, 20.1]) bed.sample({ disk });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk resolved']);
    expect(bed.told[1]?.alert.worst).toBe(4);
  });

  it('is pending until its condition has held for all of `for`, and a single sample on the other side ends that untold', () => {
    const bed = new EngineBed([ruleOf({ forMs: 5000 })]);
    bed.samples(5, { disk: 95 });
    expect(bed.active).toMatchObject([{ state: 'pending', firedMs: null }]);
    bed.sample({ disk: 89 });
    expect(bed.active).toEqual([]);
    expect(bed.ended).toMatchObject([{ state: 'ended', firedMs: null, outcome: null }]);
    bed.samples(5, { disk: 95 });
    expect(bed.messages).toEqual([]);
    bed.sample({ disk: 95 });
    expect(bed.messages).toEqual(['fired full disk']);
  });

  it('clears only after all of `keepFor`, and goes on firing if the value returns before', () => {
    const bed = new EngineBed([ruleOf({ keepForMs: 5000 })]);
    bed.sample({ disk: 95 });
    bed.samples(5, { disk: 70 });
    expect(bed.active).toMatchObject([{ state: 'clearing' }]);
    bed.sample({ disk: 85 });
    expect(bed.active).toMatchObject([{ state: 'firing' }]);
    bed.samples(5, { disk: 70 });
    expect(bed.messages).toEqual(['fired full disk']);
    bed.sample({ disk: 70 });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk resolved']);
  });

  it('a value that swings 2 % around its threshold for an hour is one message', () => {
    const bed = new EngineBed([ruleOf({ condition: above(90, 85.5), keepForMs: 60_000 })]);
    for (let second = 0; second < 3600; second += 1) bed.sample({ disk: 90 + 1.8 * Math.sin(second / 7) });
    expect(bed.messages).toEqual(['fired full disk']);
  });

  it('has an alert for each series that its globs match, as they come', () => {
    const bed = new EngineBed([ruleOf({ metrics: ['filesystem.*.used'] })]);
    bed.sample({ cpu: 99, 'filesystem.root.used': 95, 'filesystem.home.used': 10 });
    bed.sample({
      cpu: 99,
      'filesystem.root.used': 95,
      'filesystem.new.used': 96,
      'filesystem.home.used': 91,
    });
    expect(bed.messages).toEqual([
      'fired full filesystem.root.used',
      'fired full filesystem.new.used',
      'fired full filesystem.home.used',
    ]);
  });

  it('concerns only hosts that its globs match', () => {
    const bed = new EngineBed([ruleOf({ hosts: ['web-*'] })]);
    bed.sample({ disk: 95 }, { of: 'a' });
    bed.sample({ disk: 95 }, { of: 'web-1' });
    expect(bed.told.map(({ alert }) => alert.host)).toEqual(['web-1']);
  });

  it('tells viewers of a new value once a minute while it fires', () => {
    const bed = new EngineBed([ruleOf()]);
    bed.sample({ disk: 95 });
    bed.engine.takeUpdates();
    for (let second = 0; second < 59; second += 1) bed.unsaved({ disk: 95 + second / 100 });
    expect(bed.engine.takeUpdates()).toEqual([]);
    bed.unsaved({ disk: 96 });
    expect(bed.engine.takeUpdates()).toMatchObject([{ value: 96, worst: 96 }]);
  });

  it('an acknowledged alert stays so over a restart', () => {
    const bed = new EngineBed([ruleOf()]);
    bed.sample({ disk: 95 });
    const id = bed.active[0]?.id ?? '';
    expect(bed.engine.acknowledge('another', 5)).toBe(false);
    expect(bed.engine.acknowledge(id, 5)).toBe(true);
    bed.save();
    bed.restart();
    bed.sample({ disk: 95 });
    expect(bed.active).toMatchObject([{ id, acknowledgedMs: 5 }]);
    bed.engine.acknowledge(id, null);
    expect(bed.active).toMatchObject([{ acknowledgedMs: null }]);
  });
});

describe('time that was not observed', () => {
  const rule = ruleOf({ forMs: 10_000, keepForMs: 10_000 });

  it.each([
    [
      'a gap of the sampler',
      (bed: EngineBed) => bed.sample({ disk: 95 }, { afterMs: 60_000, gapReason: 'stall' }),
    ],
    ['samples that are lost', (bed: EngineBed) => bed.sample({ disk: 95 }, { afterMs: 60_000 })],
    [
      'an agent that was off',
      (bed: EngineBed) => {
        bed.restart(60_000);
        bed.sample({ disk: 95 });
      },
    ],
    [
      'a host that slept',
      (bed: EngineBed) => {
        bed.wallOffsetMs += 60_000;
        bed.sample({ disk: 95 }, { gapReason: 'suspend' });
      },
    ],
    [
      'a value that was not known',
      (bed: EngineBed) => {
        bed.samples(60, { disk: null });
        bed.sample({ disk: 95 });
      },
    ],
  ])('does not count: %s', (_name, pass) => {
    const bed = new EngineBed([rule]);
    bed.samples(6, { disk: 95 });
    pass(bed);
    bed.samples(4, { disk: 95 });
    expect(bed.messages).toEqual([]);
    bed.sample({ disk: 95 });
    expect(bed.messages).toEqual(['fired full disk']);
  });

  it('a clock that is set changes nothing', () => {
    const bed = new EngineBed([rule]);
    bed.samples(6, { disk: 95 });
    bed.wallOffsetMs += 86_400_000;
    bed.samples(4, { disk: 95 });
    expect(bed.messages).toEqual([]);
    bed.wallOffsetMs -= 2 * 86_400_000;
    bed.sample({ disk: 95 });
    expect(bed.messages).toEqual(['fired full disk']);
  });

  it('samples for viewers ten times a second change nothing: a rate counts as its mean over a second', () => {
    const descriptors = [{ ...metric('disk'), kind: 'rate' }];
    const bed = new EngineBed([rule]);
    // 100 for nine tenths of each second, 20 as it ends: 92.
    const second = (): void => {
      for (let tenth = 1; tenth <= 10; tenth += 1)
        bed.sample({ disk: tenth === 10 ? 20 : 100 }, { afterMs: 100, descriptors });
    };
    bed.sample({ disk: 92 }, { descriptors });
    for (let count = 0; count < 9; count += 1) second();
    expect(bed.messages).toEqual([]);
    second();
    expect(bed.messages).toEqual(['fired full disk']);
    expect(bed.told[0]?.alert.value).toBe(92);
  });
});

describe('without a value', () => {
  it('an alert is neither over nor told again', () => {
    const bed = new EngineBed([ruleOf()]);
    bed.sample({ disk: 95 });
    bed.samples(1000, { disk: null });
    expect(bed.active).toMatchObject([{ state: 'firing', value: 95, noDataSinceMs: bed.wallMs - 999_000 }]);
    bed.sample({ disk: 95 });
    expect(bed.active).toMatchObject([{ state: 'firing', noDataSinceMs: null }]);
    expect(bed.messages).toEqual(['fired full disk']);
  });

  it('`noDataFor` tells that once, and when there is one again, also over a restart', () => {
    const bed = new EngineBed([ruleOf({ noDataForMs: 10_000 })]);
    bed.sample({ disk: 95 });
    bed.samples(6, { disk: null });
    bed.restart(60_000);
    bed.samples(5, { disk: null });
    expect(bed.messages).toEqual(['fired full disk']);
    bed.sample({ disk: null });
    expect(bed.messages).toEqual(['fired full disk', 'noData full disk']);
    bed.restart();
    bed.samples(100, { disk: null });
    bed.sample({ disk: 50 });
    expect(bed.messages).toEqual([
      'fired full disk',
      'noData full disk',
      'dataBack full disk',
      'ended full disk resolved',
    ]);
    expect(new Set(bed.told.map(({ alert }) => alert.id)).size).toBe(1);
  });

  it('`noDataFor` tells it where all was well, and what comes then is an alert as always', () => {
    const bed = new EngineBed([ruleOf({ noDataForMs: 2000 })]);
    bed.sample({ disk: 50 });
    bed.samples(3, { disk: null });
    expect(bed.told).toMatchObject([
      { kind: 'noData', alert: { state: 'pending', firedMs: null, value: 50 } },
    ]);
    bed.sample({ disk: 50 });
    expect(bed.active).toEqual([]);
    bed.samples(3, { disk: null });
    bed.sample({ disk: 95 });
    expect(bed.messages).toEqual([
      'noData full disk',
      'dataBack full disk',
      'noData full disk',
      'dataBack full disk',
      'fired full disk',
    ]);
  });
});

describe('what is not there any more', () => {
  it('a series that has left for 10 observed minutes is gone, not resolved', () => {
    const bed = new EngineBed([ruleOf()]);
    bed.sample({ cpu: 1, disk: 95 });
    bed.samples(300, { cpu: 1 });
    bed.restart(3_600_000);
    bed.samples(300, { cpu: 1 });
    expect(bed.active).toMatchObject([{ state: 'firing' }]);
    bed.sample({ cpu: 1 });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk gone']);
    expect(bed.progress.size).toBe(0);
  });

  it('a series that comes back in time goes on where it was', () => {
    const bed = new EngineBed([ruleOf({ forMs: 10_000 })]);
    bed.samples(6, { cpu: 1, disk: 95 });
    bed.samples(500, { cpu: 1 });
    bed.samples(5, { disk: 95, cpu: 1 });
    expect(bed.messages).toEqual([]);
    bed.sample({ disk: 95, cpu: 1 });
    expect(bed.messages).toEqual(['fired full disk']);
  });

  it('a series that an earlier run fired on, of a host that tells of its metrics only later, goes on as what it is', () => {
    const descriptors = [{ ...metric('disk'), kind: 'rate', unit: 'bytes/s' }];
    const bed = new EngineBed([ruleOf()]);
    bed.sample({ disk: 95 }, { descriptors });
    bed.restart();
    bed.addHost('a');
    bed.sample({ disk: 95 }, { descriptors });
    for (let tenth = 1; tenth <= 10; tenth += 1)
      bed.sample({ disk: tenth === 10 ? 20 : 100 }, { afterMs: 100, descriptors });
    expect(bed.messages).toEqual(['fired full disk']);
    expect(bed.active).toMatchObject([{ state: 'firing', unit: 'bytes/s' }]);
  });

  it('a host that has left the registry for 10 minutes is gone', () => {
    const bed = new EngineBed([ruleOf()]);
    const remove = bed.addHost('b', [metric('disk')]);
    bed.sample({ disk: 95 }, { of: 'b' });
    bed.samples(10, { disk: 1 });
    remove();
    bed.samples(599, { disk: 1 });
    expect(bed.messages).toEqual(['fired full disk']);
    bed.samples(3, { disk: 1 });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk gone']);
  });

  it('a host that does not come back after a restart is gone after 10 minutes', () => {
    const bed = new EngineBed([ruleOf()]);
    bed.sample({ disk: 95 }, { of: 'b' });
    bed.restart();
    bed.samples(600, { disk: 1 });
    expect(bed.active).toMatchObject([{ host: 'b', state: 'firing' }]);
    bed.samples(3, { disk: 1 });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk gone']);
  });
});

describe('rules that change', () => {
  const fired = (rule: AlertRule): EngineBed => {
    const bed = new EngineBed([rule]);
    bed.sample({ disk: 95, other: 95 });
    return bed;
  };

  it.each([
    ['is removed', []],
    ['means another series', [ruleOf({ metrics: ['other'], forMs: 10_000 })]],
    ['means another host', [ruleOf({ hosts: ['b'] })]],
    ['gets a condition of another kind', [ruleOf({ condition: { kind: 'increase' } })]],
  ])('end the alerts of one that %s, at once', (_name, rules) => {
    const bed = fired(ruleOf());
    bed.setRules(...rules);
    bed.save();
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk removed']);
    bed.sample({ disk: 95, other: 95 });
    expect(bed.messages).toHaveLength(2);
  });

  it.each([
    ['is removed', []],
    ['means another series', [ruleOf({ metrics: ['other'], forMs: 10_000 })]],
    ['gets a condition of another kind', [ruleOf({ condition: { kind: 'increase' } })]],
  ])('end the alerts of one that %s while the agent was off', (_name, rules) => {
    const bed = fired(ruleOf());
    bed.setRules(...rules);
    bed.restart();
    bed.sample({ disk: 95, other: 95 });
    expect(bed.messages).toEqual(['fired full disk', 'ended full disk removed']);
  });

  it('keep the progress of one whose thresholds change, and show its new title and threshold', () => {
    const bed = new EngineBed([ruleOf({ forMs: 10_000 })]);
    bed.samples(6, { disk: 95 });
    bed.setRules(ruleOf({ forMs: 6000, title: 'Another', condition: above(94, 70) }));
    bed.sample({ disk: 95 });
    expect(bed.told).toMatchObject([{ kind: 'fired', alert: { title: 'Another', threshold: 94 } }]);
  });
});

describe('a count that grows', () => {
  const oom = ruleOf({ name: 'oom', metrics: ['kills'], condition: { kind: 'increase' }, keepForMs: 60_000 });

  it('is one event, over at once, with what it grew by', () => {
    const bed = new EngineBed([oom]);
    for (const kills of [7, 7, null, 9, 9]) bed.sample({ kills });
    expect(bed.told).toMatchObject([
      {
        kind: 'fired',
        alert: { value: 2, isEvent: true, state: 'ended', outcome: 'event', threshold: null },
      },
    ]);
    expect(bed.active).toEqual([]);
  });

  it('grows on: what comes within `keepFor` is told together, and nothing is lost', () => {
    const bed = new EngineBed([oom]);
    for (let kills = 0; kills <= 150; kills += 1) bed.sample({ kills });
    bed.samples(60, { kills: 150 });
    expect(bed.told.map(({ alert }) => alert.value)).toEqual([1, 60, 60, 29]);
  });

  it('is told if it grew while the agent was off, and not if it began anew', () => {
    const bed = new EngineBed([oom]);
    bed.sample({ kills: 3 });
    bed.restart(60_000);
    bed.sample({ kills: 5 });
    bed.samples(60, { kills: 5 });
    bed.restart(60_000);
    bed.sample({ kills: 1 });
    expect(bed.told.map(({ alert }) => alert.value)).toEqual([2]);
  });
});

describe('a reboot', () => {
  const reboot = ruleOf({ name: 'reboot', metrics: [], condition: { kind: 'reboot' } });

  it('is an event when the boot has another id, which is kept; the first is none', () => {
    const bed = new EngineBed([reboot]);
    bed.samples(3, { cpu: 1 });
    bed.restart(5000);
    bed.samples(3, { cpu: 1 });
    expect(bed.messages).toEqual([]);
    bed.bootId = 'boot-2';
    bed.restart(60_000);
    bed.samples(3, { cpu: 1 });
    expect(bed.messages).toEqual(['fired reboot a']);
  });

  it('without ids is a later time of boot, but not a clock that was set', () => {
    const bed = new EngineBed([reboot]);
    const minutes = (count: number): number => count * 60_000;
    bed.addHost('b', [metric('system.uptime')]);
    const see = (bootedAtMs: number, uptime: number): void => {
      bed.host('b').learn({ bootedAtMs });
      bed.sample({ 'system.uptime': uptime }, { of: 'b' });
    };
    see(minutes(0), 1000);
    see(minutes(4), 1001);
    see(minutes(5000), 1002);
    see(minutes(0), 1003);
    expect(bed.messages).toEqual([]);
    see(minutes(20), 12);
    see(minutes(20), 13);
    expect(bed.messages).toEqual(['fired reboot b']);
  });
});

describe('a host that is not heard of', () => {
  /** One that another agent samples. */
  function remoteHost(id: string, state: string): RemoteHost {
    const summary = summaryOf(id, state);
    return new RemoteHost({
      summary,
      feed: { open: () => ({ setPace: () => {}, close: () => {} }) },
      clock: new FakeClock(),
    });
  }

  function summaryOf(id: string, state: string): HostSummary {
    const nothing = { cpu: null, memory: null, disk: null, network: null, pressure: null, alerts: null };
    const status = { state, sinceMs: 1 };
    const grid = { intervalMs: 1000, minIntervalMs: 100 };
    return { id, label: id, status, epoch: 'e', ...grid, bootedAtMs: null, ts: null, ...nothing };
  }

  const unheard = ruleOf({
    name: 'unheard',
    metrics: [],
    condition: { kind: 'unheard' },
    forMs: 120_000,
    keepForMs: 5000,
  });

  it('is told after `for`, counted while samples of others come, and ends when it is heard again', () => {
    const bed = new EngineBed([unheard]);
    bed.sample({ disk: 1 }, { of: 'b' });
    bed.samples(119, { disk: 1 });
    expect(bed.messages).toEqual([]);
    bed.samples(2, { disk: 1 });
    expect(bed.told).toMatchObject([
      { kind: 'fired', alert: { host: 'b', metric: null, unit: 's', threshold: 120 } },
    ]);
    for (let second = 0; second < 8; second += 1) {
      bed.sample({ disk: 1 }, { of: 'b', afterMs: 500 });
      bed.sample({ disk: 1 }, { afterMs: 500 });
    }
    expect(bed.messages).toEqual(['fired unheard b', 'ended unheard b resolved']);
  });

  it('counts from when it was first seen if it never was heard, and not while the agent stood still', () => {
    const bed = new EngineBed([unheard]);
    bed.addHost('b');
    bed.samples(60, { disk: 1 });
    bed.sample({ disk: 1 }, { afterMs: 600_000, gapReason: 'stall' });
    bed.samples(55, { disk: 1 });
    expect(bed.messages).toEqual([]);
    bed.samples(10, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard b']);
  });

  it('is one that another agent samples once that is down for so long, and nothing else of it is evaluated', () => {
    const bed = new EngineBed([
      unheard,
      ruleOf({ metrics: ['*'] }),
      ruleOf({ name: 'reboot', condition: { kind: 'reboot' } }),
    ]);
    const remote = remoteHost('far', 'up');
    bed.hosts.add(remote);
    bed.samples(300, { disk: 1 });
    expect(bed.messages).toEqual([]);
    remote.learn(summaryOf('far', 'down'));
    bed.samples(119, { disk: 1 });
    expect(bed.messages).toEqual([]);
    bed.samples(3, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard far']);
    remote.learn(summaryOf('far', 'up'));
    bed.samples(8, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard far', 'ended unheard far resolved']);
  });

  it('stands as it was while it is not known whether another agent samples it', () => {
    const bed = new EngineBed([unheard]);
    const remote = remoteHost('far', 'down');
    bed.hosts.add(remote);
    bed.samples(60, { disk: 1 });
    remote.learn(summaryOf('far', 'unknown'));
    bed.samples(300, { disk: 1 });
    expect(bed.messages).toEqual([]);
    remote.learn(summaryOf('far', 'down'));
    bed.samples(50, { disk: 1 });
    expect(bed.messages).toEqual([]);
    bed.samples(15, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard far']);
    remote.learn(summaryOf('far', 'unknown'));
    bed.samples(300, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard far']);
  });

  it('goes on over a restart: neither told again, nor over, nor counted anew', () => {
    const bed = new EngineBed([unheard]);
    bed.sample({ disk: 1 }, { of: 'b' });
    bed.samples(90, { disk: 1 });
    bed.restart(600_000);
    bed.addHost('b');
    bed.samples(25, { disk: 1 });
    expect(bed.messages).toEqual([]);
    bed.samples(10, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard b']);
    bed.restart();
    bed.addHost('b');
    bed.samples(100, { disk: 1 });
    expect(bed.messages).toEqual(['fired unheard b']);
  });
});
