import { beforeEach, describe, expect, it } from 'vitest';
import { MessageBudget } from './message-budget.ts';

let nowMs: number;
let budget: MessageBudget;

beforeEach(() => {
  nowMs = 1000;
  budget = new MessageBudget({ now: () => nowMs });
});

const spend = (count: number): number[] => Array.from({ length: count }, () => budget.spend());

describe('a client', () => {
  it('may send 40 messages at once, then 10 per second', () => {
    expect(spend(40)).toEqual(Array(40).fill(0));
    expect(budget.spend()).toBe(100);
    nowMs += 60;
    expect(budget.spend()).toBe(40);
    nowMs += 40;
    expect(budget.spend()).toBe(0);
    nowMs += 1000;
    expect(spend(11)).toEqual([...Array(10).fill(0), 100]);
  });

  it('may send 10 per second indefinitely', () => {
    for (let second = 0; second < 100; second += 1) {
      expect(spend(10)).toEqual(Array(10).fill(0));
      nowMs += 1000;
    }
    expect(budget.isExhausted).toBe(false);
  });

  it('is cut off after exceeding its budget three times, unless it was quiet in between', () => {
    spend(42);
    expect(budget.isExhausted).toBe(false);
    nowMs += 4000;
    spend(42);
    expect(budget.isExhausted).toBe(false);
    spend(1);
    expect(budget.isExhausted).toBe(true);
  });

  it('may send four bad messages in a minute, but not five', () => {
    expect([1, 2, 3, 4].map(() => budget.countBad())).toEqual([false, false, false, false]);
    nowMs += 60_000;
    expect([1, 2, 3, 4].map(() => budget.countBad())).toEqual([false, false, false, false]);
    nowMs += 59_999;
    expect(budget.countBad()).toBe(true);
  });
});
