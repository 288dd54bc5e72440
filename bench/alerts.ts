/**
 * What do alert rules cost? 50 rules, the shipped ones among them, evaluated on each sample of a host: of 123 metrics as a small host has them, and
 * of 2,000 with 300 containers, where a fifth of the rules matches each of them. Beside a bare loop that compares the same values with one number
 * each, and beside rules that look for their metrics with each sample.
 *
 *   npx tsx bench/alerts.ts [--rounds 10] [--samples 1000]
 */
import { matchesGlob, type MetricDescriptor } from '../shared/protocol/catalogue.ts';
import type { AlertRule, Condition, Reading } from '../agent/alerts/alert-rule.ts';
import { DEFAULT_RULES } from '../agent/alerts/default-rules.ts';
import { AlertEngine } from '../agent/alerts/engine/alert-engine.ts';
import { HostRegistry } from '../agent/hosts/host-registry.ts';
import { LocalHost } from '../agent/hosts/local-host.ts';
import { everyMetric } from '../agent/sampling/every-metric.ts';
import type { SequencedSample } from '../agent/store/sample-store.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { Rounds } from './harness/statistics.ts';

const { rounds, samples } = begin({ rounds: 10, samples: 1000 });
const TARGET_MS = 0.1;
/** Samples whose values are taken again and again. */
const DIFFERENT = 64;
const MINUTE_MS = 60_000;

type Tick = () => void;
interface Way {
  readonly tick: Tick;
  readonly pairs: number;
}

const RULES = fiftyRules();
const SMALL = catalogueOf(123, 0);
const LARGE = catalogueOf(2000, 300);
const ways = new Map<string, Way>();
for (const [name, catalogue] of [
  ['123', SMALL],
  ['2,000', LARGE],
] as const) {
  const values = valuesOf(catalogue);
  ways.set(`${name}: 50 rules`, evaluate(catalogue, values));
  ways.set(`${name}: bare comparisons`, compare(catalogue, values));
  ways.set(`${name}: looking for metrics each time`, lookAndCompare(catalogue, values));
}

// Code that has run a thousand times is what an agent runs.
for (const { tick } of ways.values()) for (let count = 0; count < 1000; count += 1) tick();
const found = await Rounds.run([...ways.keys()], rounds, (name) => {
  const tick = ways.get(name)?.tick;
  const before = process.cpuUsage();
  for (let count = 0; count < samples; count += 1) tick?.();
  const { user, system } = process.cpuUsage(before);
  return Promise.resolve((user + system) / samples);
});
printTable(
  `CPU µs of a sample, median of ${rounds} rounds of ${samples} samples`,
  [...ways].map(([way, { pairs }]) => ({
    way,
    'rules × series': String(pairs),
    µs: found.median(way, Number).toFixed(1),
  })),
);
console.log('');
for (const name of ['123', '2,000']) {
  printVerdict(`50 rules, ${name} series`, found.median(`${name}: 50 rules`, Number) / 1000, TARGET_MS, 'ms');
  const ratio = found.ratio(`${name}: 50 rules`, `${name}: bare comparisons`, Number);
  console.log(`- 50 rules, ${name} series: ${ratio.toFixed(1)} × bare comparisons`);
}

function fiftyRules(): AlertRule[] {
  const threshold = (reading: Reading): Condition => ({
    kind: 'threshold',
    reading,
    direction: 'above',
    threshold: 101,
    clear: 96,
  });
  const own = (name: string, metrics: readonly string[], condition: Condition): AlertRule => ({
    name,
    title: name,
    severity: 'warning',
    hosts: ['*'],
    metrics,
    condition,
    forMs: MINUTE_MS,
    keepForMs: MINUTE_MS,
    noDataForMs: null,
    channels: null,
    repeatMs: 0,
    repeatAtMost: 0,
  });
  const names = catalogueOf(123, 0).map(({ name }) => name);
  const mean = { kind: 'mean', windowMs: 5 * MINUTE_MS } as const;
  return [
    ...DEFAULT_RULES,
    ...names.slice(0, 15).map((name) => own(`value of ${name}`, [name], threshold({ kind: 'value' }))),
    ...names.slice(15, 30).map((name) => own(`mean of ${name}`, [name], threshold(mean))),
    ...['cpu', 'memory', 'pids', 'read', 'write'].flatMap((part) => [
      own(`value of each ${part}`, [`container.*.${part}`], threshold({ kind: 'value' })),
      own(`mean of each ${part}`, [`container.*.${part}`], threshold(mean)),
    ]),
  ].slice(0, 50);
}

