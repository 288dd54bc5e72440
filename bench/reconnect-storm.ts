/**
 * What happens when every viewer comes back in the same moment? All are cut, stay away for three seconds, and dial at once
 * without jitter, with `since`: beside a bare `ws` server that sends its last message to whoever opens, in turns.
 *
 *   npm run build && npx tsx bench/reconnect-storm.ts [--viewers 10000] [--rounds 5] [--cpu-prof <folder>]
 *
 * Each server on one core, the viewers on the other, niced; `/healthz` is asked every 20 ms by a process that goes before the
 * viewers. The event loop's delay is the agent's own (perf_hooks, resolution 2 ms). Linux only.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthProbeCommands } from './crowd/health-probe-process.ts';
import type { ReturningCrowdCommands } from './crowd/returning-crowd-process.ts';
import { sizedSubscription } from './crowd/sized-subscription.ts';
import { printConditions } from './measure/conditions.ts';
import { cpuMs, residentBytes } from './measure/process-values.ts';
import { max, median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { LOAD_CORE, SERVER_CORE } from './processes/pinned.ts';
import { Worker } from './processes/worker.ts';
import { LOOP_DELAY_FLAGS, startAgent } from './servers/agent-process.ts';
import { FRAME_BYTES } from './servers/broadcast.ts';
import type { YardstickCommands } from './servers/yardstick-process.ts';

const AWAY_MS = 3000;
const SETTLE_MS = 3000;
const CROWD_NICENESS = 10;

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    'cpu-prof': { type: 'string' },
  },
});
const viewers = Number(values.viewers);
const rounds = Number(values.rounds);
const folder = values['cpu-prof'];

printConditions();
const agent = await startAgent([
  ...LOOP_DELAY_FLAGS,
  ...(folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', folder]),
]);
const bare = Worker.start<YardstickCommands>('servers/yardstick-process.ts', ['ws'], { core: SERVER_CORE });
const barePort = await bare.ask('listen');
const subscription = await sizedSubscription(agent.port, FRAME_BYTES);
const crowd = Worker.start<ReturningCrowdCommands>('crowd/returning-crowd-process.ts', ['agent'], {
  core: LOAD_CORE,
  nice: CROWD_NICENESS,
});
const bareCrowd = Worker.start<ReturningCrowdCommands>('crowd/returning-crowd-process.ts', ['ws'], {
  core: LOAD_CORE,
  nice: CROWD_NICENESS,
});
const probe = Worker.start<HealthProbeCommands>('crowd/health-probe-process.ts', [], { core: LOAD_CORE });

await sleep(SETTLE_MS);
const emptyBytes = residentBytes(agent.pid);
await crowd.ask('connect', { port: agent.port, count: viewers, subscription });
await bareCrowd.ask('connect', { port: barePort, count: viewers, subscription });
await sleep(SETTLE_MS);
const perConnectionKb = (residentBytes(agent.pid) - emptyBytes) / viewers / 1024;

const ours: Awaited<ReturnType<typeof storm>>[] = [];
const theirs: Awaited<ReturnType<typeof bareStorm>>[] = [];
for (let round = 0; round < rounds; round += 1) {
  bare.freeze();
  bareCrowd.freeze();
  ours.push(await storm());
  bareCrowd.thaw();
  bare.thaw();
  agent.worker.freeze();
  crowd.freeze();
  theirs.push(await bareStorm());
  crowd.thaw();
  agent.worker.thaw();
  await sleep(SETTLE_MS);
}
report();
await agent.stop();
process.exit(0);

async function storm() {
  await sleep(SETTLE_MS);
  const before = await crowd.ask('findings');
  await agent.worker.ask('loopDelay');
  const startedMs = cpuMs(agent.pid);
  await crowd.ask('drop');
  await sleep(AWAY_MS);
  const whileLeaving = await agent.worker.ask('loopDelay');
  await probe.ask('start', agent.port);
  const { medianMs, lastMs } = await crowd.ask('comeBack');
  await sleep(1000);
  const health = await probe.ask('stop');
  const { p99Ms, maxMs } = await agent.worker.ask('loopDelay');
  const after = await crowd.ask('findings');
  return {
    medianMs,
    lastMs,
    cpuMs: cpuMs(agent.pid) - startedMs,
    leavingMaxMs: whileLeaving.maxMs,
    loopP99Ms: p99Ms,
    loopMaxMs: maxMs,
    freshP99Ms: quantile(health.fresh, 0.99),
    freshMaxMs: max(health.fresh),
    keptMaxMs: max(health.kept),
    holes: after.holes - before.holes,
    repeats: after.repeats - before.repeats,
    gaps: after.gaps - before.gaps,
    unrecovered: after.unrecovered - before.unrecovered,
    samples: after.samples - before.samples,
  };
}

async function bareStorm() {
  await sleep(SETTLE_MS);
  const startedMs = cpuMs(bare.pid);
  await bareCrowd.ask('drop');
  await sleep(AWAY_MS);
  const { medianMs, lastMs } = await bareCrowd.ask('comeBack');
  await sleep(1000);
  return { medianMs, lastMs, cpuMs: cpuMs(bare.pid) - startedMs };
}

function report(): void {
  printTable(`${viewers} viewers come back at once, ${rounds} rounds: medians (worst)`, [
    { server: 'agent, resumed from `since`', ...times(ours) },
    { server: 'bare ws, last message on connect', ...times(theirs) },
  ]);
  const value = (name: keyof (typeof ours)[number]): string => {
    const found = ours.map((round) => round[name]);
    return `${median(found).toFixed(1)} (${max(found).toFixed(1)})`;
  };
  printTable('The agent meanwhile, ms: medians (worst)', [
    {
      'event loop max while they leave': value('leavingMaxMs'),
      'p99 while they come back': value('loopP99Ms'),
      'max while they come back': value('loopMaxMs'),
      '/healthz, new connection: p99': value('freshP99Ms'),
      max: value('freshMaxMs'),
      '/healthz, kept connection: max': value('keptMaxMs'),
    },
  ]);
  const total = (name: keyof (typeof ours)[number]): number =>
    ours.reduce((sum, round) => sum + round[name], 0);
  console.log(
    `\nOver all rounds: ${total('samples')} samples, ${total('holes')} holes, ${total('repeats')} repeats, ` +
      `${total('gaps')} gaps, ${total('unrecovered')} not recovered`,
  );
  const worst = (name: keyof (typeof ours)[number]): number => median(ours.map((round) => round[name]));
  console.log(`Event loop p99: ${verdict(worst('loopP99Ms'), 100, 'ms', 1)}`);
  console.log(`/healthz on a new connection, slowest: ${verdict(worst('freshMaxMs'), 100, 'ms', 1)}`);
  console.log(`Resident memory per connection, idle: ${verdict(perConnectionKb, 12, 'KB', 1)}`);
}

function times(
  turns: readonly { readonly medianMs: number; readonly lastMs: number; readonly cpuMs: number }[],
): Record<string, string> {
  const value = (name: 'medianMs' | 'lastMs' | 'cpuMs'): string => {
    const found = turns.map((turn) => turn[name]);
    return `${median(found).toFixed(0)} (${max(found).toFixed(0)})`;
  };
  return {
    'half have a sample, ms': value('medianMs'),
    'the last has one, ms': value('lastMs'),
    'server CPU ms': value('cpuMs'),
  };
}
