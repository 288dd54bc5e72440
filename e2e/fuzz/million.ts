/**
 * `npm run test:fuzz`: a million hostile inputs against an agent as it is shipped, and the values.
 *
 *   npm run test:fuzz -- [--count 1000000] [--seed 1] [--from 0] [--settle 70] [--kind packed]
 *
 * `--kind`, which may be repeated, chooses kinds of input: message, packed (MessagePack), frame, head, poll, stream.
 * A flaw is printed with the number of its case: `--seed S --from CASE --count 1` runs that case again.
 */
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCampaign } from './campaign.ts';
import { KINDS } from './cases.ts';
import { FuzzedAgent, type Memory } from './fuzzed-agent.ts';
import type { Tally } from './tally.ts';

/**
 * By then rarely used code is loaded, and V8 has compiled most of it. That continues for long: of the growth of the heap between 100,000
 * and 400,000 inputs, all but some dozens of KB was code, metadata of code, and samples.
 */
const WARM_UP = 300_000;
const MAX_GROWTH = 1.1;
const PROGRESS_EVERY = 30;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    kind: { type: 'string', multiple: true },
    settle: { type: 'string', default: '70' },
  },
});
const [count, seed, from, settleS] = [values.count, values.seed, values.from, values.settle].map(Number);
if (![count, seed, from, settleS].every(Number.isSafeInteger)) throw new TypeError('Give whole numbers.');
const kinds = values.kind === undefined ? undefined : KINDS.filter((kind) => values.kind?.includes(kind));
if (kinds?.length === 0) throw new TypeError(`Give kinds that exist: ${KINDS.join()}.`);
const warmUp = Math.min(WARM_UP, count ?? 0);

const agent = await FuzzedAgent.start();
const fresh = await agent.memory();
await runCampaign(agent.target, { seed: (seed ?? 0) + 1, count: warmUp, kinds });
await settle();
const before = await agent.memory();
const startMs = performance.now();
let seconds = 0;
const tally = await runCampaign(agent.target, {
  seed: seed ?? 0,
  count: count ?? 0,
  from: from ?? 0,
  kinds,
  progress: ({ inputCount }) => {
    seconds += 1;
    if (seconds % PROGRESS_EVERY === 0) console.log(`${inputCount} inputs after ${seconds} s`);
  },
});
const durationS = (performance.now() - startMs) / 1000;
const atOnce = agent.isRunning ? await agent.memory() : null;
await settle();
const after = agent.isRunning ? await agent.memory() : null;
const isHealthy = agent.isRunning && (await agent.isHealthy());
const crashes = agent.isRunning ? 0 : 1;
const { unhandled, errors } = agent;
const exitCode = await agent.stop();

console.log(
  `\nSeed ${seed}: ${tally.inputCount} inputs in ${tally.connections} connections, ${durationS.toFixed(0)} s`,
);
print('Inputs', tally.inputs);
print('Answers', tally.answers);
console.log(`\nCrashes: ${crashes}`);
console.log(`Unhandled rejections: ${unhandled.length}`);
console.log(`Errors in the log: ${errors.length}`);
console.log(`Flaws (500, 1011, hangs, too much told): ${tally.flaws.length}`);
console.log(`Healthy afterwards: ${isHealthy}; exit code when stopped: ${exitCode}`);
printMemory('just started', fresh);
printMemory(`after ${warmUp} inputs to warm up and ${settleS} s`, before);
printMemory('after the last input', atOnce);
printMemory(`${settleS} s later`, after);
for (const wrong of [...tally.flaws, ...unhandled, ...errors]) console.log(wrong);

const isBack =
  after !== null &&
  after.heapUsed <= before.heapUsed * MAX_GROWTH &&
  residentOf(after) <= residentOf(before) * MAX_GROWTH;
console.log(`Memory back to +10 %: ${isBack ? 'yes' : 'no'}`);
const isFine = isHealthy && isBack && tally.flaws.length + unhandled.length + errors.length === 0;
process.exit(isFine ? 0 : 1);

/** The agent forgets addresses of wrong tokens after a minute. */
function settle(): Promise<void> {
  return sleep((settleS ?? 0) * 1000);
}

/** Without the ring, which grows for the first fifteen minutes of an agent. */
function residentOf({ rss, arrayBuffers }: Memory): number {
  return rss - arrayBuffers;
}

function print(title: string, counts: Tally['inputs']): void {
  console.log(`\n${title}\n`);
  for (const [name, times] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${String(times).padStart(10)}  ${name}`);
  }
}

function printMemory(when: string, memory: Memory | null): void {
  if (memory === null) return;
  const [rss, heap, buffers] = [memory.rss, memory.heapUsed, memory.arrayBuffers].map((bytes) =>
    (bytes / 1024 / 1024).toFixed(1),
  );
  console.log(`Memory ${when}: ${rss} MB resident, ${heap} MB heap, ${buffers} MB buffers (samples)`);
}
