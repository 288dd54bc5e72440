/**
 * What do a thousand viewers cost that stopped reading? A process with all of them is stopped (SIGSTOP) for a minute, while some
 * viewers in another process go on: at the agent's own  *, at ten times that, and beside a bare `ws` broadcast, which knows no
 * flow control, at the faster one.
 *
 *   npm run build && npx tsx bench/frozen-clients.ts [--viewers 1000] [--seconds 60]
 *
 * Memory is the server's resident memory and, beside it, what the kernel holds for all TCP sockets of the machine. Afterwards the
 * viewers run on, and ask for what they were told that they did not get. Linux only.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdCommands } from './crowd/crowd-process.ts';
import type { Kind } from './crowd/dialects.ts';
import type { Findings } from './crowd/returning-viewer.ts';
import type { ReturningCrowdCommands } from './crowd/returning-crowd-process.ts';
import { sizedSubscription } from './crowd/sized-subscription.ts';
import { printConditions } from './measure/conditions.ts';
import { residentBytes, socketMemoryBytes } from './measure/process-values.ts';
import { quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { LOAD_CORE, SERVER_CORE } from './processes/pinned.ts';
import { Worker } from './processes/worker.ts';
import { startAgent } from './servers/agent-process.ts';
import { FRAME_BYTES } from './servers/broadcast.ts';
import type { YardstickCommands } from './servers/yardstick-process.ts';

interface Outcome {
  readonly name: string;
  readonly kbEach: number;
  readonly kernelKbEach: number;
  readonly beforeP99Ms: number;
  readonly duringP99Ms: number;
  readonly thawed?: { readonly findings: Findings; readonly fetched: number; readonly p99Ms: number };
}

const WATCHERS = 50;
const BEFORE_MS = 10_000;
const SETTLE_MS = 5000;
const PLACEMENT = { core: LOAD_CORE };

const { values } = parseArgs({
  options: { viewers: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '60' } },
});
const viewers = Number(values.viewers);
const frozenMs = Number(values.seconds) * 1000;

printConditions();
const outcomes = [
  await freezeAgents(1000, frozenMs),
  await freezeAgents(100, frozenMs),
  // Too short for the agent to give anyone up: those who do not read are skipped.
  await freezeAgents(100, frozenMs / 3),
  await freezeBare(100, frozenMs),
];
report();
process.exit(0);

async function freezeAgents(intervalMs: number, forMs: number): Promise<Outcome> {
  const agent = await startAgent();
  const crowd = Worker.start<ReturningCrowdCommands>(
    'crowd/returning-crowd-process.ts',
    ['agent'],
    PLACEMENT,
  );
  const subscription = { ...(await sizedSubscription(agent.port, FRAME_BYTES)), intervalMs };
  await crowd.ask('connect', { port: agent.port, count: viewers, subscription });
  const found = await freeze('agent', agent, crowd, subscription, forMs);
  await sleep(SETTLE_MS);
  const fetched = await crowd.ask('fetchUntold');
  await sleep(SETTLE_MS);
  const findings = await crowd.ask('findings');
  await crowd.ask('delays');
  await sleep(SETTLE_MS);
  const p99Ms = quantile(await crowd.ask('delays'), 0.99);
  await agent.stop();
  await crowd.stop();
  return {
    name: `agent, ${1000 / intervalMs} Hz, ${forMs / 1000} s`,
    ...found,
    thawed: { findings, fetched, p99Ms },
  };
}

async function freezeBare(intervalMs: number, forMs: number): Promise<Outcome> {
  const server = Worker.start<YardstickCommands>('servers/yardstick-process.ts', ['ws'], {
    core: SERVER_CORE,
  });
  const port = await server.ask('listen');
  await server.ask('setInterval', intervalMs);
  const crowd = Worker.start<CrowdCommands>('crowd/crowd-process.ts', ['ws', 'sinks'], PLACEMENT);
  const subscription = { sub: '', metrics: [], intervalMs };
  await crowd.ask('connect', { port, count: viewers, subscription });
  const found = await freeze('ws', { pid: server.pid, port }, crowd, subscription, forMs);
  await crowd.stop();
  await server.stop();
  return { name: `bare ws, ${1000 / intervalMs} Hz, ${forMs / 1000} s`, ...found };
}

async function freeze(
  kind: Kind,
  { pid, port }: { readonly pid: number; readonly port: number },
  crowd: { freeze(): void; thaw(): void },
  subscription: Parameters<CrowdCommands['connect']>[0]['subscription'],
  forMs: number,
): Promise<Omit<Outcome, 'name' | 'thawed'>> {
  const watchers = Worker.start<CrowdCommands>('crowd/crowd-process.ts', [kind, 'timed'], PLACEMENT);
  await watchers.ask('connect', { port, count: WATCHERS, subscription });
  await sleep(SETTLE_MS);
  await watchers.ask('delays');
  await sleep(BEFORE_MS);
  const beforeP99Ms = quantile(await watchers.ask('delays'), 0.99);
  const [bytes, kernelBytes] = [residentBytes(pid), socketMemoryBytes()];
  crowd.freeze();
  await sleep(forMs);
  const duringP99Ms = quantile(await watchers.ask('delays'), 0.99);
  const kbEach = (residentBytes(pid) - bytes) / viewers / 1024;
  const kernelKbEach = (socketMemoryBytes() - kernelBytes) / viewers / 1024;
  crowd.thaw();
  await watchers.stop();
  return { kbEach, kernelKbEach, beforeP99Ms, duringP99Ms };
}

function report(): void {
  printTable(
    `${viewers} viewers frozen, ${WATCHERS} that go on`,
    outcomes.map(({ name, kbEach, kernelKbEach, beforeP99Ms, duringP99Ms }) => ({
      server: name,
      'growth per frozen viewer, KB': kbEach.toFixed(1),
      'kernel, KB': kernelKbEach.toFixed(1),
      'p99 of the others before, ms': beforeP99Ms.toFixed(1),
      'during, ms': duringP99Ms.toFixed(1),
    })),
  );
  printTable(
    'The agent’s frozen viewers afterwards',
    outcomes.flatMap(({ name, thawed }) =>
      thawed === undefined
        ? []
        : [
            {
              server: name,
              'closed with 4200': String(thawed.findings.givenUp),
              cut: String(thawed.findings.cut),
              'gaps told': String(thawed.findings.gaps),
              'samples asked for again': String(thawed.fetched),
              holes: String(thawed.findings.holes),
              repeats: String(thawed.findings.repeats),
              'not recovered': String(thawed.findings.unrecovered),
              'p99, live again, ms': thawed.p99Ms.toFixed(1),
            },
          ],
    ),
  );
  console.log('');
  for (const { name, thawed, kbEach, beforeP99Ms, duringP99Ms } of outcomes) {
    if (thawed === undefined) continue;
    console.log(`${name}: growth ${verdict(kbEach, 64, 'KB', 1)}`);
    console.log(
      `${name}: p99 of the others, during to before ${verdict(duringP99Ms / beforeP99Ms, 1.1, '×')}`,
    );
  }
}
