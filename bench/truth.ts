/**
 * Does the agent tell the truth? Runs the real agent, follows all of it as a client, puts real load on this machine, and compares every
 * metric with what others see over the same time: `/proc`, `/sys` and control groups read by hand with each sample, and those of
 * `vmstat`, `mpstat`, `iostat`, `ss`, `df`, `ip` and `ps` that are installed.
 *
 *   npm run build && npx tsx bench/truth.ts [--all]      # about two minutes; Linux; root for the control groups
 *
 * `--all` prints a line for each metric beside the one for each subject. Means are those of the whole run, which begins and ends at
 * rest. Both sides read some milliseconds apart, so a single second says less than the mean.
 */
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sample } from '../shared/client/client-subscription.ts';
import { Follower, startAgent } from './harness/agent.ts';
import { begin } from './harness/bench.ts';
import { ControlGroup, TREES_V1 } from './harness/control-group.ts';
import { readHost, readProcess } from './truth/by-hand.ts';
import type { Row } from './truth/comparison.ts';
import { canMakeGroups, countTransfers, readContainer, readLimits } from './truth/control-groups.ts';
import { HOST_LOADS, Loads } from './truth/loads.ts';
import { addReading, emptyReading, type Reading } from './truth/reading.ts';
import { report } from './truth/report.ts';
import { askTools, startWatchers } from './truth/tools.ts';

const { all } = begin({ all: false });
const hasGroups = canMakeGroups();
const BURNER = 'a process busy for 30 % of the time';
const TABLE_METRICS = [
  { name: `processes: CPU of ${BURNER}`, unit: 'percent' },
  { name: `processes: memory of ${BURNER}`, unit: 'bytes' },
];

await compareHost();
if (hasGroups) await compareLimits();
else console.log('\nNot root, or no control groups of version 1: limits and containers are left out.');
process.exit(0);

async function compareHost(): Promise<void> {
  const loads = new Loads();
  const containers = hasGroups ? ['b', 'c'].map(containerOf) : [];
  const [burners, readers] = containers;
  readers?.group.set('memory', 'memory.limit_in_bytes', 64 * 2 ** 20);
  if (readers !== undefined) countTransfers(readers.group, tmpdir());
  const burner = loads.script('part-time-burner.ts', burners?.group.shell);
  const burnerPid = burner.pid ?? Number.NaN;
  await wait(1000);
  const agent = await startAgent({ flags: [] });
  // The first frame comes with everything that the agent says of itself.
  const follower = await Follower.start(agent.url);
  const rows: Row[] = [];
  const asked: Promise<void>[] = [];
  let table = emptyReading();
  let cells: [string, number | null][] = [];
  follower.onTable = ({ rows: processes }) => {
    table = readProcess(burnerPid, BURNER);
    const own = processes.find(([pid]) => pid === burnerPid) ?? [];
    cells = TABLE_METRICS.map(({ name }, index) => [name, own[index + 2] as number | null]);
  };
  let bytesBefore = follower.bytes;
  follower.onSample = (sample) => {
    const byHand = readHost(agent.pid);
    addReading(byHand, table);
    for (const { group, part } of containers) addReading(byHand, readContainer(group, part));
    byHand.rates.set('agent.sent', [bytesBefore, performance.now() / 1000]);
    byHand.gauges.set('agent.sessions', 1);
    bytesBefore = follower.bytes;
    const others = new Map<string, Reading>();
    if (burners !== undefined) others.set('schedstat', alone(burnerPid, burners.part));
    const values = new Map([...valuesOf(follower, sample), ...cells]);
    rows.push({ timestampMs: sample.timestampMs, values, byHand, others });
    asked.push(ask(others));
    table = emptyReading();
    cells = [];
  };
  await nextSample(follower);
  const watchers = startWatchers();
  for (const { title, run } of HOST_LOADS) {
    console.error(`${new Date().toISOString()} ${title}`);
    await run(loads, readers?.group.shell ?? '');
  }
  await nextSample(follower);
  follower.onSample = () => {};
  // They tell of the last second too then.
  await wait(500);
  const means = await watchers.finish();
  await Promise.all(asked);
  const metrics = [...follower.series, ...TABLE_METRICS];
  const unchecked = report(`The host, ${rows.length - 1} samples of 1 s`, metrics, rows, { means, all });
  console.log(`\nNobody else knows: ${unchecked.join(', ')}`);
  follower.stop();
  await agent.stop();
  loads.end();
  for (const { group } of containers) group.remove();
}

/** In a group with 256 MB, half a processor and 200 processes: the agent, a process that is always busy, and one that takes too much. */
async function compareLimits(): Promise<void> {
  const loads = new Loads();
  const group = new ControlGroup('/metrics-panel-truth', TREES_V1);
  group.set('memory', 'memory.limit_in_bytes', 256 * 2 ** 20);
  group.set('cpu', 'cpu.cfs_period_us', 100_000);
  group.set('cpu', 'cpu.cfs_quota_us', 50_000);
  group.set('pids', 'pids.max', 200);
  const agent = await startAgent({ flags: [], shell: group.shell });
  const follower = await Follower.start(agent.url);
  const rows: Row[] = [];
  follower.onSample = (sample) => {
    const values = valuesOf(follower, sample);
    rows.push({ timestampMs: sample.timestampMs, values, byHand: readLimits(group), others: new Map() });
  };
  await wait(3000);
  await loads.for(8, 'while :; do :; done', group.shell);
  await loads.for(4, 'sleep 9 & sleep 9 & sleep 9', group.shell);
  const greedy = loads.start('echo 1000 > /proc/self/oom_score_adj; exec tail /dev/zero', group.shell);
  if (greedy.exitCode === null && greedy.signalCode === null) await once(greedy, 'exit');
  await wait(3000);
  follower.onSample = () => {};
  const metrics = follower.series.filter(({ name }) => name.startsWith('limit.'));
  report(`An agent with limits, ${rows.length - 1} samples of 1 s`, metrics, rows, { all });
  follower.stop();
  await agent.stop();
  loads.end();
  group.remove();
}

/** Its id is one hexadecimal digit, 64 times; the agent names it by the first 12 of them. */
function containerOf(digit: string): { readonly group: ControlGroup; readonly part: string } {
  return { group: new ControlGroup(`/docker/${digit.repeat(64)}`, TREES_V1), part: digit.repeat(12) };
}

function valuesOf({ series }: Follower, { values }: Sample): Map<string, number | null> {
  return new Map(series.map(({ name }, index) => [name, values[index] ?? null]));
}

/** The only process of a container: the scheduler's account of it is another way to the same value. */
function alone(pid: number, container: string): Reading {
  const reading = emptyReading();
  for (const rate of readProcess(pid, '').rates.values())
    reading.rates.set(`container.${container}.cpu`, rate);
  return reading;
}

async function ask(others: Map<string, Reading>): Promise<void> {
  for (const [tool, reading] of await askTools()) others.set(tool, reading);
}

async function nextSample(follower: Follower): Promise<void> {
  const before = follower.samples;
  while (follower.samples === before) await wait(5);
}
