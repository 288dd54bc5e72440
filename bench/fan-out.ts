/**
 * What does it cost to send one frame to thousands of viewers? The agent with its whole protocol beside a TCP server that writes
 * the same bytes and a bare `ws` broadcast, in turns in one run.
 *
 *   npm run build && npx tsx bench/fan-out.ts [--rounds 5] [--seconds 4] [--cells 1000@10,1000@1,5000@1,10000@1] [--kinds agent,raw,ws]
 *     [--before FOLDER]     the agent of another checkout, built, beside this one
 *     [--cpu-prof FOLDER]   writes profiles of the agent for Chrome's DevTools; figures beside them are worth nothing
 *
 * All servers share one core, their viewers the other; a server that is not in turn is stopped (SIGSTOP). Processor time is that of
 * all threads of a server, by each second's broadcasts delivered: the median second of a turn, then the median turn. Delays are
 * those of 2 % of the viewers, spread evenly over the server's list, in a process of higher priority. Linux only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sizedSubscription, startServer, type Server } from './fan-out/servers.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import type { CrowdCommands, Kind } from './harness/crowd-process.ts';
import { cpuMs, freeze, LOAD_CORE, residentBytes, thaw } from './harness/processes.ts';
import { median, quantile, Rounds } from './harness/statistics.ts';
import { Worker } from './harness/worker.ts';

const BEFORE = 'before';
const { rounds, seconds, ...options } = begin({
  rounds: 5,
  seconds: 4,
  cells: '1000@10,1000@1,5000@1,10000@1',
  kinds: 'agent,raw,ws',
  before: '',
  'cpu-prof': '',
});
const kinds = options.kinds.split(',');
if (options.before !== '') kinds.push(BEFORE);
const cells = options.cells.split(',').map((cell) => cell.split('@').map(Number));
const nodeFlags = options['cpu-prof'] === '' ? [] : ['--cpu-prof', '--cpu-prof-dir', options['cpu-prof']];

interface Lane extends Server {
  readonly sinks: Worker<CrowdCommands>;
  readonly timed: Worker<CrowdCommands>;
}

const TIMED_OF = 50;
/** Timed viewers and sinks connect in turns of this many chunks, so that the timed ones are spread over the server's list. */
const CHUNKS = 20;
/** In each second, after all broadcasts of it and before the next. */
const QUIET_PHASE_MS = 850;

const lanes = new Map<string, Lane>();
for (const kind of kinds) lanes.set(kind, await open(kind));
const agent = laneOf('agent');
thaw(agent.pid);
const subscription = await sizedSubscription(agent.port);
freeze(agent.pid);
let connected = 0;
const memory: { readonly viewers: number; readonly bytes: ReadonlyMap<string, number> }[] = [];
for (const [viewers = 0, hertz = 0] of cells) {
  for (const lane of lanes.values()) await prepare(lane, viewers - connected, 1000 / hertz);
  connected = viewers;
  const results = await Rounds.run(kinds, rounds, (kind) => takeTurn(laneOf(kind), viewers * hertz));
  report(`${viewers} viewers at ${hertz} Hz, ${rounds} rounds of ${seconds} s`, results);
  const bytes = kinds.map((kind) => [kind, results.median(kind, (turn) => turn.bytes)] as const);
  memory.push({ viewers, bytes: new Map(bytes) });
}
reportMemory();
// Profiles are written at a regular end.
thaw(agent.pid);
process.kill(agent.pid, 'SIGTERM');
await sleep(nodeFlags.length > 0 ? 5000 : 0);
process.exit(0);

function laneOf(kind: string): Lane {
  const lane = lanes.get(kind);
  if (lane === undefined) throw new RangeError(`--kinds needs ${kind}`);
  return lane;
}

async function open(name: string): Promise<Lane> {
  const kind = name === BEFORE ? 'agent' : (name as Kind);
  const crowd = (role: string, nice: number): Worker<CrowdCommands> =>
    new Worker('harness/crowd-process.ts', [kind, role], { core: LOAD_CORE, nice });
  const folder = name === BEFORE ? options.before : undefined;
  const server = await startServer(kind, { nodeFlags, ...(folder === undefined ? {} : { folder }) });
  freeze(server.pid);
  return { ...server, sinks: crowd('sinks', 19), timed: crowd('timed', 0) };
}

