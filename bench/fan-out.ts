/**
 * What does it cost to send one frame to thousands of viewers? The agent with its whole protocol beside a TCP server that
 * writes the same bytes, a bare `ws` broadcast of one string, and socket.io: all in one run, in turns.
 *
 *   npm run build && npx tsx bench/fan-out.ts [--rounds 5] [--seconds 4] [--cells 1000@10,1000@1,5000@1,10000@1]
 *     [--cpu-prof <folder>]   for a profile of the agent; values beside it are worth nothing
 *
 * All servers share one core, their viewers the other; a server whose turn it is not is stopped (SIGSTOP). Processor time
 * is that of all threads of the server (schedstat) by each second's broadcasts delivered: the median second of a turn, then
 * the median turn. Delays are those of 2 % of the viewers, spread evenly over the server's list, in a process that goes
 * before the other viewers. Linux only.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdCommands } from './crowd/crowd-process.ts';
import type { Kind } from './crowd/dialects.ts';
import { sizedSubscription } from './crowd/sized-subscription.ts';
import { printConditions } from './measure/conditions.ts';
import { cpuMs, residentBytes } from './measure/process-values.ts';
import { median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { LOAD_CORE, SERVER_CORE } from './processes/pinned.ts';
import { Worker } from './processes/worker.ts';
import { startAgent } from './servers/agent-process.ts';
import { FRAME_BYTES } from './servers/broadcast.ts';
import { installYardsticks } from './servers/install-yardsticks.ts';
import type { YardstickCommands } from './servers/yardstick-process.ts';

interface Lane {
  readonly kind: Kind;
  readonly server: { freeze(): void; thaw(): void };
  readonly pid: number;
  readonly port: number;
  readonly sinks: Worker<CrowdCommands>;
  readonly timed: Worker<CrowdCommands>;
  setInterval(intervalMs: number): Promise<unknown>;
  stop(): Promise<unknown>;
}

interface Turn {
  readonly usPerMessage: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Share of the broadcasts due that were delivered. */
  readonly delivered: number;
  /** Resident memory. */
  readonly bytes: number;
}

const KINDS = ['agent', 'raw', 'ws', 'socket.io'] as const satisfies readonly Kind[];
const SINK_NICENESS = 19;
const TIMED_OF = 50;
/** Viewers of both processes come in turns of this many chunks, so that the timed ones are spread over the server's list. */
const CHUNKS = 20;
const SECOND_MS = 1000;
/** In a second, where every broadcast of it is over and the next has not begun. */
const QUIET_PHASE_MS = 850;
const SETTLE_S = 2;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    cells: { type: 'string', default: '1000@10,1000@1,5000@1,10000@1' },
    'cpu-prof': { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const cells = values.cells.split(',').map((cell) => {
  const [viewers = 0, hertz = 0] = cell.split('@').map(Number);
  return { viewers, hertz };
});

printConditions();
installYardsticks();
const lanes: Lane[] = [];
for (const kind of KINDS) lanes.push(await open(kind));
lanes[0]?.server.thaw();
let subscription = await sizedSubscription(lanes[0]?.port ?? 0, FRAME_BYTES);
lanes[0]?.server.freeze();
let connected = 0;
const memory = new Map<Kind, { readonly viewers: number; readonly bytes: number }[]>();
for (const { viewers, hertz } of cells) {
  await prepare(viewers, hertz);
  report(viewers, hertz, await measure(viewers, hertz));
}
reportMemory();
for (const lane of lanes) await lane.stop();
process.exit(0);

async function open(kind: Kind): Promise<Lane> {
  const crowd = (role: string, nice: number): Worker<CrowdCommands> =>
    Worker.start('crowd/crowd-process.ts', [kind, role], { core: LOAD_CORE, nice });
  const sinks = crowd('sinks', SINK_NICENESS);
  const timed = crowd('timed', 0);
  const server = await (kind === 'agent' ? openAgent(sinks, timed) : openYardstick(kind));
  server.server.freeze();
  return { kind, sinks, timed, ...server };
}

async function openAgent(
  ...crowds: readonly Worker<CrowdCommands>[]
): Promise<Pick<Lane, 'server' | 'pid' | 'port' | 'setInterval' | 'stop'>> {
  const folder = values['cpu-prof'];
  const agent = await startAgent(folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', folder]);
  const setInterval = async (intervalMs: number): Promise<void> => {
    subscription = { ...subscription, intervalMs };
    for (const crowd of crowds) await crowd.ask('subscribe', subscription);
  };
  return { server: agent.worker, pid: agent.pid, port: agent.port, setInterval, stop: () => agent.stop() };
}

async function openYardstick(
  kind: Kind,
): Promise<Pick<Lane, 'server' | 'pid' | 'port' | 'setInterval' | 'stop'>> {
  const server = Worker.start<YardstickCommands>('servers/yardstick-process.ts', [kind], {
    core: SERVER_CORE,
  });
  const port = await server.ask('listen');
  const setInterval = (intervalMs: number): Promise<void> => server.ask('setInterval', intervalMs);
  return { server, pid: server.pid, port, setInterval, stop: () => server.stop() };
}

/** Brings all lanes to so many viewers at such a rate, and their code to its final form. */
async function prepare(viewers: number, hertz: number): Promise<void> {
  const more = viewers - connected;
  connected = viewers;
  for (const lane of lanes) {
    lane.server.thaw();
    await lane.setInterval(SECOND_MS / hertz);
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
      const share = Math.round((more * (chunk + 1)) / CHUNKS) - Math.round((more * chunk) / CHUNKS);
      const timed = Math.round(share / TIMED_OF);
      const order = { port: lane.port, subscription };
      if (share > timed) await lane.sinks.ask('connect', { ...order, count: share - timed });
      if (timed > 0) await lane.timed.ask('connect', { ...order, count: timed });
    }
    await sleep(4 * SECOND_MS);
    lane.server.freeze();
  }
}

async function measure(viewers: number, hertz: number): Promise<Map<Kind, Turn[]>> {
  const turns = new Map<Kind, Turn[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Nobody is always the first after the pause.
    const order = [...lanes.slice(round % lanes.length), ...lanes.slice(0, round % lanes.length)];
    for (const lane of order) turns.get(lane.kind)?.push(await takeTurn(lane, viewers, hertz));
  }
  return turns;
}

async function takeTurn(lane: Lane, viewers: number, hertz: number): Promise<Turn> {
  lane.server.thaw();
  for (let second = 0; second < SETTLE_S; second += 1) await quietMoment();
  await lane.timed.ask('delays');
  let before = await reading(lane);
  const start = before;
  const costs: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await quietMoment();
    const now = await reading(lane);
    costs.push(((now.cpuMs - before.cpuMs) * 1000) / (now.taken - before.taken));
    before = now;
  }
  const delays = await lane.timed.ask('delays');
  const turn = {
    usPerMessage: median(costs),
    p50Ms: quantile(delays, 0.5),
    p99Ms: quantile(delays, 0.99),
    delivered: (before.taken - start.taken) / (viewers * hertz * seconds),
    bytes: residentBytes(lane.pid),
  };
  lane.server.freeze();
  if (before.lost > 0) throw new Error(`${lane.kind} lost ${before.lost} viewers`);
  return turn;
}

