/**
 * What does a fleet cost? A nats-server, simulated hosts that publish to it as agents do, a gateway, its viewers: each in a process of its own, side by side.
 *
 *   npm run build && npx tsx bench/fleet.ts [--parts publish,watch,fill,crowd] [--hosts 2000] [--viewers 2000] [--seconds 20] [--windows 3]
 *
 * Linux only; needs `nats-server` (or NATS_SERVER). About eight minutes. The yardsticks: an agent that publishes nothing, a bare subscriber that only parses
 * the same samples, and the broker itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startBroker, type Broker } from './fleet/broker.ts';
import type { BareCommands } from './fleet/bare-subscriber-process.ts';
import type { HostsCommands } from './fleet/hosts-process.ts';
import { printOnPaper, type CrowdCosts } from './fleet/on-paper.ts';
import type { ViewersCommands } from './fleet/viewers-process.ts';
import { startAgent, type AgentProcess } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { cpuMs, residentBytes } from './harness/processes.ts';
import { median, quantile, Rounds } from './harness/statistics.ts';
import { Worker } from './harness/worker.ts';

const options = begin({
  parts: 'publish,watch,fill,crowd',
  hosts: 2000,
  viewers: 2000,
  connections: 200,
  series: 120,
  seconds: 20,
  windows: 3,
});
const { seconds, windows, series } = options;
/** What a viewer asks for. */
const METRICS = Array.from({ length: 20 }, (_, index) => `m${index}`);
const WATCHED = 50;
const WATCHED_OF = 1000;
const FILL = 900;

const broker = await startBroker({});
console.log(`${broker.version}; ${series} values a sample; ${windows} windows of ${seconds} s, medians`);

/** Processor time of a process in ms a second, and its memory. */
interface Cost {
  readonly ms: number;
  readonly bytes: number;
}

interface Window {
  readonly costs: Readonly<Record<string, Cost>>;
  /** Counted in the meantime. */
  readonly seconds: number;
}

/** Measures processes side by side, in windows. */
async function measure(pids: Readonly<Record<string, number>>): Promise<(name: string) => Cost> {
  const results = new Rounds<Window>();
  for (let window = 0; window < windows; window += 1) {
    const beganMs = performance.now();
    const before = Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)] as const);
    await sleep(seconds * 1000);
    const passed = (performance.now() - beganMs) / 1000;
    const costs = before.map(([name, ms]) => {
      const pid = pids[name] ?? Number.NaN;
      return [name, { ms: (cpuMs(pid) - ms) / passed, bytes: residentBytes(pid) }] as const;
    });
    results.add('all', { costs: Object.fromEntries(costs), seconds: passed });
  }
  const of = (name: string, value: (cost: Cost) => number): number =>
    results.median('all', ({ costs }) => {
      const cost = costs[name];
      return cost === undefined ? Number.NaN : value(cost);
    });
  return (name) => ({ ms: of(name, ({ ms }) => ms), bytes: of(name, ({ bytes }) => bytes) });
}

const startGateway = ({ url }: Broker): Promise<AgentProcess> =>
  startAgent({
    command: ['gateway'],
    flags: ['--from', url, '--max-connections', '100000', '--max-connections-per-address', '100000'],
  });
const startHosts = async (count: number): Promise<{ worker: Worker<HostsCommands>; names: string[] }> => {
  const worker = new Worker<HostsCommands>('fleet/hosts-process.ts', [], { nice: 5 });
  const connections = Math.min(count, options.connections);
  const names = await worker.ask('add', { servers: broker.url, count, connections, series, hasLog: true });
  return { worker, names };
};
const startViewers = (): Worker<ViewersCommands> =>
  new Worker<ViewersCommands>('fleet/viewers-process.ts', [], { nice: 5 });
const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const percent = (ms: number): string => `${(ms / 10).toFixed(2)} %`;

