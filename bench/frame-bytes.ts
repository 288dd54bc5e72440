/**
 * How long is a steady frame, and what does it cost to write one? The v1 frame of twelve series beside the same sample as JSON
 * with names (the plain profile's message, and the same with the timestamp that the v1 frame has), each as the agent writes it.
 *
 *   npx tsx bench/frame-bytes.ts [--rounds 15] [--samples 20000]
 *
 * Names are those of the catalogue, now and as it is planned; values move as a host's do. The ways take
 * turns; processor time of this process, medians.
 */
import { parseArgs } from 'node:util';
import type { MetricDescriptor } from '../shared/protocol/catalogue.ts';
import { encode } from '../shared/protocol/codec.ts';
import { EVERYTHING } from '../agent/auth/grant.ts';
import { Feed } from '../agent/hosts/feed.ts';
import { ScopeView } from '../agent/sessions/scope-view.ts';
import { printConditions } from './measure/conditions.ts';
import { median } from './measure/statistics.ts';
import { printTable, verdict } from './measure/table.ts';

const NAMES: readonly [name: string, unit: 'percent' | 'bytes' | 'bytes/s'][] = [
  ['cpu', 'percent'],
  ['cpu.core.0', 'percent'],
  ['cpu.core.1', 'percent'],
  ['memory', 'percent'],
  ['memory.used', 'bytes'],
  ['memory.available', 'bytes'],
  ['network.eth0.receivedBytesPerSecond', 'bytes/s'],
  ['network.eth0.sentBytesPerSecond', 'bytes/s'],
  ['disk.nvme0n1.readBytesPerSecond', 'bytes/s'],
  ['disk.nvme0n1.writtenBytesPerSecond', 'bytes/s'],
  ['filesystem.root.used', 'percent'],
  ['filesystem.home.used', 'percent'],
];

const START_MS = Date.parse('2026-11-23T00:00:00Z');
/** The agent has run for some hours. */
const FIRST_SEQ_DIGITS = 10_000;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, samples: { type: 'string', default: '20000' } },
});
const rounds = Number(values.rounds);
const samples = Number(values.samples);

printConditions();
const catalogue = NAMES.map(([name, unit]) => ({
  ...describe(name),
  unit: unit as MetricDescriptor['unit'],
}));
const feed = new Feed({ id: 'host', label: 'host', facts: {} }, catalogue, 1000);
const set = feed.require(['*'], new ScopeView(feed, EVERYTHING));
for (let index = 0; index < FIRST_SEQ_DIGITS + 1; index += 1) {
  feed.append({ timestampMs: START_MS + index * 1000, gridIndex: index * 10, values: sampleAt(index) });
}
const { head } = feed.ring;

const ways = {
  'v1 frame, as it is': () => {
    feed.encoder.clear();
    return feed.texts(feed.channel(set, 'default', 10), head, head - 1).join('');
  },
  'names, as the plain profile has them': () =>
    encode({ type: 'metrics', metrics: Object.fromEntries(named()) }),
  'names, sub, seq, prev and ts, as v1 without positions': () =>
    JSON.stringify({
      type: 'metrics',
      sub: 'default',
      seq: head,
      prev: head - 1,
      ts: feed.ring.timestampAt(head),
      metrics: Object.fromEntries(named()),
    }),
};
const costs = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
let characters = 0;
for (let round = -2; round < rounds; round += 1) {
  for (const [name, write] of Object.entries(ways)) {
    const before = process.cpuUsage();
    for (let sample = 0; sample < samples; sample += 1) characters += write().length;
    const { user, system } = process.cpuUsage(before);
    // The first two bring the code to its final form.
    if (round >= 0) costs.get(name)?.push((user + system) / samples);
  }
}
if (characters === 0) throw new Error('Nothing was written');

const rows = Object.entries(ways).map(([name, write]) => ({
  name,
  bytes: Buffer.byteLength(write()),
  us: median(costs.get(name) ?? []),
}));
const [v1, plain, whole] = rows;
if (v1 === undefined || plain === undefined || whole === undefined) throw new TypeError('A way is missing');
printTable(
  '12 series, one sample',
  rows.map(({ name, bytes, us }) => ({
    message: name,
    bytes: String(bytes),
    'v1 of it': `${(v1.bytes / bytes).toFixed(2)} ×`,
    'µs to write': us.toFixed(2),
    'v1 of that': `${(v1.us / us).toFixed(2)} ×`,
  })),
);
console.log(`\n${ways['v1 frame, as it is']()}\n${ways['names, as the plain profile has them']()}\n`);
const digits = JSON.stringify(named().map(([, value]) => value)).length;
console.log(`Of both, the values themselves with their commas: ${digits} bytes`);
for (const { name, bytes, us } of [plain, whole]) {
  console.log(`Beside "${name}": bytes ${verdict(v1.bytes / bytes, 1 / 3, '×')}`);
  console.log(`Beside "${name}": CPU ${verdict(v1.us / us, 1.1, '×')}`);
}

function named(): [string, number | null][] {
  return set.series.map(({ name }, index) => [name, feed.ring.valueAt(set.columns[index] ?? 0, head)]);
}

function describe(name: string): Omit<MetricDescriptor, 'unit'> {
  return { name, label: name, kind: 'gauge', group: name.split('.', 1)[0] ?? '', help: '', source: 'bench' };
}

/** Percentages with two decimals, bytes and rates as whole numbers. */
function sampleAt(index: number): number[] {
  return NAMES.map(([, unit], column) => {
    const wave = (Math.sin(index / 7 + column) + 1) / 2;
    if (unit === 'percent') return Math.round(wave * 9000) / 100;
    return Math.round(unit === 'bytes' ? 4e9 + wave * 8e9 : wave * 2_000_000);
  });
}