async function quietMoment(): Promise<void> {
  const passedMs = (Date.now() - QUIET_PHASE_MS) % SECOND_MS;
  await sleep(SECOND_MS - passedMs);
}

async function reading({ pid, sinks, timed }: Lane): Promise<{ cpuMs: number; taken: number; lost: number }> {
  const cpu = cpuMs(pid);
  const [a, b] = await Promise.all([sinks.ask('count'), timed.ask('count')]);
  return { cpuMs: cpu, taken: a.taken + b.taken, lost: a.lost + b.lost };
}

function report(viewers: number, hertz: number, turns: ReadonlyMap<Kind, readonly Turn[]>): void {
  const of = (kind: Kind, value: keyof Turn): number =>
    median((turns.get(kind) ?? []).map((turn) => turn[value]));
  /** Of the turns of one round, so that what disturbed a round disturbs both sides. */
  const ratio = (kind: Kind, to: Kind, value: keyof Turn): number =>
    median(
      (turns.get(kind) ?? []).map((turn, round) => turn[value] / (turns.get(to)?.[round]?.[value] ?? 0)),
    );
  printTable(
    `${viewers} viewers at ${hertz} Hz, ${rounds} rounds of ${seconds} s`,
    KINDS.map((kind) => ({
      server: kind,
      'µs per message': of(kind, 'usPerMessage').toFixed(2),
      'of raw': `${ratio(kind, 'raw', 'usPerMessage').toFixed(2)} ×`,
      'of socket.io': `${ratio(kind, 'socket.io', 'usPerMessage').toFixed(2)} ×`,
      'p50 ms': of(kind, 'p50Ms').toFixed(1),
      'p99 ms': of(kind, 'p99Ms').toFixed(1),
      'p99 of raw': `${ratio(kind, 'raw', 'p99Ms').toFixed(2)} ×`,
      delivered: `${(of(kind, 'delivered') * 100).toFixed(2)} %`,
    })),
  );
  console.log(`\nCPU: ${verdict(ratio('agent', 'raw', 'usPerMessage'), 1.1, '× raw')}`);
  console.log(`CPU: ${verdict(ratio('agent', 'socket.io', 'usPerMessage'), 0.65, '× socket.io')}`);
  console.log(`p99: ${verdict(ratio('agent', 'raw', 'p99Ms'), 1.1, '× raw')}`);
  for (const kind of KINDS) {
    memory.set(kind, [...(memory.get(kind) ?? []), { viewers, bytes: of(kind, 'bytes') }]);
  }
}

/** From the fewest to the most viewers, so that what a server needs for itself is not in it. */
function reportMemory(): void {
  const [fewest, most] = [cells[0]?.viewers ?? 0, cells.at(-1)?.viewers ?? 0];
  if (most <= fewest) return;
  console.log(`\nResident memory per further connection, ${fewest} to ${most}:`);
  for (const [kind, points] of memory) {
    const from = points.findLast(({ viewers }) => viewers === fewest);
    const to = points.at(-1);
    if (from === undefined || to === undefined) continue;
    const kb = (to.bytes - from.bytes) / (most - fewest) / 1024;
    console.log(`  ${kind}: ${kind === 'agent' ? verdict(kb, 12, 'KB', 1) : `${kb.toFixed(1)} KB`}`);
  }
}
