import { afterEach, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { Follower } from './follower.ts';
import { FLAWLESS, loggedSamples, type LoggedSample } from './oracle.ts';
import { until } from './until.ts';

const INTERVAL_MS = 100;
const ARGS = ['--interval', String(INTERVAL_MS), '--log-level', 'trace'];

/** The runs of one agent, on one port. */
let runs: AgentProcess[] = [];
let followers: Follower[] = [];

afterEach(async () => {
  for (const follower of followers) follower.client.stop();
  await Promise.all(runs.map(({ kill }) => kill('SIGKILL')));
  runs = [];
  followers = [];
});

async function run(): Promise<AgentProcess> {
  const agent = await startAgent({ args: ARGS, port: runs.at(-1)?.port ?? 0 });
  runs.push(agent);
  return agent;
}

const log = (): LoggedSample[] => runs.flatMap((agent) => loggedSamples(agent.log));

async function follow(url: string, count: number): Promise<Follower[]> {
  followers = Array.from({ length: count }, () => new Follower(url));
  await Promise.all(followers.map((follower) => follower.more()));
  return followers;
}

describe('fault 5: the agent is killed and starts again', () => {
  it('[RT-6] [RC-1] tells one gap from the last sample of one run to the first of the next', async () => {
    const { url, kill } = await run();
    const [follower] = await follow(url, 1);
    if (follower === undefined) throw new Error('no follower');
    const killedMs = performance.now();
    await kill('SIGKILL');
    await follower.lost();
    expect(performance.now() - killedMs).toBeLessThan(10_000);
    const last = log().at(-1);
    await run();
    await follower.more();
    const [gap, ...others] = follower.gaps;
    if (gap === undefined || last === undefined) throw new Error('no gap');
    expect(others).toEqual([]);
    expect(gap.reason).toBe('agent_restart');
    expect(Math.abs(gap.fromMs - last.ts)).toBeLessThanOrEqual(INTERVAL_MS);
    const first = log().find(({ epoch }) => epoch !== last.epoch);
    expect(gap.toMs).toBe(first?.ts);
    expect(await follower.judge(log)).toEqual(FLAWLESS);
  });
});

describe('fault 16: the agent is restarted in good order', () => {
  it('[RC-3] [RT-6] says goodbye, is gone soon, and finds everyone again without an error or a hole', async () => {
    const { url, kill } = await run();
    const all = await follow(url, 20);
    const begunMs = performance.now();
    expect(await kill('SIGTERM')).toBe(0);
    expect(performance.now() - begunMs).toBeLessThan(10_000);
    await Promise.all(all.map((follower) => follower.lost()));
    const delaysMs = all.map(({ statuses, statusTimesMs }) => {
      const index = statuses.findIndex(({ state }) => state === 'reconnecting');
      const status = statuses[index];
      expect(status).toMatchObject({ reason: 'The agent is shutting down' });
      if (status?.state !== 'reconnecting') throw new Error('not lost');
      return (status.retryAtMs ?? Number.NaN) - (statusTimesMs[index] ?? 0);
    });
    // `retryMs` of the goodbye, and the spread on top.
    expect(Math.min(...delaysMs)).toBeGreaterThan(990);
    expect(Math.max(...delaysMs)).toBeLessThanOrEqual(1500);
    expect(new Set(delaysMs).size).toBeGreaterThan(10);
    await run();
    await Promise.all(all.map((follower) => follower.more()));
    await until('everyone is back', () => all.every(({ client }) => client.status.state === 'connected'));
    for (const follower of all) {
      expect(follower.gaps.map(({ reason }) => reason)).toEqual(['agent_restart']);
      expect(follower.statuses.filter(({ state }) => state === 'error')).toEqual([]);
      expect(await follower.judge(log)).toEqual(FLAWLESS);
    }
  });
});
