/**
 * Does the agent start processes, and how long does it keep its event loop? For a minute with a client of everything at 1 Hz, strace
 * counts the system calls that start one; for another, the agent tells how late its own timer was, beside a Node that does nothing else.
 *
 *   npm run build && npx tsx bench/steady-state.ts [--seconds 60]
 *
 * Linux only, with `apt-get install strace` and the right to trace.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Subscriber } from './agents/subscriber.ts';
import { printConditions } from './measure/conditions.ts';
import { printTable, verdict } from './measure/table.ts';
import { SERVER_CORE, spawnPinned } from './processes/pinned.ts';
import { Worker } from './processes/worker.ts';
import { LOOP_DELAY_FLAGS, startAgent } from './servers/agent-process.ts';
import type { LoopDelayCommands } from './servers/loop-delay.ts';

const STARTS = ['execve', 'execveat', 'clone', 'clone3', 'vfork', 'fork'];
const WARM_UP_MS = 20_000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const windowMs = Number(values.seconds) * 1000;

printConditions();
await processesStarted();
for (const intervalMs of [1000, 100]) await loopDelays(intervalMs);
process.exit(0);

async function processesStarted(): Promise<void> {
  const agent = await startAgent();
  const client = await Subscriber.ofEverything(agent.port, 1000);
  await sleep(WARM_UP_MS);
  const strace = spawn(
    'strace',
    ['-f', '-qq', '-e', `trace=${STARTS.join(',')}`, '-e', 'signal=none', '-p', String(agent.pid)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const lines: string[] = [];
  strace.stderr.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
  await sleep(1000);
  const before = client.samples;
  await sleep(windowMs);
  const samples = client.samples - before;
  const ended = once(strace, 'exit');
  strace.kill('SIGINT');
  await ended;
  console.log(
    `\nProcesses or threads started in ${windowMs / 1000} s and ${samples} samples: ${verdict(lines.length, 0, 'calls', 0)}`,
  );
  for (const line of lines.slice(0, 20)) console.log(`    ${line}`);
  client.close();
  await agent.stop();
}

async function loopDelays(intervalMs: number): Promise<void> {
  const agent = await startAgent(LOOP_DELAY_FLAGS);
  const idle = new Worker<LoopDelayCommands>(
    spawnPinned([...LOOP_DELAY_FLAGS, '-e', 'setInterval(() => {}, 1000)'], { core: SERVER_CORE }, [
      'ignore',
      'inherit',
      'inherit',
      'ipc',
    ]),
  );
  const client = await Subscriber.ofEverything(agent.port, intervalMs);
  await sleep(WARM_UP_MS);
  await Promise.all([agent.worker.ask('loopDelay'), idle.ask('loopDelay')]);
  const lags: number[] = [];
  const watch = setInterval(() => lags.push(client.value('agent.eventLoopLag') ?? Number.NaN), 1000);
  await sleep(windowMs);
  clearInterval(watch);
  const [ofAgent, ofIdle] = await Promise.all([agent.worker.ask('loopDelay'), idle.ask('loopDelay')]);
  printTable(
    `Event loop over ${windowMs / 1000} s, a sample each ${intervalMs} ms; ms beyond the timer's resolution`,
    [
      { program: 'agent', ...delayRow(ofAgent) },
      { program: 'Node that does nothing', ...delayRow(ofIdle) },
    ],
  );
  console.log(`\n- p99 of the agent: ${verdict(ofAgent.p99Ms, 1, 'ms')}`);
  console.log(`- p99 beyond that of the idle Node: ${verdict(ofAgent.p99Ms - ofIdle.p99Ms, 1, 'ms')}`);
  console.log(`- published \`agent.eventLoopLag\`, worst of ${lags.length} looks: ${Math.max(...lags)} ms`);
  client.close();
  await Promise.all([agent.stop(), idle.stop()]);
}

function delayRow({ p99Ms, maxMs }: { p99Ms: number; maxMs: number }): Record<string, string> {
  return { p99: p99Ms.toFixed(2), max: maxMs.toFixed(2) };
}