function catalogueOf(count: number, containers: number): MetricDescriptor[] {
  const subjects = ['cpu', 'memory', 'network', 'disks', 'filesystems', 'containers'];
  const all = everyMetric('linux', 'one', 'one', subjects);
  const isContainer = ({ name }: MetricDescriptor): boolean => name.startsWith('container.');
  const ofContainers = Array.from({ length: containers }, (_none, index) =>
    all.filter(isContainer).map((metric) => ({ ...metric, name: metric.name.replace('one', `c${index}`) })),
  ).flat();
  return [
    ...all.slice(0, containers === 0 ? count : Math.max(0, count - ofContainers.length)),
    ...ofContainers,
  ].slice(0, count);
}

function valuesOf(catalogue: readonly MetricDescriptor[]): number[][] {
  return Array.from({ length: DIFFERENT }, (_none, at) =>
    catalogue.map((_metric, index) => 40 + 30 * Math.sin(at / 10 + index)),
  );
}

function evaluate(catalogue: readonly MetricDescriptor[], values: readonly number[][]): Way {
  const host = new LocalHost({ host: { id: 'a', label: 'a', facts: {} }, catalogue, intervalMs: 1000 });
  let seconds = 0;
  const clock = { now: () => seconds * 1000, wallNow: () => 1_700_000_000_000 + seconds * 1000 };
  const engine = new AlertEngine({ hosts: new HostRegistry([host]), clock });
  engine.setRules(RULES);
  const tick = (): void => {
    seconds += 1;
    const sample: SequencedSample = {
      epoch: host.epoch,
      seq: seconds,
      timestampMs: clock.wallNow(),
      gridIndex: seconds * 10,
      values: values[seconds % DIFFERENT] ?? [],
    };
    engine.accept(host, sample);
    // A sink takes what has changed every few seconds.
    if (seconds % 10 !== 0) return;
    engine.takeChanges();
    engine.takeUpdates();
    engine.takeProgress();
  };
  return { tick, pairs: pairsOf(catalogue).length };
}

function compare(catalogue: readonly MetricDescriptor[], values: readonly number[][]): Way {
  const pairs = pairsOf(catalogue);
  let at = 0;
  let beyond = 0;
  const tick = (): void => {
    at += 1;
    const row = values[at % DIFFERENT] ?? [];
    for (const index of pairs) if ((row[index] ?? 0) > 101) beyond += 1;
    if (beyond > 0) throw new Error('no value is so large');
  };
  return { tick, pairs: pairs.length };
}

function lookAndCompare(catalogue: readonly MetricDescriptor[], values: readonly number[][]): Way {
  let at = 0;
  let beyond = 0;
  const tick = (): void => {
    at += 1;
    const row = values[at % DIFFERENT] ?? [];
    for (const index of pairsOf(catalogue)) if ((row[index] ?? 0) > 101) beyond += 1;
    if (beyond > 0) throw new Error('no value is so large');
  };
  return { tick, pairs: pairsOf(catalogue).length };
}

/** Index of the series of each match of a rule. */
function pairsOf(catalogue: readonly MetricDescriptor[]): number[] {
  return RULES.flatMap(({ metrics }) =>
    catalogue.flatMap(({ name }, index) => (metrics.some((glob) => matchesGlob(glob, name)) ? [index] : [])),
  );
}