async function publish(): Promise<void> {
  const plain = await startAgent({ flags: ['--history', 'off'] });
  const publishing = await startAgent({
    flags: ['--history', 'off', '--publish', broker.url, '--publish-as', 'bench-agent'],
  });
  // New code is slow.
  await sleep(30_000);
  const cost = await measure({ plain: plain.pid, publishing: publishing.pid, broker: broker.pid });
  await Promise.all([plain.stop(), publishing.stop()]);
  const [without, having] = [cost('plain'), cost('publishing')];
  printTable('Publishing: a sample a second of this machine', [
    {
      agent: 'publishes nothing',
      'CPU ms a sample': without.ms.toFixed(2),
      'resident MB': mb(without.bytes),
    },
    { agent: '--publish', 'CPU ms a sample': having.ms.toFixed(2), 'resident MB': mb(having.bytes) },
  ]);
  printVerdict('publishing, processor time a sample', having.ms - without.ms, 1, 'ms');
  printVerdict('publishing, memory', (having.bytes - without.bytes) / 2 ** 20, 10, 'MB');
}

async function watch(): Promise<void> {
  const { worker: hosts, names } = await startHosts(WATCHED_OF);
  const gateway = await startGateway(broker);
  const viewers = startViewers();
  const bare = new Worker<BareCommands>('fleet/bare-subscriber-process.ts', [], {});
  await sleep(12_000);
  const watched = names.slice(0, WATCHED);
  await viewers.ask('add', { port: gateway.port, count: WATCHED, hosts: watched, metrics: METRICS });
  await bare.ask('follow', { servers: broker.url, hosts: watched });
  await sleep(20_000);
  await viewers.ask('delays');
  const cost = await measure({ gateway: gateway.pid, broker: broker.pid, bare: bare.pid });
  const delays = await viewers.ask('delays');
  const { lost } = await viewers.ask('counts');
  printTable(`A gateway that watches ${WATCHED} of ${WATCHED_OF} hosts, a viewer each`, [
    { process: 'gateway', core: percent(cost('gateway').ms), 'resident MB': mb(cost('gateway').bytes) },
    {
      process: 'bare subscriber of the same samples',
      core: percent(cost('bare').ms),
      'resident MB': mb(cost('bare').bytes),
    },
    { process: 'nats-server', core: percent(cost('broker').ms), 'resident MB': mb(cost('broker').bytes) },
  ]);
  console.log(`\n${delays.length} samples, ${lost} connections lost`);
  printVerdict('gateway, share of a core', cost('gateway').ms / 10, 3, '%');
  printVerdict('publish → viewer, p50', quantile(delays, 0.5), 5, 'ms');
  console.log(`- p99 ${quantile(delays, 0.99).toFixed(1)} ms`);
  await Promise.all([hosts.stop(), viewers.stop(), bare.stop(), gateway.stop()]);
}

async function fill(): Promise<void> {
  const { worker: hosts, names } = await startHosts(WATCHED);
  // A real agent has a ring of 900 samples soon at ten a second.
  const agent = await startAgent({
    flags: ['--history', 'off', '--interval', '100', '--publish', broker.url, '--publish-as', 'bench-filled'],
  });
  const gateway = await startGateway(broker);
  const viewers = startViewers();
  await sleep((FILL / 10) * 1000 + 15_000);
  const order = { port: gateway.port, metrics: ['*'], samples: FILL };
  const rows: Record<string, string>[] = [];
  const ways: readonly [string, number, readonly (string | undefined)[]][] = [
    ['simulated host, through the gateway', gateway.port, names.slice(0, 20)],
    // Twenty seconds later the gateway has forgotten it again.
    ['real agent, through the gateway', gateway.port, Array.from({ length: 3 }, () => 'bench-filled')],
    ['real agent itself', agent.port, Array.from({ length: 5 }, () => undefined)],
  ];
  for (const [way, port, asked] of ways) {
    const took: number[] = [];
    const before = cpuMs(gateway.pid);
    for (const host of asked) {
      if (took.length > 0 && way.startsWith('real agent, t')) await sleep(20_000);
      took.push(await viewers.ask('fill', { ...order, port, host }));
    }
    rows.push({
      way,
      'ms, median (worst)': `${median(took).toFixed(0)} (${quantile(took, 1).toFixed(0)})`,
      'gateway CPU ms': ((cpuMs(gateway.pid) - before) / asked.length).toFixed(0),
    });
    if (way.startsWith('simulated')) {
      printVerdict(`fill of ${FILL} samples, ${way}`, median(took), 250, 'ms');
    }
  }
  printTable(`${FILL} samples of all series`, rows);
  await Promise.all([hosts.stop(), viewers.stop(), gateway.stop(), agent.stop()]);
}

