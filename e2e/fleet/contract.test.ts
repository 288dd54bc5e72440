import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type ExpectStatic, type TestContext } from 'vitest';
import { until } from '../faults/fast-time.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { Follower } from '../faults/follower.ts';
import { FLAWLESS, judge, type LoggedSample } from '../faults/oracle.ts';
import type { FleetAgent } from './fleet-agent.ts';
import { FLEETS, type Fleet } from './fleet.ts';
import { FleetClock } from './fleet-clock.ts';
import { Viewer, type ViewedSample } from './viewer.ts';

const TIMEOUT_MS = 120_000;
/** The ring keeps 15 samples of this interval, and there are two of them a second. */
const COARSE_MS = 60_000;
const COARSE_SPEED = 120;
/** A pace that is leased over NATS for half a minute ends so many times sooner. */
const LEASE_SPEED = 4;

async function view(
  { onTestFinished }: TestContext,
  { url, host }: Fleet,
  request: object = {},
): Promise<Viewer> {
  const viewer = await Viewer.open(url, { host, ...request });
  onTestFinished(() => viewer.close());
  return viewer;
}

async function proxyTo({ onTestFinished }: TestContext, url: string): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(url);
  onTestFinished(() => proxy.stop());
  return proxy;
}

function follow({ onTestFinished }: TestContext, url: string, request: object): Follower {
  const follower = new Follower(url, { request: { metrics: ['m*'], ...request } });
  onTestFinished(() => follower.client.stop());
  return follower;
}

/** Judges what a viewer got up to its last sample by the agent's log; values must be of that sample and have the right names. */
function judgeAll(expect: ExpectStatic, viewer: Viewer, agent: FleetAgent): void {
  const { samples } = viewer;
  const last = samples.at(-1);
  const end = agent.samples().findLastIndex(({ epoch, seq }) => epoch === last?.epoch && seq === last.seq);
  expect(end).toBeGreaterThanOrEqual(0);
  expect(judge(viewer.received, agent.samples().slice(0, end + 1))).toEqual(FLAWLESS);
  expectValues(expect, samples, agent.samples());
}

/** Each run reads the machine once for each of its samples, but for `repeats` of them, which repeat the values of the one before. */
function expectValues(
  expect: ExpectStatic,
  viewed: readonly ViewedSample[],
  logged: readonly LoggedSample[],
  repeats = 0,
): void {
  const rows = new Map(logged.map(({ epoch, seq }, row) => [`${epoch}/${seq}`, row]));
  const apart = new Map<string, Set<number>>();
  for (const { epoch, seq, count } of viewed) {
    expect(count).not.toBeNull();
    const row = rows.get(`${epoch}/${seq}`) ?? Number.NaN;
    apart.set(epoch, (apart.get(epoch) ?? new Set()).add((count ?? 0) - row));
  }
  for (const differences of apart.values())
    expect(Math.max(...differences) - Math.min(...differences)).toBeLessThanOrEqual(repeats);
}

const newest = (agent: FleetAgent): { epoch: string; seq: number; ts: number } => {
  const { epoch, seq, ts } = agent.head;
  return { epoch, seq, ts };
};

