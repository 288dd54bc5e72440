/**
 * What happens when every viewer comes back in the same moment? All are cut, stay away for three seconds, and dial at once without
 * jitter, with `since`: beside a bare `ws` server that sends its last message to each client that opens, in turns.
 *
 *   npm run build && npx tsx bench/storm.ts [--viewers 10000] [--rounds 5]
 *     [--before FOLDER]     the agent of another checkout, built, beside this one
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

const BEFORE = 'before';
const { viewers, rounds, before } = begin({ viewers: 10_000, rounds: 5, before: '' });
const kinds = ['agent', 'ws', ...(before === '' ? [] : [BEFORE])];
const TITLES: Readonly<Record<string, string>> = {
  agent: 'agent, resumed from `since`',
  ws: 'bare ws, last message on connect',
  [BEFORE]: 'the agent before',
};
const SETTLE_MS = 3000;

interface Lane extends Server {
  readonly crowd: Worker<CrowdCommands>;
  readonly kbPerViewer: number;
}

const lanes = new Map<string, Lane>();
const agentServer = await startServer('agent');
const subscription = await sizedSubscription(agentServer.port);
for (const kind of kinds) lanes.set(kind, await open(kind));
const results = await Rounds.run(kinds, rounds, storm);

const figure = (kind: string, value: keyof Storm): string =>
  `${results.median(kind, (one) => one[value]).toFixed(0)} (${quantile(
    results.of(kind).map((one) => one[value]),
    1,
  ).toFixed(0)})`;
printTable(
  `${viewers} viewers come back at once, ${rounds} rounds: medians (worst)`,
  kinds.map((kind) => ({
    server: TITLES[kind] ?? kind,
    'half have a sample, ms': figure(kind, 'halfMs'),
    'the last has one, ms': figure(kind, 'lastMs'),
    'server CPU ms': figure(kind, 'cpuMs'),
    '/healthz p99 ms': kind === 'ws' ? '' : figure(kind, 'healthP99Ms'),
    'slowest /healthz, ms': kind === 'ws' ? '' : figure(kind, 'healthMaxMs'),
    'KB per idle viewer': lanes.get(kind)?.kbPerViewer.toFixed(1) ?? '',
  })),
);
console.log('');
for (const other of kinds.slice(1)) {
  const ratio = (value: 'lastMs' | 'cpuMs'): number => results.ratio('agent', other, (one) => one[value]);
  if (other === 'ws') printVerdict('the last has a sample, of bare ws', ratio('lastMs'), 1.4, '×');
  else console.log(`- the last has a sample, of the agent before: ${ratio('lastMs').toFixed(2)} ×`);
  console.log(`- processor time, of ${TITLES[other]}: ${ratio('cpuMs').toFixed(2)} ×`);
}
printVerdict(
  'slowest /healthz',
  results.median('agent', (one) => one.healthMaxMs),
  100,
  'ms',
);
printVerdict('memory per idle viewer', lanes.get('agent')?.kbPerViewer ?? Number.NaN, 8, 'KB');
process.exit(0);

async function open(name: string): Promise<Lane> {
  const kind: Kind = name === 'ws' ? 'ws' : 'agent';
  const server =
    name === 'agent' ? agentServer : await startServer(kind, name === BEFORE ? { folder: before } : {});
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
    if (kind !== 'ws') probes.push(healthMs(lane.port));
  }, 20);
  const { halfMs, lastMs } = await lane.crowd.ask('comeBack');
  await sleep(1000);
  clearInterval(probing);
  const health = await Promise.all(probes);
  const found = { halfMs, lastMs, cpuMs: cpuMs(lane.pid) - startMs };
  for (const { pid } of [lane, lane.crowd]) freeze(pid);
  return { ...found, healthP99Ms: quantile(health, 0.99), healthMaxMs: quantile(health, 1) };
}