/** Connects more viewers, sets their interval, and lets the code of both sides be compiled. */
async function prepare(lane: Lane, more: number, intervalMs: number): Promise<void> {
  const order = { port: lane.port, subscription: { ...subscription, intervalMs } };
  thaw(lane.pid);
  await lane.setInterval(intervalMs);
  for (const crowd of [lane.sinks, lane.timed]) await crowd.ask('subscribe', order.subscription);
  const upTo = (chunk: number, count: number): number => Math.round((count * chunk) / CHUNKS);
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const share = upTo(chunk + 1, more) - upTo(chunk, more);
    const timed = upTo(chunk + 1, more / TIMED_OF) - upTo(chunk, more / TIMED_OF);
    await lane.sinks.ask('connect', { ...order, count: share - timed });
    await lane.timed.ask('connect', { ...order, count: timed });
  }
  await sleep(4000);
  freeze(lane.pid);
}

interface Turn {
  readonly usPerMessage: number;
  readonly msPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the broadcasts due that were delivered. */
  readonly delivered: number;
  readonly bytes: number;
}

async function takeTurn(lane: Lane, duePerSecond: number): Promise<Turn> {
  thaw(lane.pid);
  for (let second = 0; second < 2; second += 1) await quietMoment();
  await lane.timed.ask('delays');
  const readings = [await read(lane)];
  for (let second = 0; second < seconds; second += 1) {
    await quietMoment();
    readings.push(await read(lane));
  }
  const grown = readings.slice(1).map(({ cpu, broadcasts }, index) => ({
    cpu: cpu - (readings[index]?.cpu ?? 0),
    broadcasts: broadcasts - (readings[index]?.broadcasts ?? 0),
  }));
  const delays = await lane.timed.ask('delays');
  const bytes = residentBytes(lane.pid);
  freeze(lane.pid);
  const delivered = grown.reduce((sum, { broadcasts }) => sum + broadcasts, 0);
  return {
    usPerMessage: median(grown.map(({ cpu, broadcasts }) => (cpu * 1000) / broadcasts)),
    msPerSecond: median(grown.map(({ cpu }) => cpu)),
    p50Ms: quantile(delays, 0.5),
    p99Ms: quantile(delays, 0.99),
    delivered: delivered / (duePerSecond * seconds),
    bytes,
  };
}

async function quietMoment(): Promise<void> {
  await sleep(1000 - ((Date.now() - QUIET_PHASE_MS) % 1000));
}

async function read({ pid, sinks, timed }: Lane): Promise<{ cpu: number; broadcasts: number }> {
  const cpu = cpuMs(pid);
  const [a, b] = await Promise.all([sinks.ask('count'), timed.ask('count')]);
  if (a.lost + b.lost > 0) throw new Error(`${a.lost + b.lost} viewers were lost`);
  return { cpu, broadcasts: a.broadcasts + b.broadcasts };
}

function report(title: string, results: Rounds<Turn>): void {
  const ratio = (kind: string, other: string, value: keyof Turn): Record<string, string> => {
    if (!kinds.includes(other)) return {};
    const what = value === 'p99Ms' ? `p99 of ${other}` : `of ${other}`;
    return { [what]: `${results.ratio(kind, other, (turn) => turn[value]).toFixed(2)} ×` };
  };
  printTable(
    title,
    kinds.map((kind) => ({
      server: kind,
      'µs per message': results.median(kind, (turn) => turn.usPerMessage).toFixed(2),
      ...ratio(kind, 'raw', 'usPerMessage'),
      ...ratio(kind, 'ws', 'usPerMessage'),
      ...ratio(kind, BEFORE, 'usPerMessage'),
      'CPU ms per second': results.median(kind, (turn) => turn.msPerSecond).toFixed(1),
      'p50 ms': results.median(kind, (turn) => turn.p50Ms).toFixed(1),
      'p99 ms': results.median(kind, (turn) => turn.p99Ms).toFixed(1),
      ...ratio(kind, 'raw', 'p99Ms'),
      delivered: `${(results.median(kind, (turn) => turn.delivered) * 100).toFixed(2)} %`,
    })),
  );
}

/** From the fewest to the most viewers, which leaves out what a server needs for itself. */
function reportMemory(): void {
  const [fewest, most] = [memory[0], memory.at(-1)];
  if (fewest === undefined || most === undefined || most.viewers <= fewest.viewers) return;
  console.log(`\nResident memory per further connection, ${fewest.viewers} to ${most.viewers} viewers:`);
  for (const [kind, bytes] of most.bytes) {
    const kb = (bytes - (fewest.bytes.get(kind) ?? 0)) / (most.viewers - fewest.viewers) / 1024;
    if (kind === 'agent') printVerdict(kind, kb, 12, 'KB');
    else console.log(`- ${kind}: ${kb.toFixed(2)} KB`);
  }
}