// The one whose tests take longest begins.
for (const { name, skipped, start } of FLEETS.toReversed()) {
  describe.skipIf(skipped !== '').concurrent(`a host over ${name}${skipped}`, { timeout: TIMEOUT_MS }, () => {
    const ofRemoteHosts = it.skipIf(name === 'local').concurrent;

    it.concurrent('is in the welcome with its label, labels and details, and is up', async (context) => {
      const { expect } = context;
      const fleet = await start(context, { config: { labels: { env: 'test' } } });
      const viewer = await view(context, fleet, { hosts: ['*'] });
      const found = viewer.welcome.hosts.find(({ id }) => id === fleet.host);
      expect(found).toMatchObject({ label: expect.stringMatching(/./) as string, labels: { env: 'test' } });
      await until('its status', () => viewer.hosts.get(fleet.host)?.status.state === 'up');
      await until('its time', () => viewer.hosts.get(fleet.host)?.ts !== null);
      expect(viewer.hosts.get(fleet.host)).toMatchObject({
        labels: { env: 'test' },
        epoch: fleet.agent.head.epoch,
        intervalMs: 100,
        minIntervalMs: 100,
        alerts: null,
      });
    });

    it.concurrent('is followed from its newest sample on: every sample, in order, with its values', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      const viewer = await view(context, fleet);
      const answer = await viewer.answer();
      expect(answer).toMatchObject({
        host: fleet.host,
        intervalMs: 100,
        recovered: false,
        epoch: fleet.agent.head.epoch,
      });
      expect(answer.series.map((series) => series.name)).toEqual(['m0', 'm1', 'm2']);
      await viewer.have(20);
      judgeAll(expect, viewer, fleet.agent);
      expect(viewer.gaps).toEqual([]);
    });

    it.concurrent('begins with as many past samples as a viewer asks for', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      await until('15 samples', () => fleet.agent.head.seq > 15);
      const viewer = await view(context, fleet, { backfill: 10 });
      const answer = await viewer.answer();
      const [first] = await viewer.have(15);
      expect(first?.seq).toBe(answer.seq - 9);
      judgeAll(expect, viewer, fleet.agent);
      expect(viewer.gaps).toEqual([]);
    });

    it.concurrent('gives two viewers the past that each asks for, the second more than the first', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      await until('25 samples', () => fleet.agent.head.seq > 25);
      const shallow = await view(context, fleet, { backfill: 3 });
      await shallow.have(5);
      const deep = await view(context, fleet, { backfill: 20 });
      const answer = await deep.answer();
      const [first] = await deep.have(25);
      expect(first?.seq).toBe(answer.seq - 19);
      await shallow.more(5);
      for (const viewer of [shallow, deep]) {
        judgeAll(expect, viewer, fleet.agent);
        expect(viewer.gaps).toEqual([]);
      }
    });

    it.concurrent('goes on after a sample that is held, for the first viewer and for those beside it', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      await until('5 samples', () => fleet.agent.head.seq > 5);
      const since = newest(fleet.agent);
      await until('5 more', () => fleet.agent.head.seq > since.seq + 5);
      for (const seq of [since.seq, since.seq - 3]) {
        const viewer = await view(context, fleet, { since: { ...since, seq } });
        expect(await viewer.answer()).toMatchObject({ recovered: true, epoch: since.epoch });
        const [first] = await viewer.have(10);
        expect(first?.seq).toBe(seq + 1);
        judgeAll(expect, viewer, fleet.agent);
        expect(viewer.gaps).toEqual([]);
      }
    });

    it.concurrent('goes on after the newest sample', async (context) => {
      const { expect } = context;
      // Slow enough for nothing to come in between.
      const fleet = await start(context, { config: { intervalMs: 2000 } });
      await until('a sample', () => fleet.agent.samples().length > 0);
      const { seq } = fleet.agent.head;
      await until('the next', () => fleet.agent.head.seq > seq);
      const since = newest(fleet.agent);
      const viewer = await view(context, fleet, { since });
      expect(await viewer.answer()).toMatchObject({ recovered: true, seq: since.seq });
      const [first] = await viewer.have(2);
      expect(first?.seq).toBe(since.seq + 1);
      expect(viewer.gaps).toEqual([]);
    });

    it.concurrent('says exactly what it does not hold any more', async (context) => {
      const { expect } = context;
      const clock = new FleetClock(COARSE_SPEED);
      const fleet = await start(context, { config: { intervalMs: COARSE_MS }, clock });
      await until('3 samples', () => fleet.agent.samples().length > 3);
      const since = newest(fleet.agent);
      await until('a full ring', () => fleet.agent.head.seq >= since.seq + 20, TIMEOUT_MS);
      const viewer = await view(context, fleet, { since });
      expect(await viewer.answer()).toMatchObject({ recovered: false, epoch: since.epoch });
      const [first] = await viewer.have(16);
      const [gap, ...others] = viewer.gaps;
      expect(others).toEqual([]);
      expect(gap).toMatchObject({
        reason: 'evicted',
        from: since.seq + 1,
        to: (first?.seq ?? 0) - 1,
        fromTs: since.ts,
        toTs: first?.ts,
      });
      const held = 1 + (viewer.of('subscribed')[0]?.seq ?? 0) - (first?.seq ?? 0);
      expect(held).toBe(15);
      expectValues(expect, viewer.samples, fleet.agent.samples());
    });

    it.concurrent('says that a position is of an earlier run, and gives all of the present one', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      await until('5 samples', () => fleet.agent.head.seq > 5);
      const since = newest(fleet.agent);
      await fleet.agent.restart();
      await until(
        '5 samples of the next run',
        () => fleet.agent.head.epoch !== since.epoch && fleet.agent.head.seq > 5,
      );
      const told = await view(context, fleet, { hosts: ['*'] });
      await until('the new run', () => told.hosts.get(fleet.host)?.epoch === fleet.agent.head.epoch);
      const viewer = await view(context, fleet, { since });
      expect(await viewer.answer()).toMatchObject({ recovered: false, epoch: fleet.agent.head.epoch });
      const [first] = await viewer.have(10);
      expect(first?.seq).toBe(1);
      expect(viewer.gaps).toMatchObject([
        { reason: 'agent_restart', from: 1, to: 0, fromTs: since.ts, toTs: first?.ts },
      ]);
      expectValues(expect, viewer.samples, fleet.agent.samples());
    });

    it.concurrent('says that a position is ahead of it', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      await until('5 samples', () => fleet.agent.head.seq > 5);
      const since = newest(fleet.agent);
      const viewer = await view(context, fleet, { since: { ...since, seq: since.seq + 10_000 } });
      expect(await viewer.answer()).toMatchObject({ recovered: false, epoch: since.epoch });
      const [first] = await viewer.have(5);
      expect(viewer.gaps).toMatchObject([
        { reason: 'unknown_position', from: first?.seq, to: (first?.seq ?? 0) - 1, toTs: first?.ts },
      ]);
      expectValues(expect, viewer.samples, fleet.agent.samples());
    });

    it.concurrent('loses nothing when a viewer is cut off and comes back', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      const proxy = await proxyTo(context, fleet.url);
      const follower = follow(context, proxy.url, { host: fleet.host, backfill: 5 });
      await follower.more();
      proxy.cut();
      await follower.lost();
      const { seq } = fleet.agent.head;
      await until('10 samples meanwhile', () => fleet.agent.head.seq > seq + 10);
      proxy.restore();
      await follower.caughtUp(fleet.agent.samples);
      expect(await follower.judge(fleet.agent.samples)).toEqual(FLAWLESS);
      expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toEqual([]);
    });

    ofRemoteHosts('loses nothing when what serves it is cut off from it and comes back', async (context) => {
      const { expect } = context;
      // As many samples are missed as in a longer outage.
      const fleet = await start(context, { clock: new FleetClock(10) });
      const viewer = await view(context, fleet, { backfill: 5 });
      await viewer.have(8);
      fleet.link?.cut();
      const { seq } = fleet.agent.head;
      await until('400 samples meanwhile', () => fleet.agent.head.seq > seq + 400);
      fleet.link?.restore();
      await until('those and more', () => (viewer.samples.at(-1)?.seq ?? 0) > seq + 400);
      judgeAll(expect, viewer, fleet.agent);
      expect(viewer.of('gap').filter(({ reason }) => reason !== 'stall')).toEqual([]);
    });

    it.concurrent('goes on with the next run after its agent was restarted', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      const follower = follow(context, fleet.url, { host: fleet.host });
      await follower.more();
      const before = fleet.agent.samples;
      await fleet.agent.restart();
      await until('both runs', () => new Set(before().map(({ epoch }) => epoch)).size === 2);
      await follower.caughtUp(before);
      await follower.more();
      const gaps = follower.gaps.filter(({ reason }) => reason !== 'stall');
      expect(gaps.length).toBeGreaterThan(0);
      // A client that loses the new connection before its first sample gets the gap again.
      for (const gap of gaps) expect(gap).toEqual({ ...gaps[0], reason: 'agent_restart' });
      expect(await follower.judge(before)).toEqual(FLAWLESS);
    });

    it.concurrent('says why no samples were taken for a time', async (context) => {
      const { expect } = context;
      const clock = new FleetClock();
      const fleet = await start(context, { clock });
      const viewer = await view(context, fleet);
      await viewer.have(5);
      clock.sleep(60_000);
      await until('the sleep', () => viewer.of('gap').some(({ reason }) => reason === 'suspend'));
      await viewer.more(5);
      clock.hold(3000);
      const isLong = ({ fromTs, toTs }: { fromTs: number; toTs: number }): boolean => toTs - fromTs > 2500;
      await until('the stall', () => viewer.of('gap').some((gap) => gap.reason === 'stall' && isLong(gap)));
      await viewer.more(5);
      const told = viewer.of('gap').filter(isLong);
      expect(told.map(({ reason }) => reason)).toEqual(['suspend', 'stall']);
      for (const { from, to } of told) expect(to).toBe(from - 1);
      judgeAll(expect, viewer, fleet.agent);
      const later = await view(context, fleet, { backfill: 100 });
      await later.have(12);
      expect(later.of('gap').filter(isLong)).toEqual(told);
    });

    it.concurrent('announces a metric that was plugged in or taken away before its first sample', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      const { machine } = fleet.agent;
      const viewer = await view(context, fleet);
      await viewer.have(5);
      const names = (): string[] =>
        viewer
          .of('subscribed')
          .at(-1)
          ?.series.map((series) => series.name) ?? [];
      machine.plug('m7');
      await until('m7', () => names().includes('m7'));
      await viewer.more(5);
      machine.unplug('m1');
      machine.plug('m8');
      await until('m8', () => names().includes('m8'));
      await viewer.more(5);
      judgeAll(expect, viewer, fleet.agent);
      expect(viewer.gaps).toEqual([]);
      const later = await view(context, fleet, { backfill: 30 });
      await later.have(20);
      expectValues(expect, later.samples, fleet.agent.samples());
      expect((await later.answer()).series.map((series) => series.name)).toEqual(
        expect.arrayContaining(['m0', 'm2', 'm7', 'm8']),
      );
    });

    it.concurrent('brings tables with their samples', async (context) => {
      const { expect } = context;
      const fleet = await start(context);
      const viewer = await view(context, fleet, { metrics: ['m0'], tables: ['rows'] });
      expect((await viewer.answer()).tables.map((table) => table.name)).toEqual(['rows']);
      await until('tables', () => viewer.of('table').length > 5);
      await viewer.more(1);
      const counts = new Map(viewer.samples.map(({ seq, count }) => [seq, count]));
      const told = viewer.of('table').filter(({ seq }) => counts.has(seq));
      expect(told.length).toBeGreaterThan(3);
      for (const { seq, rows } of told) {
        const count = counts.get(seq) ?? null;
        expect(rows).toEqual([[count, `row ${count}`]]);
      }
    });

    it.concurrent('is sampled faster while somebody asks for it, and the others get no more than they asked for', async (context) => {
      const { expect } = context;
      // A sample each second, and ten while somebody asks for them.
      const intervalMs = 1000 * LEASE_SPEED;
      const fleet = await start(context, { config: { intervalMs }, clock: new FleetClock(LEASE_SPEED) });
      const slow = await view(context, fleet);
      await slow.have(2);
      const fast = await view(context, fleet, { intervalMs: intervalMs / 10 });
      expect(await fast.answer()).toMatchObject({ intervalMs: intervalMs / 10 });
      await fast.have(25);
      const isPaced = (samples: readonly ViewedSample[], index: number): boolean =>
        (samples[index]?.ts ?? 0) - (samples[index - 1]?.ts ?? 0) < intervalMs / 2;
      const { samples } = fast;
      expect(samples.filter((_sample, index) => index > 0 && isPaced(samples, index)).length).toBeGreaterThan(
        15,
      );
      fast.close();
      await slow.more(3);
      const isSlow = (): boolean => {
        const [before, after] = fleet.agent.samples().slice(-2);
        return (after?.ts ?? 0) - (before?.ts ?? 0) > intervalMs / 2;
      };
      await until('the pace of before', isSlow, TIMEOUT_MS / 2);
      await slow.more(2);
      // The newest sample, with which it begins, is off the grid of the interval.
      const cells = slow.samples.slice(1).map(({ ts }) => Math.round(ts / intervalMs));
      expect(new Set(cells).size).toBe(cells.length);
      expect(slow.gaps).toEqual([]);
      // With the last sample of the faster pace, the machine may be read at the slower one already.
      expectValues(expect, slow.samples, fleet.agent.samples(), 1);
      expectValues(expect, samples, fleet.agent.samples());
    });

    it.concurrent('tells what its alerts do', async (context) => {
      const { expect, onTestFinished } = context;
      const folder = mkdtempSync(join(tmpdir(), 'fleet-alerts-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const alerts = join(folder, 'alerts.yaml');
      writeFileSync(
        alerts,
        'defaults: off\nrules:\n  high: { metric: cpu, above: 50, clear: 40, for: 1s, keep_for: 1s }\n',
      );
      const fleet = await start(context, { config: { alerts } });
      const viewer = await view(context, fleet, { alerts: true });
      const overview = await view(context, fleet, { hosts: ['*'] });
      await viewer.have(3);
      fleet.agent.machine.cpu = 99;
      const states = (): string[] =>
        viewer.of('alert').flatMap((told) => told.alerts.map(({ state }) => state));
      await until('it fires', () => states().includes('firing'));
      await until('the overview knows', () => overview.hosts.get(fleet.host)?.alerts?.trouble === 1);
      const firing = viewer.of('alert').find((told) => told.alerts.some(({ state }) => state === 'firing'));
      expect(firing?.host).toBe(fleet.host);
      expect(firing?.alerts[0]).toMatchObject({ host: fleet.host, metric: 'cpu', rule: 'high' });
      fleet.agent.machine.cpu = 0;
      await until('it ends', () => states().includes('ended'));
      await until('the overview knows', () => overview.hosts.get(fleet.host)?.alerts?.trouble === 0);
    });

    ofRemoteHosts(
      'is down when its agent says goodbye, with its last picture, and up when it is back',
      async (context) => {
        const { expect } = context;
        const fleet = await start(context);
        const viewer = await view(context, fleet, { hosts: ['*'] });
        const followed = await view(context, fleet);
        await followed.have(3);
        const state = (): string | undefined => viewer.hosts.get(fleet.host)?.status.state;
        await until('it is up', () => state() === 'up');
        const stoppedMs = Date.now();
        await fleet.agent.stop();
        const last = fleet.agent.head;
        await until('it is down', () => state() === 'down');
        expect(viewer.hosts.get(fleet.host)?.status.reason).toMatch(/./);
        expect(Math.abs((viewer.hosts.get(fleet.host)?.status.sinceMs ?? 0) - stoppedMs)).toBeLessThan(
          30_000,
        );
        const late = await view(context, fleet, { backfill: 3 });
        await late.have(3);
        expect(late.samples.at(-1)).toMatchObject({ epoch: last.epoch, seq: last.seq });
        await fleet.agent.begin();
        await until('it is up again', () => state() === 'up');
        await until('the next run', () => followed.samples.at(-1)?.epoch !== last.epoch);
        expect(followed.gaps.map(({ reason }) => reason)).toEqual(['agent_restart']);
        judgeAll(expect, followed, fleet.agent);
      },
    );
  });
}
