/**
 * What does sampling demand cost? The agent with 50 viewers that ask for a sample each second, and the same viewers asking for ten a
 * second, in turns; then they leave, and one that stays counts how many samples are taken a second.
 *
 *   npm run build && npx tsx bench/fast-viewers.ts [--viewers 50] [--rounds 7] [--seconds 10]
 *
 * Processor time is that of all threads of the agent, by seconds of wall time. Linux only.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { METRICS_PATH } from '../agent/transports/websocket.ts';
import { SUBPROTOCOL } from '../shared/protocol/messages.ts';
import type { CrowdCommands } from './crowd/crowd-process.ts';
import { sizedSubscription } from './crowd/sized-subscription.ts';
import { printConditions } from './measure/conditions.ts';
import { cpuMs } from './measure/process-values.ts';
import { max, median } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { LOAD_CORE } from './processes/pinned.ts';
import { Worker } from './processes/worker.ts';
import { startAgent } from './servers/agent-process.ts';
import { FRAME_BYTES } from './servers/broadcast.ts';

const SLOW_MS = 1000;
const FAST_MS = 100;
/** A /* lasts for two seconds after it is no longer asked for. */
const SETTLE_MS = 4000;
const WARM_UP_MS = 15_000;

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '10' },
  },
});
const viewers = Number(values.viewers);
const rounds = Number(values.rounds);
const windowMs = Number(values.seconds) * 1000;

printConditions();
const agent = await startAgent();
const crowd = Worker.start<CrowdCommands>('crowd/crowd-process.ts', ['agent', 'sinks'], { core: LOAD_CORE });
const subscription = await sizedSubscription(agent.port, FRAME_BYTES);
await crowd.ask('connect', {
  port: agent.port,
  count: viewers,
  subscription: { ...subscription, intervalMs: FAST_MS },
});
await sleep(WARM_UP_MS);

const slow: number[] = [];
const fast: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  slow.push(await cost(SLOW_MS));
  fast.push(await cost(FAST_MS));
}
// The last turn was a fast one.
const during = await samplesPerSecond();
await crowd.stop();
await sleep(SETTLE_MS);
const afterwards = await samplesPerSecond();
await agent.stop();

const value = (costs: readonly number[]): string =>
  `${median(costs).toFixed(2)} (${Math.min(...costs).toFixed(2)} to ${max(costs).toFixed(2)})`;
printTable(`${viewers} viewers, ${rounds} rounds of ${windowMs / 1000} s`, [
  { 'each asks for a sample every': `${SLOW_MS} ms`, 'CPU ms per second': value(slow) },
  { 'each asks for a sample every': `${FAST_MS} ms`, 'CPU ms per second': value(fast) },
]);
const ratio = median(fast.map((costMs, round) => costMs / (slow[round] ?? Number.NaN)));
console.log(`\nCPU of ten times the stride: ${verdict(ratio, 10, '×')}`);
console.log(
  `Samples a second while they watch: ${during.toFixed(2)}; ${SETTLE_MS / 1000} s after they left: ${verdict(afterwards, 1, 'per second')}`,
);
process.exit(0);

async function cost(intervalMs: number): Promise<number> {
  await crowd.ask('subscribe', { ...subscription, intervalMs });
  await sleep(SETTLE_MS);
  const [startMs, startCpuMs] = [performance.now(), cpuMs(agent.pid)];
  await sleep(windowMs);
  return ((cpuMs(agent.pid) - startCpuMs) * 1000) / (performance.now() - startMs);
}

/** Sequence numbers count samples taken, whoever gets them. */
async function samplesPerSecond(): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${agent.port}${METRICS_PATH}`, SUBPROTOCOL);
  await once(socket, 'open');
  socket.send(JSON.stringify({ action: 'subscribe', metrics: ['cpu'] }));
  const seen: { readonly seq: number; readonly ts: number }[] = [];
  while (seen.length < 6) {
    const [frame] = (await once(socket, 'message')) as [Buffer];
    const message = JSON.parse(frame.toString()) as { type: string; seq: number; ts: number };
    if (message.type === 'metrics') seen.push(message);
  }
  socket.close();
  const [first, last] = [seen[1], seen.at(-1)];
  if (first === undefined || last === undefined) return Number.NaN;
  return ((last.seq - first.seq) * 1000) / (last.ts - first.ts);
}
