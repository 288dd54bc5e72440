/**
 * Do hostile clients hold up those who mean it? Five viewers of all metrics at 10 Hz time each sample, from its timestamp to its
 * arrival, while others do their worst; undisturbed and disturbed windows take turns.
 *
 *   npm run build && npx tsx bench/hostile.ts [--rounds 5] [--seconds 10] [--scenes raised,default,one-address,greedy,frozen] [--scale 1]
 *
 * The agent has one core, viewers and hostile clients (at nice 19) the other. `--scale` multiplies their numbers. Linux only: they
 * come from many addresses of 127.0.0.0/8.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower, healthMs, startAgent, type AgentOptions, type AgentProcess } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import type { CrowdCommands } from './harness/crowd-process.ts';
import { cpuMs, freeze, LOAD_CORE, residentBytes, SERVER_CORE, thaw } from './harness/processes.ts';
import { median, quantile, Rounds } from './harness/statistics.ts';
import { Worker } from './harness/worker.ts';
import type { HostileCommands, HostileOrder } from './hostile/sockets-process.ts';

const { rounds, seconds, scenes, scale } = begin({
  rounds: 5,
  seconds: 10,
  scenes: 'raised,default,one-address,greedy,frozen',
  scale: 1,
});

interface Attack {
  start(): Promise<unknown>;
  /** What came of it so far. */
  look(): Promise<string>;
  end(): Promise<unknown>;
}

interface Scene {
  readonly what: string;
  readonly agent?: AgentOptions;
  readonly attack: (agent: AgentProcess) => Attack;
}

const DEFAULT_LIMITS = { flags: [] };
/** From source: the past that a greedy viewer requests has to be there. */
const FILLED = { ...DEFAULT_LIMITS, nodeFlags: ['--import', 'tsx'], script: 'bench/hostile/filled-agent.ts' };
const SOCKETS = { slow: 1000 * scale, silent: 1000 * scale };

const SCENES: Readonly<Record<string, Scene>> = {
  raised: { what: 'slow and silent, raised limits', attack: sockets(SOCKETS, 1000) },
  default: { what: 'slow and silent', agent: DEFAULT_LIMITS, attack: sockets(SOCKETS, 1000) },
  'one-address': { what: 'slow and silent, one address', agent: DEFAULT_LIMITS, attack: sockets(SOCKETS, 1) },
  greedy: {
    what: 'greedy viewers, 10 addresses',
    agent: FILLED,
    attack: sockets({ greedy: 100 * scale }, 10),
  },
  frozen: { what: 'viewers that stop reading, raised limits', attack: frozenViewers(1000 * scale) },
};

const VIEWERS = 5;
const INTERVAL_MS = 100;
const SETTLE_MS = 3000;
const VISITS = 10;
const TOKEN = 'a-secret-of-32-random-characters';
const SUBSCRIPTION = { metrics: ['*'], intervalMs: INTERVAL_MS };

for (const name of scenes.split(',')) {
  const scene = SCENES[name];
  if (scene === undefined) throw new RangeError(`Scenes are ${Object.keys(SCENES).join(', ')}`);
  report(scene, await play(scene));
}
process.exit(0);

interface Window {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly visitMs: number;
  readonly healthMs: number;
  /** Of the samples that were due. */
  readonly samplesPercent: number;
  readonly cpuPercent: number;
  readonly residentMb: number;
}

async function play({ what, agent: options, attack }: Scene): Promise<Rounds<Window>> {
  const agent = await startAgent({ core: SERVER_CORE, token: TOKEN, ...options });
  const viewers = new Worker<CrowdCommands>('harness/crowd-process.ts', ['agent', 'timed'], {
    core: LOAD_CORE,
  });
  const { start, look, end } = attack(agent);
  await viewers.ask('connect', {
    port: agent.port,
    count: VIEWERS,
    subscription: SUBSCRIPTION,
    token: TOKEN,
  });
  await sleep(SETTLE_MS);
  const results = new Rounds<Window>();
  for (let round = 0; round < rounds; round += 1) {
    results.add('undisturbed', await watch(agent, viewers));
    await start();
    results.add('disturbed', await watch(agent, viewers));
    console.log(`${what}, round ${round + 1}: ${await look()}`);
    await end();
    await sleep(SETTLE_MS);
  }
  await viewers.stop();
  await agent.stop();
  return results;
}

