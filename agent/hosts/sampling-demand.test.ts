import { beforeEach, expect, it } from 'vitest';
import { SamplingDemand } from './sampling-demand.ts';

let demand: SamplingDemand;
let strides: number[];

beforeEach(() => {
  demand = new SamplingDemand(10);
  strides = [];
  demand.onChange((units) => strides.push(units));
});

it('the stride is the smallest demanded one if it divides the others', () => {
  const leave = [5, 1, 2].map((units) => demand.add(units));
  expect(strides).toEqual([5, 1]);
  leave[1]?.();
  expect(strides).toEqual([5, 1, 1].slice(0, 2));
  expect(demand.stride).toBe(1);
  leave[0]?.();
  expect(demand.stride).toBe(2);
  leave[2]?.();
  expect(demand.stride).toBe(10);
});

it("the stride meets every demand and the agent's own interval", () => {
  const leave = demand.add(4);
  expect(demand.stride).toBe(2);
  demand.add(3);
  expect(demand.stride).toBe(1);
  leave();
  expect(demand.stride).toBe(1);
});

it('slower demands change nothing, nor does the second of two equal demands', () => {
  for (const units of [10, 20, 600]) demand.add(units)();
  const first = demand.add(5);
  const second = demand.add(5);
  first();
  first();
  expect(strides).toEqual([5]);
  second();
  expect(strides).toEqual([5, 10]);
});
