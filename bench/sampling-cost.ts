/**
 * What does a sample cost? The five basic subjects (processors, memory, network, disks, load) as the agent's collectors read them,
 * beside a bare loop that reads and cuts up the same five files, and beside the same subjects from systeminformation. Then every
 * collector of this host alone: processor time of a read, and how long it keeps the event loop.
 *
 *   npx tsx bench/sampling-cost.ts [--rounds 10] [--samples 45]
 *
 * Linux only, as root (control groups count the children of systeminformation). No build is needed: it makes its own.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { printConditions } from './measure/conditions.ts';
import { CpuGroup } from './measure/cpu-group.ts';
import { median, quantile } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';
import { bundle } from './processes/bundle.ts';
import { Worker } from './processes/worker.ts';
import type { CollectorReads, CollectorsCommands } from './sampling/collectors-process.ts';
import type { SamplerCommands } from './sampling/sampler-process.ts';
import type { SamplerName } from './sampling/subjects.ts';

const HOT_MS = 400;
const WAYS: readonly SamplerName[] = ['nothing', 'floor', 'agent', 'systeminformation'];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    /** At 1 Hz, of each kind. */
    samples: { type: 'string', default: '45' },
  },
});
const rounds = Number(values.rounds);
const samples = Number(values.samples);

printConditions();
await basicSubjects();
await everyCollector();
process.exit(0);

interface Way {
  readonly name: SamplerName;
  readonly group: CpuGroup;
  readonly worker: Worker<SamplerCommands>;
}

async function basicSubjects(): Promise<void> {
  const script = await bundle('sampling/sampler-process.ts');
  const ways = WAYS.map((name) => begin(name, script));
  const [, floor, agent] = ways;
  if (floor === undefined || agent === undefined) throw new TypeError('A way is missing');

  const hot: [floorUs: number, agentUs: number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    hot.push([await floor.worker.ask('hot', HOT_MS), await agent.worker.ask('hot', HOT_MS)]);
  }
  printTable(`The basic subjects in a hot loop, ${rounds} rounds of ${HOT_MS} ms each`, [
    { way: 'bare read and cut', 'CPU µs': microseconds(hot.map(([floorUs]) => floorUs)) },
    { way: 'collectors', 'CPU µs': microseconds(hot.map(([, agentUs]) => agentUs)) },
  ]);
  const hotRatio = median(hot.map(([floorUs, agentUs]) => agentUs / floorUs));
  console.log(`\n- Hot, collectors: ${verdict(hotRatio, 2, '× the bare read')}`);

  for (const intervalMs of [1000, 100]) {
    await onTheClock(
      ways.filter(({ name }) => intervalMs === 1000 || name !== 'systeminformation'),
      intervalMs,
    );
  }
  for (const { group } of ways) group.close();
}

