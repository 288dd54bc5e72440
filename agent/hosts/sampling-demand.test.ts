import { beforeEach, expect, it } from 'vitest';
import { metric } from '../testing/fake-collector.ts';
import { followedMetrics } from './followed-metrics.ts';
import { SamplingDemand } from './sampling-demand.ts';

let demand: SamplingDemand;
let strides: number[];

beforeEach(() => {
  demand = new SamplingDemand(10);
  strides = [];
  demand.onChange(() => strides.push(demand.stride));
});

const add = (stride: number, patterns?: readonly string[], more = {}): (() => void) => {
  const metrics = patterns && followedMetrics(patterns);
  const added = { stride, tables: false, metrics, ...more };
  demand.add(added);
  return () => demand.remove(added);
};
const strideOf = (...names: string[]): number => demand.paceOf({ metrics: names.map(metric) }).stride;
const TABLE = { name: 'rows', label: 'Rows', group: 'Rows', columns: [], help: 'Rows.', source: 'test' };

it('the stride is the smallest demanded one if it divides the others', () => {
  const leave = [5, 1, 2].map((units) => add(units));
  expect(strides).toEqual([5, 1, 1]);
  leave[1]?.();
  expect(demand.stride).toBe(1);
  leave[0]?.();
  expect(demand.stride).toBe(2);
  leave[2]?.();
  expect(demand.stride).toBe(10);
});

it("the stride meets every demand and the agent's own interval", () => {
  const leave = add(4);
  expect(demand.stride).toBe(2);
  add(3);
  expect(demand.stride).toBe(1);
  leave();
  expect(demand.stride).toBe(1);
});

it('slower demands change nothing, nor does the second of two equal demands', () => {
  for (const units of [10, 20, 600]) add(units)();
  const first = add(5, ['cpu']);
  const second = add(5, ['cpu']);
  first();
  expect(strides).toEqual([5]);
  second();
  expect(strides).toEqual([5, 10]);
});

it('what only slower followers want keeps their pace, and the rest that of the agent', () => {
  add(1, ['cpu', 'cpu.*']);
  add(2, ['network.*']);
  expect(demand.stride).toBe(1);
  expect([strideOf('cpu'), strideOf('network.lo.receive', 'other'), strideOf('disk.sda')]).toEqual([
    1, 2, 10,
  ]);
});

it('a pace meets all who follow it, however their intervals fit together', () => {
  const leave = add(4, ['disk.*']);
  expect(strideOf('disk.sda')).toBe(2);
  add(3, ['disk.sda']);
  expect([strideOf('disk.sda'), strideOf('disk.sdb')]).toEqual([1, 2]);
  leave();
  expect(strideOf('disk.sdb')).toBe(10);
});

it('a glob follows what matches now, and a wish without metrics follows everything', () => {
  add(5, ['disk.*']);
  expect([strideOf(), strideOf('disk.new.read')]).toEqual([10, 5]);
  add(2);
  expect([strideOf('disk.new.read'), strideOf('cpu')]).toEqual([1, 2]);
});

it('whoever takes each sample has everything read for it, also at the pace that others ask for', () => {
  const leave = add(10, ['cpu'], { every: true });
  expect([demand.stride, strideOf('disk.sda')]).toEqual([10, 10]);
  add(1, ['cpu']);
  expect(strideOf('disk.sda')).toBe(1);
  leave();
  expect(strideOf('disk.sda')).toBe(10);
});

it('tells whether a table is followed, and reads it at the pace of its followers', () => {
  const pace = (): unknown => demand.paceOf({ metrics: [], table: TABLE });
  expect(pace()).toEqual({ stride: 10, isFollowed: false });
  const leave = [add(10, [], { tables: true }), add(5, ['cpu'], { tables: true })];
  expect(pace()).toEqual({ stride: 5, isFollowed: true });
  expect(strides).toEqual([10, 5]);
  leave[1]?.();
  expect(pace()).toEqual({ stride: 10, isFollowed: true });
  leave[0]?.();
  expect(pace()).toEqual({ stride: 10, isFollowed: false });
  expect(strides).toEqual([10, 5, 10, 10]);
});
