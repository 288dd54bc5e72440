/**
 * What happens when every viewer comes back in the same moment? All are cut, stay away for three seconds, and dial at once without
 * jitter, with `since`: beside a bare `ws` server that sends its last message to each client that opens, in turns.
 *
 *   npm run build && npx tsx bench/storm.ts [--viewers 10000] [--rounds 5]
 *
 * Servers have one core, viewers (niced) the other; `/healthz` is requested every 20 ms, each time on a new connection. Linux only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sizedSubscription, startServer, type Server } from './fan-out/servers.ts';
import { healthMs } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import type { CrowdCommands } from './harness/crowd-process.ts';
import type { Kind } from './harness/dialects.ts';
import { cpuMs, freeze, LOAD_CORE, residentBytes, thaw } from './harness/processes.ts';
import { quantile, Rounds } from './harness/statistics.ts';
import { Worker } from './harness/worker.ts';

const { viewers, rounds } = begin({ viewers: 10_000, rounds: 5 });
const KINDS = ['agent', 'ws'] as const satisfies readonly Kind[];
const SETTLE_MS = 3000;

interface Lane extends Server {
  readonly crowd: Worker<CrowdCommands>;
  readonly kbPerViewer: number;
}

const lanes = new Map<string, Lane>();
const agentServer = await startServer('agent');
const subscription = await sizedSubscription(agentServer.port);
for (const kind of KINDS) lanes.set(kind, await open(kind));
const results = await Rounds.run(KINDS, rounds, storm);

const figure = (kind: string, value: keyof Storm): string =>
  `${results.median(kind, (one) => one[value]).toFixed(0)} (${quantile(
    results.of(kind).map((one) => one[value]),
    1,
  ).toFixed(0)})`;
printTable(
  `${viewers} viewers come back at once, ${rounds} rounds: medians (worst)`,
  KINDS.map((kind) => ({
    server: kind === 'agent' ? 'agent, resumed from `since`' : 'bare ws, last message on connect',
    'half have a sample, ms': figure(kind, 'halfMs'),
    'the last has one, ms': figure(kind, 'lastMs'),
    'server CPU ms': figure(kind, 'cpuMs'),
    '/healthz p99 ms': kind === 'agent' ? figure(kind, 'healthP99Ms') : '',
    'slowest /healthz, ms': kind === 'agent' ? figure(kind, 'healthMaxMs') : '',
    'KB per idle viewer': lanes.get(kind)?.kbPerViewer.toFixed(1) ?? '',
  })),
);
console.log('');
printVerdict(
  'slowest /healthz',
  results.median('agent', (one) => one.healthMaxMs),
  100,
  'ms',
);
printVerdict('memory per idle viewer', lanes.get('agent')?.kbPerViewer ?? Number.NaN, 12, 'KB');
process.exit(0);

async function open(kind: Kind): Promise<Lane> {
  const server = kind === 'agent' ? agentServer : await startServer(kind);
  const crowd = new Worker<CrowdCommands>('harness/crowd-process.ts', [kind, 'returning'], {
    core: LOAD_CORE,
    nice: 10,
  });
  await sleep(SETTLE_MS);
  const bytes = residentBytes(server.pid);
  await crowd.ask('connect', { port: server.port, count: viewers, subscription });
  await sleep(SETTLE_MS);
  const kbPerViewer = (residentBytes(server.pid) - bytes) / viewers / 1024;
  for (const { pid } of [server, crowd]) freeze(pid);
  return { ...server, crowd, kbPerViewer };
}

interface Storm {
  readonly halfMs: number;
  readonly lastMs: number;
  readonly cpuMs: number;
  readonly healthP99Ms: number;
  readonly healthMaxMs: number;
}

async function storm(kind: string): Promise<Storm> {
  const lane = lanes.get(kind);
  if (lane === undefined) throw new RangeError(kind);
  for (const { pid } of [lane, lane.crowd]) thaw(pid);
  await sleep(SETTLE_MS);
  const startMs = cpuMs(lane.pid);
  await lane.crowd.ask('drop');
  await sleep(3000);
  const probes: Promise<number>[] = [];
  const probing = setInterval(() => {
    if (kind === 'agent') probes.push(healthMs(lane.port));
  }, 20);
  const { halfMs, lastMs } = await lane.crowd.ask('comeBack');
  await sleep(1000);
  clearInterval(probing);
  const health = await Promise.all(probes);
  const found = { halfMs, lastMs, cpuMs: cpuMs(lane.pid) - startMs };
  for (const { pid } of [lane, lane.crowd]) freeze(pid);
  return { ...found, healthP99Ms: quantile(health, 0.99), healthMaxMs: quantile(health, 1) };
}
