import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRule } from '../alerts/alert-rule.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import { HistoryProblem } from '../store/history/history-problem.ts';
import { connect } from '../store/history/sqlite.ts';
import { AlertAgent, BUSY, SETTINGS } from '../testing/alert-agent.ts';

let folder: string;
/** By all runs of the agent. */
let told: string[];
let agents: AlertAgent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  told = [];
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) await agent.stop();
  rmSync(folder, { recursive: true });
});

function start(): AlertAgent {
  const agent = new AlertAgent(folder, told);
  agents.push(agent);
  return agent;
}

describe('alerts', () => {
  it('are loaded after the first sample is out, and set no timer but then', async () => {
    const agent = start();
    await agent.recorded.stall(5);
    expect([agent.loads, agent.recorded.clock.pending]).toEqual([0, 0]);
    await agent.run(30, 50);
    expect([agent.loads, agent.recorded.clock.pending]).toEqual([1, 0]);
    expect(agent.sink.health).toEqual({ state: 'ok' });
  });

  it('pend, fire, and end, each told once', async () => {
    const agent = start();
    await agent.run(10, 95);
    expect([agent.states, told]).toEqual([['firing'], ['fired']]);
    await agent.run(3, 85);
    expect(agent.states).toEqual(['firing']);
    await agent.run(7, 50);
    expect([agent.states, told]).toEqual([['ended'], ['fired', 'ended']]);
  });

  it('are shown with a revision, and listeners are called', async () => {
    const agent = start();
    await agent.run(3, 50);
    const { board } = agent.sink;
    let calls = 0;
    board.onChange(() => (calls += 1));
    const { revision } = board;
    await agent.run(3, 95);
    expect(board.changedAfter('a', revision).map(({ alert }) => alert.state)).toEqual(['pending']);
    expect(board.changedAfter('b', revision)).toEqual([]);
    expect(calls).toBeGreaterThan(0);
    expect(board.changedAfter('a', board.revision)).toEqual([]);
    expect(board.lines('a')).toEqual([
      {
        rule: 'busy',
        title: 'Busy',
        severity: 'warning',
        metrics: ['cpu'],
        direction: 'above',
        threshold: 90,
      },
    ]);
  });

  it('are shown, and told by one agent alone where two share a folder', async () => {
    const first = start();
    await first.run(3, 50);
    const second = new AlertAgent(folder, told);
    agents.push(second);
    second.isToldElsewhere = true;
    await first.run(10, 95);
    await second.run(20, 95);
    expect([first.states, second.states, told]).toEqual([['firing'], ['firing'], ['fired']]);
    await first.stop();
    agents.shift();
    second.isToldElsewhere = false;
    await second.run(30, 50);
    expect(told).toEqual(['fired', 'ended']);
  });

  it('follow alerts.yaml', async () => {
    const agent = start();
    await agent.run(10, 70);
    const { rulesRevision } = agent.sink.board;
    const condition = { ...BUSY.condition, threshold: 60, clear: 50 } as AlertRule['condition'];
    agent.file.settings = { ...SETTINGS, rules: [{ ...BUSY, condition }] };
    agent.file.revision += 1;
    await agent.run(8, 70);
    expect(told).toEqual(['fired']);
    expect(agent.sink.board.rulesRevision).toBeGreaterThan(rulesRevision);
    agent.file.problem = 'alerts.yaml:3: above must be a number.';
    agent.delivery.problems.set('phone', 'phone: ntfy.sh did not answer.');
    expect(agent.sink.health).toEqual({
      state: 'failed',
      reason: 'alerts.yaml:3: above must be a number. phone: ntfy.sh did not answer.',
    });
  });
});

describe('when alerts cannot be loaded', () => {
  it('that is told once, and they begin when they can', async () => {
    const agent = start();
    agent.loadError = new Error('gone');
    await agent.run(130, 95);
    expect([agent.loads, told]).toEqual([3, []]);
    expect(agent.recorded.lines).toEqual(['error Alerts cannot be loaded']);
    expect(agent.sink.health).toMatchObject({ state: 'failed' });
    agent.loadError = null;
    await agent.run(70, 95);
    expect([agent.sink.health, told]).toEqual([{ state: 'ok' }, ['fired']]);
  });
});

it('the end of the agent does not wait for alerts.yaml', async () => {
  const agent = start();
  agent.file.load = () => new Promise(() => {});
  await agent.run(2, 50);
  await expect(agent.sink.stop()).resolves.toBeUndefined();
});

