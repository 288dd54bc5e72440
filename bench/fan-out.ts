/**
 * What does it cost to send one frame to thousands of viewers? The agent with its whole protocol beside a TCP server that writes
 * the same bytes, a bare `ws` broadcast and socket.io, in turns in one run.
 *
 *   npm run build && npx tsx bench/fan-out.ts [--rounds 5] [--seconds 4] [--cells 1000@10,1000@1,5000@1,10000@1]
 *     [--kinds agent,one,raw,ws,socket.io]   also: agent-msgpack, the agent over its binary subprotocol
 *     [--before FOLDER]     the agent of another checkout, built, beside this one
 *     [--cpu-prof FOLDER]   writes profiles of the agent for Chrome's DevTools; figures beside them are worth nothing
 *
 * `one` is an agent with a single viewer: what the samples cost, of which `agent, net` is free. All that send text send frames of the
 * same length; what came through the sockets is counted, and no figures are given of unequal ones. socket.io is brought from npm.
 *
 * All servers share one core, their viewers the other; a server that is not in turn is stopped (SIGSTOP). Processor time is that of
 * all threads of a server, by each second's broadcasts delivered: the median second of a turn, then the median turn. Delays are
 * those of 2 % of the viewers, spread evenly over the server's list, in a process of higher priority. Linux only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sizedSubscription, startServer, type Server } from './fan-out/servers.ts';
import { bringSocketIo } from './fan-out/socket-io.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import type { CrowdCommands } from './harness/crowd-process.ts';
import { DIALECTS, type Kind } from './harness/dialects.ts';
import { cpuMs, freeze, LOAD_CORE, residentBytes, thaw } from './harness/processes.ts';
import { median, quantile, Rounds } from './harness/statistics.ts';
import { Worker } from './harness/worker.ts';

const BEFORE = 'before';
/** An agent with one viewer. */
const ONE = 'one';
const NET = 'agent, net';
const { rounds, seconds, ...options } = begin({
  rounds: 5,
  seconds: 4,
  cells: '1000@10,1000@1,5000@1,10000@1',
  kinds: `agent,${ONE},raw,ws,socket.io`,
  before: '',
  'cpu-prof': '',
});
const socketIo = options.kinds.includes('socket.io') ? bringSocketIo() : null;
const kinds = options.kinds.split(',').filter((kind) => kind !== 'socket.io' || socketIo !== null);
if (options.kinds.includes('socket.io') && socketIo === null) {
  console.log('socket.io is left out: npm could not bring it.');
}
if (options.before !== '') kinds.push(BEFORE);
const cells = options.cells.split(',').map((cell) => cell.split('@').map(Number));
const nodeFlags = options['cpu-prof'] === '' ? [] : ['--cpu-prof', '--cpu-prof-dir', options['cpu-prof']];

/** By cell, the processor time of the agent at most, of that of another server. */
const TARGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '1000@10': { raw: 1.3, ws: 0.95, 'socket.io': 0.7 },
  '5000@1': { raw: 1.2, ws: 0.9, 'socket.io': 0.6 },
  '10000@1': { raw: 1.2 },
};

interface Lane extends Server {
  readonly name: string;
  readonly sinks: Worker<CrowdCommands>;
  readonly timed: Worker<CrowdCommands>;
}

const TIMED_OF = 50;
/** Of the bytes per message: values have a digit more or less, pings are counted. */
const TOLERANCE = 0.03;
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
  for (const lane of lanes.values()) await prepare(lane, viewers, 1000 / hertz);
  connected = viewers;
  const results = await Rounds.run(kinds, rounds, (kind) =>
    takeTurn(laneOf(kind), (kind === ONE ? 1 : viewers) * hertz),
  );
  refuseUnequal(results);
  addNet(results, viewers * hertz);
  report(`${viewers} viewers at ${hertz} Hz, ${rounds} rounds of ${seconds} s`, results);
  reportTargets(`${viewers}@${hertz}`, results);
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

function kindOf(name: string): Kind {
  if (name === BEFORE || name === ONE) return 'agent';
  if (name in DIALECTS) return name as Kind;
  throw new RangeError(`--kinds knows no ${name}: say any of ${[...Object.keys(DIALECTS), ONE].join()}`);
}

async function open(name: string): Promise<Lane> {
  const kind = kindOf(name);
  const crowd = (role: string, nice: number): Worker<CrowdCommands> =>
    new Worker('harness/crowd-process.ts', [kind, role], { core: LOAD_CORE, nice });
  const server = await startServer(kind, {
    nodeFlags,
    ...(name === BEFORE ? { folder: options.before } : {}),
    ...(socketIo === null ? {} : { socketIo }),
  });
  freeze(server.pid);
  return { ...server, name, sinks: crowd('sinks', 19), timed: crowd('timed', 0) };
}

