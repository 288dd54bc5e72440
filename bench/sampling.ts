/**
 * What does a sample cost? The five basic subjects (processors, memory, network, disks, load) as the agent's collectors read them,
 * beside a bare loop that reads and cuts up the same five files, and beside the same subjects from systeminformation. Then each
 * collector of this host alone.
 *
 *   npx tsx bench/sampling.ts [--rounds 10] [--samples 45] [--before FOLDER]
 *
 * `--samples` are those at 1 Hz; `--before` adds the collectors of another checkout. Linux only, as root (a control group counts the
 * children of systeminformation). Builds what it needs.
 */
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { ControlGroup, TREE_V2 } from './harness/control-group.ts';
import { bundleProgram } from './harness/pages.ts';
import { mean, median, quantile, Rounds } from './harness/statistics.ts';
import { Worker } from './harness/worker.ts';
import type { SamplingMode, SamplerCommands } from './sampling/sampler-process.ts';

const { rounds, samples, before } = begin({ rounds: 10, samples: 45, before: '' });
const HOT = { hotMs: 400 };
const [NOTHING, FLOOR, AGENT, OTHER, BEFORE] = [
  'nothing',
  'floor',
  'agent',
  'systeminformation',
  'agent, before',
];
const AGENTS = before === '' ? [AGENT] : [AGENT, BEFORE];

const script = await bundleProgram('sampling/sampler-process.ts');
const scriptBefore = before === '' ? '' : await bundleProgram('sampling/sampler-process.ts', before);
const ways = new Map([NOTHING, FLOOR, ...AGENTS, OTHER].map((name) => [name, startWay(name)]));
const hot = await Rounds.run([FLOOR, ...AGENTS], rounds, async (name) => mean(await costsOf(name, HOT)));
const slow = await onTheClock([NOTHING, FLOOR, ...AGENTS, OTHER], 1000);
const fast = await onTheClock([NOTHING, FLOOR, ...AGENTS], 100);

printTable(
  `The basic subjects: CPU µs of a sample; hot ${rounds} rounds of ${HOT.hotMs} ms, else ${samples} samples`,
  [NOTHING, FLOOR, ...AGENTS, OTHER].map((name) => ({
    way: name,
    hot: whole(hot.median(name, Number)),
    'at 1 Hz: median (p10 to p90)': spread(slow.get(name)?.costsUs),
    'at 10 Hz': spread(fast.get(name)?.costsUs),
    'at 1 Hz with children, beyond nothing': beyondNothing(name).toFixed(0),
  })),
);
console.log('');
const ratio = (found: typeof slow): number =>
  median(found.get(AGENT)?.costsUs ?? []) / median(found.get(FLOOR)?.costsUs ?? []);
printVerdict('collectors, hot', hot.ratio(AGENT, FLOOR, Number), 2, '× the bare read');
printVerdict('collectors, 1 Hz', ratio(slow), 2, '× the bare read');
printVerdict('collectors, 10 Hz', ratio(fast), 2, '× the bare read');
if (before !== '') printVerdict('collectors, hot', hot.ratio(AGENT, BEFORE, Number), 1, '× before');
// Its children are seen from outside only, where a sample of the collectors is lost among what Node does anyway.
const times = beyondNothing(OTHER) / median(slow.get(AGENT)?.costsUs ?? []);
console.log(
  `- systeminformation with its children, 1 Hz: ${times.toFixed(0)} × the collectors, target at least 100`,
);
await everyCollector();
process.exit(0);

interface Way {
  readonly group: ControlGroup;
  readonly worker: Worker<SamplerCommands>;
}

function startWay(name: string): Way {
  const id = `${process.pid}-${name.replaceAll(/\W+/g, '-')}`;
  const group = new ControlGroup(`/metrics-panel-bench-${id}`, [TREE_V2]);
  const [program, way] = name === BEFORE ? [scriptBefore, AGENT] : [script, name];
  return { group, worker: new Worker<SamplerCommands>(program, [way], group) };
}

async function costsOf(name: string, mode: SamplingMode): Promise<readonly number[]> {
  const [only] = (await ways.get(name)?.worker.ask('sample', mode)) ?? [];
  return only?.costsUs ?? [];
}

/** All ways at the same time, each at a phase of its own, so that what else the machine does disturbs all alike. */
async function onTheClock(
  names: readonly string[],
  intervalMs: number,
): Promise<ReadonlyMap<string, { readonly costsUs: readonly number[]; readonly groupUs: number }>> {
  const found = names.map(async (name, index) => {
    const phaseMs = (index * intervalMs) / names.length;
    const beforeMs = ways.get(name)?.group.cpuMs ?? Number.NaN;
    const costsUs = await costsOf(name, { intervalMs, count: samples, phaseMs });
    const groupMs = (ways.get(name)?.group.cpuMs ?? Number.NaN) - beforeMs;
    return [name, { costsUs, groupUs: (groupMs * 1000) / samples }] as const;
  });
  return new Map(await Promise.all(found));
}

function beyondNothing(name: string): number {
  return (slow.get(name)?.groupUs ?? Number.NaN) - (slow.get(NOTHING)?.groupUs ?? Number.NaN);
}

function whole(value: number): string {
  return Number.isNaN(value) ? '' : value.toFixed(0);
}

function spread(costs: readonly number[] = []): string {
  if (costs.length === 0) return '';
  return `${median(costs).toFixed(0)} (${quantile(costs, 0.1).toFixed(0)} to ${quantile(costs, 0.9).toFixed(0)})`;
}

async function everyCollector(): Promise<void> {
  const worker = new Worker<SamplerCommands>(script, ['each'], {});
  const atHot = await worker.ask('sample', HOT);
  const at1Hz = await worker.ask('sample', { intervalMs: 1000, count: samples, phaseMs: 0 });
  const at10Hz = await worker.ask('sample', { intervalMs: 100, count: samples * 4, phaseMs: 0 });
  const means = (all: readonly { readonly costsUs: readonly number[] }[]): number[] =>
    all.map(({ costsUs }) => mean(costsUs));
  const table = [means(atHot), means(at1Hz), means(at10Hz)];
  const row = (collector: string, metrics: number, costs: readonly (number | undefined)[]) => ({
    collector,
    metrics: String(metrics),
    ...Object.fromEntries(
      ['hot', '1 Hz', '10 Hz'].map((when, index) => [when, costs[index]?.toFixed(0) ?? '']),
    ),
    'p99 at 10 Hz': whole(quantile(at10Hz.find(({ name }) => name === collector)?.costsUs ?? [], 0.99)),
  });
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  printTable('Each collector alone: mean CPU µs of a read; what is read each 10 s counts a tenth at 1 Hz', [
    ...at1Hz.map(({ name, metrics }, index) =>
      row(
        name,
        metrics,
        table.map((column) => column[index]),
      ),
    ),
    row('all', sum(at1Hz.map(({ metrics }) => metrics)), table.map(sum)),
  ]);
}