describe('over a restart', () => {
  it.each([
    ['by a signal', true],
    ['by a kill', false],
  ])('%s, what was told is not told again, and goes on', async (_name, isStopped) => {
    const first = start();
    await first.run(12, 95);
    expect(told).toEqual(['fired']);
    if (isStopped) await first.stop();
    else await first.recorded.stop();
    const second = start();
    await second.run(20, 95);
    expect([second.states, told]).toEqual([['firing'], ['fired']]);
    await second.run(10, 50);
    expect([second.states, told]).toEqual([['ended'], ['fired', 'ended']]);
    await second.stop();
    const third = start();
    await third.run(10, 50);
    expect([third.states, told]).toEqual([['ended'], ['fired', 'ended']]);
    expect(third.sink.past({ fromMs: 0, toMs: 9e15 }, undefined, 9)).toHaveLength(1);
  });

  it('what pends goes on pending from where it was, without the time in which the agent was off', async () => {
    const first = start();
    await first.run(5, 95);
    expect(first.states).toEqual(['pending']);
    await first.stop();
    const second = start();
    await second.recorded.stall(3600);
    await second.run(3, 95);
    expect(second.states).toEqual(['pending']);
    await second.run(4, 95);
    expect([second.states, told]).toEqual([['firing'], ['fired']]);
  });

  it('silences and acknowledgements are kept', async () => {
    const first = start();
    await first.run(12, 95);
    const [alert] = first.sink.board.alerts;
    expect(first.sink.acknowledge('none')).toBeUndefined();
    const acknowledged = first.sink.acknowledge(alert?.id ?? '');
    expect(acknowledged?.acknowledgedMs).toBe(first.recorded.clock.wallNow());
    expect(first.delivery.acknowledged).toEqual([alert?.id]);
    const untilMs = first.recorded.clock.wallNow() + 60_000;
    first.sink.silence({ rule: 'busy', host: '*', metric: '*', untilMs, comment: '' });
    await first.recorded.stop();
    const second = start();
    await second.run(5, 95);
    expect(second.sink.board.alerts).toMatchObject([
      { acknowledgedMs: acknowledged?.acknowledgedMs, silencedUntilMs: untilMs },
    ]);
    expect(second.delivery.silences).toMatchObject([{ rule: 'busy', untilMs }]);
    await second.stop();
  });
});

describe('a silence', () => {
  it('is on what it is about until it is over or ended', async () => {
    const agent = start();
    await agent.run(12, 95);
    const { sink, recorded, delivery } = agent;
    const silenced = (): unknown[] => sink.board.alerts.map(({ silencedUntilMs }) => silencedUntilMs);
    const untilMs = recorded.clock.wallNow() + 5000;
    const all = { rule: '*', host: '*', metric: '*', comment: '' };
    sink.silence({ ...all, metric: 'memory', untilMs });
    expect(silenced()).toEqual([null]);
    const silence = sink.silence({ ...all, metric: 'c*', untilMs });
    expect(silenced()).toEqual([untilMs]);
    expect(sink.endSilence(silence?.id ?? '')).toBe(true);
    expect(sink.endSilence(silence?.id ?? '')).toBe(false);
    expect(silenced()).toEqual([null]);
    sink.silence({ ...all, untilMs });
    expect(delivery.silences).toHaveLength(2);
    await agent.run(7, 95);
    expect([silenced(), sink.silences, delivery.silences]).toEqual([[null], [], []]);
  });

  it('is refused when there are 200', async () => {
    const agent = start();
    await agent.run(2, 50);
    const untilMs = agent.recorded.clock.wallNow() + 1e6;
    const all = { rule: '*', host: '*', metric: '*', comment: '', untilMs };
    for (let count = 0; count < 200; count += 1) expect(agent.sink.silence(all)).not.toBeNull();
    expect(agent.sink.silence(all)).toBeNull();
  });
});