async function watch({ pid, port, url }: AgentProcess, viewers: Worker<CrowdCommands>): Promise<Window> {
  await viewers.ask('delays');
  const [startMs, cpuStartMs] = [performance.now(), cpuMs(pid)];
  const [visits, health]: [number[], number[]] = [[], []];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const beganMs = performance.now();
    (await Follower.start(url, { tables: [], token: TOKEN })).stop();
    visits.push(performance.now() - beganMs);
    health.push(await healthMs(port));
    await sleep(startMs + ((visit + 1) * seconds * 1000) / VISITS - performance.now());
  }
  const delays = await viewers.ask('delays');
  const tookMs = performance.now() - startMs;
  return {
    p50Ms: quantile(delays, 0.5),
    p99Ms: quantile(delays, 0.99),
    visitMs: median(visits),
    healthMs: quantile(health, 1),
    samplesPercent: (delays.length / VIEWERS / (tookMs / INTERVAL_MS)) * 100,
    cpuPercent: ((cpuMs(pid) - cpuStartMs) / tookMs) * 100,
    residentMb: residentBytes(pid) / 1e6,
  };
}

function report({ what }: Scene, results: Rounds<Window>): void {
  printTable(
    `${what}: medians of ${rounds} windows of ${seconds} s`,
    ['undisturbed', 'disturbed'].map((when) => {
      const medianOf = (value: keyof Window): string => results.median(when, (one) => one[value]).toFixed(1);
      return {
        when,
        'p50 ms': medianOf('p50Ms'),
        'p99 ms': medianOf('p99Ms'),
        'p99 of each window': results
          .of(when)
          .map(({ p99Ms }) => p99Ms.toFixed(1))
          .join(', '),
        'a new viewer to its first sample, ms': medianOf('visitMs'),
        'slowest /healthz, ms': medianOf('healthMs'),
        'samples that arrived, %': medianOf('samplesPercent'),
        'agent CPU %': medianOf('cpuPercent'),
        'agent MB': medianOf('residentMb'),
      };
    }),
  );
  const [disturbed, calm] = ['disturbed', 'undisturbed'].map((when) =>
    results.median(when, (one) => one.p99Ms),
  );
  console.log('');
  printVerdict(`${what}: p99`, (disturbed ?? Number.NaN) / (calm ?? Number.NaN), 1.5, '× undisturbed');
}

/** @param addresses how many addresses the connections come from */
function sockets(counts: HostileOrder['counts'], addresses: number): Scene['attack'] {
  return ({ port }) => {
    let worker: Worker<HostileCommands> | undefined;
    return {
      start() {
        worker = new Worker('hostile/sockets-process.ts', [], { core: LOAD_CORE, nice: 19 });
        return worker.ask('start', { port, token: TOKEN, counts, addresses });
      },
      async look() {
        const { open, closed } = (await worker?.ask('look')) ?? { open: 0, closed: 0 };
        return `${open} open, ${closed} closed`;
      },
      end: async () => worker?.stop(),
    };
  };
}

/** A process with so many viewers at 10 Hz is stopped. */
function frozenViewers(count: number): Scene['attack'] {
  return ({ port }) => {
    let worker: Worker<CrowdCommands> | undefined;
    return {
      async start() {
        worker = new Worker('harness/crowd-process.ts', ['agent', 'sinks'], { core: LOAD_CORE, nice: 19 });
        await worker.ask('connect', { port, count, subscription: SUBSCRIPTION, token: TOKEN });
        freeze(worker.pid);
      },
      async look() {
        if (worker === undefined) return '';
        thaw(worker.pid);
        const { lost } = await worker.ask('count');
        return `${lost} of ${count} were closed`;
      },
      end: async () => worker?.stop(),
    };
  };
}
