import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { until } from './fast-time.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Follower } from './follower.ts';
import { FLAWLESS, loggedSamples, type LoggedSample } from './oracle.ts';

/** What an agent that is killed has not yet written, at most. */
const MAX_LOST_MS = 11_000;

const samplesOf = (agent: AgentProcess | undefined): LoggedSample[] => loggedSamples(agent?.log ?? []);

/** An agent that is started again with its history, and a client behind a proxy; all end with the test. */
class World {
  readonly #folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  readonly #test: Pick<TestContext, 'onTestFinished'>;
  readonly runs: AgentProcess[] = [];

  constructor(test: TestContext) {
    this.#test = test;
    test.onTestFinished(async () => {
      await Promise.all(this.runs.map(({ kill }) => kill('SIGKILL')));
      rmSync(this.#folder, { recursive: true });
    });
  }

  readonly log = (): LoggedSample[] => this.runs.flatMap(samplesOf);

  /** Starts the agent, or starts it anew, with the same history. */
  async run(): Promise<AgentProcess> {
    const port = this.runs.at(-1)?.port;
    const args = ['--interval', '1000', '--log-level', 'trace', '--history-folder', this.#folder];
    const agent = await startAgent({ args, ...(port === undefined ? {} : { port }) });
    this.runs.push(agent);
    return agent;
  }

  /** A client that is cut off while the agent takes some more samples, is ended and started again. */
  async followOverRestart(missed: number, signal: NodeJS.Signals): Promise<Follower> {
    const first = await this.run();
    const proxy = await FaultProxy.start(first.url);
    this.#test.onTestFinished(() => proxy.stop());
    const follower = new Follower(proxy.url);
    this.#test.onTestFinished(() => follower.client.stop());
    await follower.more();
    proxy.cut();
    const goal = samplesOf(first).length + missed;
    await until(`${missed} more samples`, () => samplesOf(first).length >= goal);
    await first.kill(signal);
    const second = await this.run();
    proxy.restore();
    await until(
      'a sample of the next run',
      () => receivedOf(follower, samplesOf(second)[0]?.epoch).length > 2,
    );
    return follower;
  }
}

/** The numbers that a client received of a run, in order. */
function receivedOf({ received }: Follower, epoch: string | undefined): number[] {
  let current = '';
  return received.flatMap((item) => {
    if (item.kind === 'subscribed') current = item.epoch;
    return item.kind === 'sample' && current === epoch ? item.seq : [];
  });
}

describe.concurrent('[RT-10] [RT-11] a client that is away while the agent is restarted', () => {
  it('gets every sample that the ended run took, and the restart as the only gap', async (context) => {
    const { expect } = context;
    const world = new World(context);
    const follower = await world.followOverRestart(5, 'SIGTERM');
    const ended = samplesOf(world.runs[0]);
    const [begin = 0] = receivedOf(follower, ended[0]?.epoch);
    expect(receivedOf(follower, ended[0]?.epoch)).toEqual(
      ended.map(({ seq }) => seq).filter((seq) => seq >= begin),
    );
    const next = samplesOf(world.runs[1]);
    expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toMatchObject([
      { reason: 'agent_restart', fromMs: ended.at(-1)?.ts, toMs: next[0]?.ts },
    ]);
    expect(receivedOf(follower, next[0]?.epoch)[0]).toBe(1);
    expect(follower.received.filter(({ kind }) => kind === 'subscribed').length).toBeGreaterThan(2);
    expect(await follower.judge(world.log)).toEqual(FLAWLESS);
  });

  it('gets what a killed run has written; the rest belongs to the gap, some seconds at most', async (context) => {
    const { expect } = context;
    const world = new World(context);
    const follower = await world.followOverRestart(15, 'SIGKILL');
    const ended = samplesOf(world.runs[0]);
    const kept = receivedOf(follower, ended[0]?.epoch);
    const last = ended.find(({ seq }) => seq === kept.at(-1));
    const lostMs = (ended.at(-1)?.ts ?? Number.NaN) - (last?.ts ?? Number.NaN);
    expect(lostMs).toBeLessThan(MAX_LOST_MS);
    // It had some of them before it was cut off.
    expect(kept.length).toBeGreaterThan(5);
    expect(follower.gaps.filter(({ reason }) => reason !== 'stall')).toMatchObject([
      { reason: 'agent_restart', fromMs: last?.ts, toMs: samplesOf(world.runs[1])[0]?.ts },
    ]);
    expect(await follower.judge(world.log)).toEqual(FLAWLESS);
  });
});