function begin(name: SamplerName, script: string): Way {
  const group = new CpuGroup(name);
  const child = group.spawn(process.execPath, [script, name], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return { name, group, worker: new Worker<SamplerCommands>(child) };
}

/** All ways at the same time, each at a phase of its own, so that whatever else the machine does hits all alike. */
async function onTheClock(ways: readonly Way[], intervalMs: number): Promise<void> {
  const phaseMs = intervalMs / WAYS.length;
  const before = ways.map(({ group }) => group.cpuMs());
  const costs = await Promise.all(
    ways.map(({ worker }, index) =>
      worker.ask('paced', { intervalMs, count: samples, phaseMs: index * phaseMs }),
    ),
  );
  const groupUs = ways.map(({ group }, index) => ((group.cpuMs() - (before[index] ?? 0)) * 1000) / samples);
  const nothingUs = groupUs[0] ?? Number.NaN;
  printTable(
    `The basic subjects each ${intervalMs} ms, ${samples} samples`,
    ways.map(({ name }, index) => ({
      way: name,
      'process: CPU µs of a sample, median (p10 to p90)': microseconds(costs[index] ?? []),
      'process with children: CPU µs per interval': (groupUs[index] ?? Number.NaN).toFixed(0),
      'of that beyond doing nothing': ((groupUs[index] ?? Number.NaN) - nothingUs).toFixed(0),
    })),
  );
  const [, floorUs, agentUs] = costs.map((each) => median(each));
  const ratio = (agentUs ?? Number.NaN) / (floorUs ?? Number.NaN);
  console.log(`\n- Each ${intervalMs} ms, collectors: ${verdict(ratio, 2, '× the bare read')}`);
  const others = groupUs[ways.findIndex(({ name }) => name === 'systeminformation')];
  if (others === undefined) return;
  // Its children are seen from outside only; a sample of the collectors is lost there among what Node does anyway.
  const times = (others - nothingUs) / (agentUs ?? Number.NaN);
  const isMet = times >= 100 ? 'met' : 'MISSED';
  console.log(
    `- Each ${intervalMs} ms, systeminformation with its children: ${times.toFixed(0)} × the collectors, target at least 100 ×: ${isMet}`,
  );
}

async function everyCollector(): Promise<void> {
  const script = await bundle('sampling/collectors-process.ts');
  const group = new CpuGroup('collectors');
  const child = group.spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const worker = new Worker<CollectorsCommands>(child);
  const stride = { forMs: HOT_MS * 2, intervalMs: 1000 };
  const hotCpu = await worker.ask('hot', { ...stride, measure: 'cpu' });
  const hotStretch = await worker.ask('hot', { ...stride, measure: 'stretch' });
  const slowCpu = await worker.ask('paced', { measure: 'cpu', count: samples, intervalMs: 1000 });
  const slowStretch = await worker.ask('paced', { measure: 'stretch', count: samples, intervalMs: 1000 });
  const fastCpu = await worker.ask('paced', { measure: 'cpu', count: samples * 4, intervalMs: 100 });
  const fastStretch = await worker.ask('paced', { measure: 'stretch', count: samples * 4, intervalMs: 100 });
  const ended = once(child, 'exit');
  group.close();
  await ended;

  const row = (subject: string, index: number): Record<string, string> => ({
    collector: subject,
    metrics: String(slowCpu[index]?.metrics),
    'CPU µs of a read: hot': mean(hotCpu[index]),
    '1 Hz': mean(slowCpu[index]),
    '10 Hz': mean(fastCpu[index]),
    'longest stretch µs, p50 / p99: hot': stretch(hotStretch[index]),
    'at 1 Hz, p50 / max': stretch(slowStretch[index], 1),
    'at 10 Hz, p50 / p99': stretch(fastStretch[index]),
  });
  printTable(
    `Each collector alone; means over reads, so that what is read each 10 s counts a tenth at 1 Hz (${samples} reads at 1 Hz, ${samples * 4} at 10 Hz)`,
    [
      ...slowCpu.map(({ subject }, index) => row(subject, index)),
      {
        collector: 'all',
        metrics: String(slowCpu.reduce((sum, { metrics }) => sum + metrics, 0)),
        'CPU µs of a read: hot': total(hotCpu),
        '1 Hz': total(slowCpu),
        '10 Hz': total(fastCpu),
      },
    ],
  );
  console.log('');
  const worst = Math.max(...fastStretch.map(({ costsUs }) => quantile(costsUs, 0.99)));
  console.log(`- At 10 Hz, p99 of the longest stretch, worst collector: ${verdict(worst / 1000, 1, 'ms')}`);
}

function mean(reads: CollectorReads | undefined): string {
  return meanOf(reads).toFixed(0);
}

function total(all: readonly CollectorReads[]): string {
  return all.reduce((sum, reads) => sum + meanOf(reads), 0).toFixed(0);
}

function meanOf(reads: CollectorReads | undefined): number {
  if (reads === undefined) return Number.NaN;
  return reads.costsUs.reduce((sum, us) => sum + us, 0) / reads.costsUs.length;
}

function stretch(reads: CollectorReads | undefined, q = 0.99): string {
  const { costsUs } = reads ?? { costsUs: [] };
  return `${quantile(costsUs, 0.5).toFixed(0)} / ${quantile(costsUs, q).toFixed(0)}`;
}

function microseconds(costs: readonly number[]): string {
  return `${median(costs).toFixed(0)} (${quantile(costs, 0.1).toFixed(0)} to ${quantile(costs, 0.9).toFixed(0)})`;
}