/** Connects more viewers, sets their interval, and lets the code of both sides be compiled. */
async function prepare(lane: Lane, viewers: number, intervalMs: number): Promise<void> {
  const more = lane.name === ONE ? Number(connected === 0) : viewers - connected;
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
  /** What came through the viewers' sockets, pings included, by broadcasts delivered. */
  readonly bytesPerMessage: number;
  /** Resident. */
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
  const grown = readings.slice(1).map(({ cpu, broadcasts, received }, index) => ({
    cpu: cpu - (readings[index]?.cpu ?? 0),
    broadcasts: broadcasts - (readings[index]?.broadcasts ?? 0),
    received: received - (readings[index]?.received ?? 0),
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
    bytesPerMessage: grown.reduce((sum, { received }) => sum + received, 0) / delivered,
    bytes,
  };
}

async function quietMoment(): Promise<void> {
  await sleep(1000 - ((Date.now() - QUIET_PHASE_MS) % 1000));
}

async function read({
  pid,
  sinks,
  timed,
}: Lane): Promise<{ cpu: number; broadcasts: number; received: number }> {
  const cpu = cpuMs(pid);
  const [a, b] = await Promise.all([sinks.ask('count'), timed.ask('count')]);
  if (a.lost + b.lost > 0) throw new Error(`${a.lost + b.lost} viewers were lost`);
  return { cpu, broadcasts: a.broadcasts + b.broadcasts, received: a.bytes + b.bytes };
}

/** @throws Error where a server sent text of another length than the others: to compare them would be to compare work that is not the same. */
function refuseUnequal(results: Rounds<Turn>): void {
  const bytesOf = (kind: string): number => results.median(kind, (turn) => turn.bytesPerMessage);
  const alike = kinds.filter((kind) => kindOf(kind) !== 'agent-msgpack');
  const middle = median(alike.map(bytesOf));
  for (const kind of alike) {
    if (Math.abs(bytesOf(kind) / middle - 1) <= TOLERANCE) continue;
    throw new Error(
      `${kind} sent ${bytesOf(kind).toFixed(0)} bytes per message and the others ${middle.toFixed(0)}: ratios of unequal work mean nothing`,
    );
  }
}

/** Adds what the agent's fan-out costs beyond the samples: each turn of it less the turn of an agent with one viewer. */
function addNet(results: Rounds<Turn>, duePerSecond: number): void {
  if (!kinds.includes(ONE) || !kinds.includes('agent')) return;
  for (const [round, turn] of results.of('agent').entries()) {
    const msPerSecond = turn.msPerSecond - (results.of(ONE)[round]?.msPerSecond ?? Number.NaN);
    const usPerMessage = (msPerSecond * 1000) / (duePerSecond * turn.delivered);
    results.add(NET, { ...turn, msPerSecond, usPerMessage });
  }
}

function report(title: string, results: Rounds<Turn>): void {
  const ratio = (kind: string, other: string, value: keyof Turn): Record<string, string> => {
    if (kind === ONE || !kinds.includes(other)) return {};
    const what = value === 'p99Ms' ? `p99 of ${other}` : `of ${other}`;
    const times = results.ratio(kind, other, (turn) => turn[value]);
    return { [what]: Number.isNaN(times) ? '' : `${times.toFixed(2)} ×` };
  };
  /** Empty where nobody timed: a lone viewer, and samples whose time is not written as text. */
  const ms = (kind: string, value: 'p50Ms' | 'p99Ms'): string => {
    const found = results.median(kind, (turn) => turn[value]);
    return Number.isNaN(found) ? '' : found.toFixed(1);
  };
  printTable(
    title,
    [...kinds, NET]
      .filter((kind) => results.of(kind).length > 0)
      .map((kind) => ({
        server: kind,
        'bytes per message': results.median(kind, (turn) => turn.bytesPerMessage).toFixed(1),
        'µs per message': kind === ONE ? '' : results.median(kind, (turn) => turn.usPerMessage).toFixed(2),
        ...ratio(kind, 'raw', 'usPerMessage'),
        ...ratio(kind, 'ws', 'usPerMessage'),
        ...ratio(kind, 'socket.io', 'usPerMessage'),
        ...ratio(kind, BEFORE, 'usPerMessage'),
        'CPU ms per second': results.median(kind, (turn) => turn.msPerSecond).toFixed(1),
        'p50 ms': ms(kind, 'p50Ms'),
        'p99 ms': ms(kind, 'p99Ms'),
        ...ratio(kind, 'raw', 'p99Ms'),
        delivered: `${(results.median(kind, (turn) => turn.delivered) * 100).toFixed(2)} %`,
      })),
  );
}

function reportTargets(cell: string, results: Rounds<Turn>): void {
  console.log('');
  for (const [other, atMost] of Object.entries(TARGETS[cell] ?? {})) {
    if (!kinds.includes(other)) continue;
    const ratio = results.ratio('agent', other, (turn) => turn.usPerMessage);
    printVerdict(`${cell}, agent of ${other}`, ratio, atMost, '×');
  }
}

/** From the fewest viewers on, which leaves out what a server needs for itself. */
function reportMemory(): void {
  const [fewest, ...others] = memory.toSorted((a, b) => a.viewers - b.viewers);
  for (const { viewers, bytes } of others) {
    if (fewest === undefined || viewers === fewest.viewers) continue;
    console.log(`\nResident memory per further connection, ${fewest.viewers} to ${viewers} viewers:`);
    for (const [kind, resident] of bytes) {
      const kb = (resident - (fewest.bytes.get(kind) ?? 0)) / (viewers - fewest.viewers) / 1024;
      if (kind === 'agent') printVerdict(kind, kb, 8, 'KB');
      else if (kind !== ONE) console.log(`- ${kind}: ${kb.toFixed(2)} KB`);
    }
  }
}
