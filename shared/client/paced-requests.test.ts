import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { decodeClientMessage } from '../protocol/codec.ts';
import { PacedRequests } from './paced-requests.ts';

const clock: Clock = {
  now: () => performance.now(),
  schedule: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
let sent: string[];
let requests: PacedRequests;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  requests = new PacedRequests(clock, (text) => sent.push(text));
});

afterEach(() => {
  vi.useRealTimers();
});

const unsubscribe = (sub: string) => requests.add({ action: 'unsubscribe', sub });
const add = (count: number, padding = ''): void => {
  for (let i = 0; i < count; i += 1) unsubscribe(`${i}${padding}`);
};
/** The `sub` of each subscription, by frame. */
const subs = (): string[][] =>
  sent.map((text) => [...text.matchAll(/"sub":"(\d+)/g)].map(([, sub = '']) => sub));

it('sends a few requests one by one, at once', () => {
  add(30);
  expect(sent).toHaveLength(30);
  expect(sent[0]).toBe('{"action":"unsubscribe","sub":"0"}');
});

it('sends more in batches of 64 and 5,000 characters, five per second and in order', () => {
  add(200, 'x'.repeat(20));
  expect(sent).toHaveLength(30);
  vi.advanceTimersByTime(199);
  expect(sent).toHaveLength(30);
  vi.advanceTimersByTime(1);
  expect(sent).toHaveLength(31);
  vi.advanceTimersByTime(1000);
  expect(subs().flat()).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
  expect(Math.max(...subs().map(({ length }) => length))).toBe(64);
  expect(Math.max(...sent.map(({ length }) => length))).toBeLessThan(6000);
  for (const text of sent) expect(() => decodeClientMessage(text)).not.toThrow();
  expect(vi.getTimerCount()).toBe(0);
});

it('sends at once again after a while', () => {
  add(30);
  vi.advanceTimersByTime(400);
  add(3);
  expect(sent).toHaveLength(32);
});

it('sends nothing and leaves no timer after the connection has ended', () => {
  add(50);
  requests.stop();
  vi.advanceTimersByTime(1000);
  expect(sent).toHaveLength(30);
  expect(vi.getTimerCount()).toBe(0);
});
