import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { until } from './fast-time.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Follower } from './follower.ts';
import { FLAWLESS, loggedSamples, type LoggedSample } from './oracle.ts';

/** What an agent that is killed has not yet written, at most. */
const MAX_LOST_MS = 11_000;

let folder: string;
let runs: AgentProcess[] = [];
let proxy: FaultProxy | undefined;
let follower: Follower | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
});
afterEach(async () => {
  follower?.client.stop();
  await Promise.all([proxy?.stop(), ...runs.map(({ kill }) => kill('SIGKILL'))]);
  runs = [];
  rmSync(folder, { recursive: true });
});

/** Starts the agent, or starts it anew, with the same history. */
async function run(): Promise<AgentProcess> {
  const port = runs.at(-1)?.port;
  const args = ['--interval', '1000', '--log-level', 'trace', '--history-folder', folder];
  const agent = await startAgent({ args, ...(port === undefined ? {} : { port }) });
  runs.push(agent);
  return agent;
}

const samplesOf = (agent: AgentProcess | undefined): LoggedSample[] => loggedSamples(agent?.log ?? []);
const log = (): LoggedSample[] => runs.flatMap(samplesOf);

/** The numbers that a client received of a run, in order. */
function receivedOf(epoch: string | undefined): number[] {
  let current = '';
  return (follower?.received ?? []).flatMap((item) => {
    if (item.kind === 'subscribed') current = item.epoch;
    return item.kind === 'sample' && current === epoch ? item.seq : [];
  });
}

/** A client that is cut off while the agent takes some more samples, is ended and started again. */
async function followOverRestart(missed: number, signal: NodeJS.Signals): Promise<Follower> {
  const first = await run();
  proxy = await FaultProxy.start(first.url);
  follower = new Follower(proxy.url);
  await follower.more();
  proxy.cut();
  const goal = samplesOf(first).length + missed;
  await until(`${missed} more samples`, () => samplesOf(first).length >= goal);
  await first.kill(signal);
  await run();
  proxy.restore();
  await until('a sample of the next run', () => receivedOf(samplesOf(runs[1])[0]?.epoch).length > 2);
  return follower;
}

describe('[RT-10] [RT-11] a client that is away while the agent is restarted', () => {
  it('gets every sample that the ended run took, and the restart as the only gap', async () => {
    const { received, gaps } = await followOverRestart(5, 'SIGTERM');
    const ended = samplesOf(runs[0]);
    const [begin = 0] = receivedOf(ended[0]?.epoch);
    expect(receivedOf(ended[0]?.epoch)).toEqual(ended.map(({ seq }) => seq).filter((seq) => seq >= begin));
    const next = samplesOf(runs[1]);
    expect(gaps.filter(({ reason }) => reason !== 'stall')).toMatchObject([
      { reason: 'agent_restart', fromMs: ended.at(-1)?.ts, toMs: next[0]?.ts },
    ]);
    expect(receivedOf(next[0]?.epoch)[0]).toBe(1);
    expect(received.filter(({ kind }) => kind === 'subscribed').length).toBeGreaterThan(2);
    expect(await follower?.judge(log)).toEqual(FLAWLESS);
  });

  it('gets what a killed run has written; the rest belongs to the gap, some seconds at most', async () => {
    const { gaps } = await followOverRestart(15, 'SIGKILL');
    const ended = samplesOf(runs[0]);
    const kept = receivedOf(ended[0]?.epoch);
    const last = ended.find(({ seq }) => seq === kept.at(-1));
    const lostMs = (ended.at(-1)?.ts ?? Number.NaN) - (last?.ts ?? Number.NaN);
    expect(lostMs).toBeLessThan(MAX_LOST_MS);
    // It had some of them before it was cut off.
    expect(kept.length).toBeGreaterThan(5);
    expect(gaps.filter(({ reason }) => reason !== 'stall')).toMatchObject([
      { reason: 'agent_restart', fromMs: last?.ts, toMs: samplesOf(runs[1])[0]?.ts },
    ]);
    expect(await follower?.judge(log)).toEqual(FLAWLESS);
  });
});
