import { afterEach, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { Follower } from './follower.ts';
import { FLAWLESS, loggedSamples, type LoggedSample, type ReceivedGap } from './oracle.ts';
import { until } from './fast-time.ts';

const ARGS = ['--interval', '100', '--log-level', 'trace'];

/** An agent that restarts on one port. */
let runs: AgentProcess[] = [];
let followers: Follower[] = [];

afterEach(async () => {
  for (const follower of followers) follower.client.stop();
  await Promise.all(runs.map(({ kill }) => kill('SIGKILL')));
  runs = [];
  followers = [];
});

async function run(): Promise<AgentProcess> {
  const port = runs.at(-1)?.port;
  const agent = await startAgent({ args: ARGS, ...(port === undefined ? {} : { port }) });
  runs.push(agent);
  return agent;
}

const log = (): LoggedSample[] => runs.flatMap((agent) => loggedSamples(agent.log));

async function follow(url: string, count: number): Promise<Follower[]> {
  followers = Array.from({ length: count }, () => new Follower(url));
  await Promise.all(followers.map((follower) => follower.more()));
  return followers;
}

/** The gap of the restart. A busy machine may add stalls, which the oracle compares with the log. */
function onlyGapOf(follower: Follower): ReceivedGap {
  const [gap, ...others] = follower.gaps.filter(({ reason }) => reason !== 'stall' && reason !== 'slow');
  if (gap === undefined) throw new Error('no gap');
  expect(gap.reason).toBe('agent_restart');
  // A client that loses the new connection before its first sample gets the gap again.
  for (const other of others) expect(other).toEqual(gap);
  return gap;
}

describe('when the agent is killed and restarted', () => {
  it('[RT-6] [RC-1] there is one gap from the last sample of one run to the first of the next', async () => {
    const { url, kill } = await run();
    const [follower] = await follow(url, 1);
    if (follower === undefined) throw new Error('no follower');
    const killedMs = performance.now();
    await kill('SIGKILL');
    const noticedMs = await follower.lost();
    expect(noticedMs - killedMs).toBeLessThan(10_000);
    const logged = log();
    const last = logged.at(-1);
    if (last === undefined) throw new Error('no sample in the log');
    // A killed agent may have sent a sample without writing its log line.
    const unlogged = follower.received
      .filter((item) => item.kind === 'sample' && item.seq > last.seq)
      .map((item) => ({ ...item, epoch: last.epoch }) as LoggedSample);
    expect(unlogged.length).toBeLessThanOrEqual(1);
    await run();
    await follower.more();
    const nextRun = (): LoggedSample[] => log().filter(({ epoch }) => epoch !== last.epoch);
    const gap = onlyGapOf(follower);
    const { before, after } = follower.neighboursOf(gap);
    expect(before).toMatchObject({ ts: gap.fromMs });
    expect(after).toMatchObject({ ts: gap.toMs, seq: nextRun()[0]?.seq });
    expect(await follower.judge(() => [...logged, ...unlogged, ...nextRun()])).toEqual(FLAWLESS);
  });
});

describe('when the agent is restarted gracefully', () => {
  it('[RC-3] [RT-6] it says goodbye and exits soon, and all clients return without an error or missing samples', async () => {
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
      onlyGapOf(follower);
      expect(follower.statuses.filter(({ state }) => state === 'error')).toEqual([]);
      expect(await follower.judge(log)).toEqual(FLAWLESS);
    }
  });
});