describe('where nothing can be kept', () => {
  it('alerts go on in memory, and are written when they can be, without telling anything again', async () => {
    const blocked = join(folder, 'history.db');
    mkdirSync(blocked);
    const agent = start();
    await agent.run(20, 95);
    expect([agent.states, told]).toEqual([['firing'], ['fired']]);
    rmdirSync(blocked);
    await agent.run(70, 95);
    await agent.recorded.stop();
    const next = start();
    await next.run(20, 95);
    expect([next.states, told]).toEqual([['firing'], ['fired']]);
  });

  it('because another agent keeps it, it continues where that one stopped, if it has told nothing itself', async () => {
    const first = start();
    await first.run(12, 95);
    const second = start();
    second.file.settings = { ...SETTINGS, rules: [{ ...BUSY, forMs: 60_000 }] };
    await second.run(5, 95);
    expect(second.states).toEqual(['pending']);
    await first.stop();
    await second.run(20, 95);
    expect(second.states.toSorted()).toEqual(['ended', 'firing']);
    // What pended here is in neither list.
    const past = second.sink.past({ fromMs: 0, toMs: 9e15 }, undefined, 9);
    expect(past.map(({ state }) => state)).toEqual(['firing']);
    await second.run(10, 50);
    expect(told).toEqual(['fired', 'ended']);
  });

  it('because another agent keeps it, and it has told something, its own is what counts', async () => {
    const first = start();
    await first.run(12, 95);
    const second = start();
    await second.run(12, 95);
    expect(told).toEqual(['fired', 'fired']);
    await first.stop();
    await second.run(20, 95);
    await second.stop();
    const third = start();
    await third.run(20, 95);
    expect(told).toEqual(['fired', 'fired']);
    expect(third.states.toSorted()).toEqual(['ended', 'firing']);
  });

  it('because the file was removed, the next one has everything that is in memory', async () => {
    const agent = start();
    await agent.run(12, 95);
    agent.sink.silence({ rule: 'busy', host: '*', metric: '*', untilMs: 9e15, comment: '' });
    for (const file of ['history.db', 'history.db-wal', 'history.db-shm']) rmSync(join(folder, file));
    await agent.run(40, 95);
    await agent.recorded.stop();
    const next = start();
    await next.run(20, 95);
    expect([next.states, told]).toEqual([['firing'], ['fired']]);
    expect(next.sink.silences).toHaveLength(1);
  });

  it('because no history is wanted, alerts go on all the same', async () => {
    const agent = start();
    agent.store = () => undefined;
    await agent.run(12, 95);
    await agent.run(10, 50);
    expect(told).toEqual(['fired', 'ended']);
  });
});

describe('a file that is locked', () => {
  it('holds a message for ten seconds at most', async () => {
    const agent = start();
    await agent.run(3, 50);
    const other = connect(join(folder, 'history.db'));
    other.exec('BEGIN IMMEDIATE');
    await agent.run(11, 95);
    expect([agent.states, told]).toEqual([['firing'], []]);
    await agent.run(6, 95);
    expect(told).toEqual(['fired']);
    other.exec('COMMIT');
    other.close();
  });

  it('holds it no longer than it is locked', async () => {
    const agent = start();
    await agent.run(3, 50);
    const other = connect(join(folder, 'history.db'));
    other.exec('BEGIN IMMEDIATE');
    await agent.run(8, 95);
    expect(told).toEqual([]);
    other.exec('COMMIT');
    other.close();
    await agent.run(2, 95);
    expect(told).toEqual(['fired']);
  });
});

describe('what is saved', () => {
  function counting(agent: AlertAgent): { saves: number; fails: Error | null } {
    const counted: { saves: number; fails: Error | null } = { saves: 0, fails: null };
    const { sink: history, host } = agent.recorded;
    const wrapped = new Map<AlertStore, AlertStore>();
    agent.store = () => {
      const store = history.alertStore;
      if (host.history === null || store === null) return null;
      const known = wrapped.get(store);
      if (known !== undefined) return known;
      const counter: AlertStore = {
        load: () => store.load(),
        past: (range, limit) => store.past(range, limit),
        save: (update) => {
          if (counted.fails !== null) throw counted.fails;
          counted.saves += 1;
          store.save(update);
        },
      };
      wrapped.set(store, counter);
      return counter;
    };
    return counted;
  }

  it('is nothing while nothing happens', async () => {
    const agent = start();
    const counted = counting(agent);
    await agent.run(60, 50);
    const { saves } = counted;
    await agent.run(300, 50);
    expect(counted.saves - saves).toBe(0);
  });

  it('is what pends each ten seconds, and what is told at once', async () => {
    const agent = start();
    agent.file.settings = { ...SETTINGS, rules: [{ ...BUSY, forMs: 600_000 }] };
    const counted = counting(agent);
    await agent.run(12, 50);
    const { saves } = counted;
    await agent.run(100, 95);
    expect(counted.saves - saves).toBeGreaterThanOrEqual(9);
    expect(counted.saves - saves).toBeLessThanOrEqual(11);
  });

  it('waits for room on the disk, and is told without it', async () => {
    const agent = start();
    const counted = counting(agent);
    await agent.run(3, 50);
    counted.fails = new HistoryProblem('full', 'the disk is full');
    await agent.run(10, 95);
    expect(told).toEqual(['fired']);
    counted.fails = null;
    await agent.run(12, 95);
    await agent.recorded.stop();
    const next = start();
    await next.run(20, 95);
    expect([next.states, told]).toEqual([['firing'], ['fired']]);
  });
});