async function crowd(): Promise<void> {
  const { hosts: count, viewers: viewerCount } = options;
  const { worker: hosts, names } = await startHosts(count);
  const gateway = await startGateway(broker);
  const pids = { gateway: gateway.pid, broker: broker.pid };
  await sleep(20_000);
  const scenes = new Map<string, { readonly gateway: Cost; readonly broker: Cost }>();
  const rows: Record<string, string>[] = [];
  const scene = async (name: string, watchedCount: number): Promise<void> => {
    const viewers = watchedCount === 0 ? null : startViewers();
    const watched = names.slice(0, watchedCount);
    await viewers?.ask('add', { port: gateway.port, count: viewerCount, hosts: watched, metrics: METRICS });
    // Code warms up, and viewers of the scene before are forgotten.
    await sleep(20_000);
    await viewers?.ask('delays');
    const publishedBefore = await hosts.ask('count');
    const cost = await measure(pids);
    const published = (await hosts.ask('count')) - publishedBefore;
    const delays = (await viewers?.ask('delays')) ?? [];
    const found = { gateway: cost('gateway'), broker: cost('broker') };
    scenes.set(name, found);
    rows.push({
      scene: name,
      'gateway, core': percent(found.gateway.ms),
      'gateway MB': mb(found.gateway.bytes),
      'broker, core': percent(found.broker.ms),
      'broker MB': mb(found.broker.bytes),
      'published a second': (published / (seconds * windows)).toFixed(0),
      'viewed a second': (delays.length / (seconds * windows)).toFixed(0),
      'p50, p99 ms':
        delays.length === 0
          ? ''
          : `${quantile(delays, 0.5).toFixed(1)}, ${quantile(delays, 0.99).toFixed(0)}`,
      lost: String((await viewers?.ask('counts'))?.lost ?? 0),
    });
    await viewers?.stop();
  };
  await scene('nobody watches', 0);
  await scene(`all viewers on ${WATCHED} hosts`, WATCHED);
  await scene('viewers spread over all hosts', count);
  printTable(`${count} simulated hosts, ${viewerCount} viewers, ${METRICS.length} series each`, rows);
  const [idle, focused, spread] = [...scenes.values()];
  if (idle !== undefined && focused !== undefined && spread !== undefined) {
    const per = (
      value: (one: Cost) => number,
      side: 'gateway' | 'broker',
    ): Record<'idle' | 'watched' | 'viewer', number> => {
      const watched = (value(spread[side]) - value(focused[side])) / (Math.min(count, viewerCount) - WATCHED);
      return {
        idle: value(idle[side]) / count,
        watched,
        viewer: (value(focused[side]) - value(idle[side]) - WATCHED * watched) / viewerCount,
      };
    };
    const costs: CrowdCosts = {
      gatewayMs: per(({ ms }) => ms, 'gateway'),
      gatewayBytes: per(({ bytes }) => bytes, 'gateway'),
      brokerMs: per(({ ms }) => ms, 'broker'),
    };
    printTable('Of one, each second', [
      {
        of: 'a host that nobody watches',
        'gateway µs': us(costs.gatewayMs.idle),
        'broker µs': us(costs.brokerMs.idle),
        'gateway KB': kb(costs.gatewayBytes.idle),
      },
      {
        of: 'a host that is watched, beside that',
        'gateway µs': us(costs.gatewayMs.watched),
        'broker µs': us(costs.brokerMs.watched),
        'gateway KB': kb(costs.gatewayBytes.watched),
      },
      {
        of: 'a viewer of one host',
        'gateway µs': us(costs.gatewayMs.viewer),
        'broker µs': '',
        'gateway KB': kb(costs.gatewayBytes.viewer),
      },
    ]);
    printOnPaper(costs, series);
  }
  await Promise.all([hosts.stop(), gateway.stop()]);
}

function us(ms: number): string {
  return (ms * 1000).toFixed(0);
}

function kb(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = { publish, watch, fill, crowd };
for (const part of options.parts.split(',')) await PARTS[part]?.();
process.exit(0);
