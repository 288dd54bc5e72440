import { beforeEach, expect, it } from 'vitest';
import { PingCredit } from './ping-credit.ts';

const KB = 1024;
let credit: PingCredit;

beforeEach(() => {
  credit = new PingCredit();
});

const pass = (seconds: number): void => {
  for (let i = 0; i < seconds; i += 1) credit.round();
};

it('[FC-2] a ping is due after 16 KB, one at a time, and says how much was sent before it', () => {
  expect(credit.sent(16 * KB - 1)).toBe(false);
  expect(credit.sent(1)).toBe(true);
  expect(credit.ask()).toBe('16384');
  expect(credit.sent(64 * KB)).toBe(false);
  // Nothing more will be sent before that is known to be read, so the pong itself has to bring the next ping.
  expect(credit.answered('16384')).toBe(true);
  expect(credit.ask()).toBe(String(80 * KB));
});

it('[FC-3] more than 32 KB that were not read close it, and the pong opens it again', () => {
  credit.sent(16 * KB);
  credit.ask();
  credit.sent(16 * KB);
  expect(credit.isOpen).toBe(true);
  credit.sent(1);
  expect(credit.isOpen).toBe(false);
  credit.answered(String(16 * KB));
  expect(credit.isOpen).toBe(true);
});

it('[FC-3] a ping that waits for 10 s closes it, however little is in flight', () => {
  credit.ask();
  pass(9);
  expect(credit.isOpen).toBe(true);
  pass(1);
  expect(credit.isOpen).toBe(false);
  credit.answered('0');
  expect(credit.isOpen).toBe(true);
});

it('[FC-3] 30 s without progress exhaust it, unless nothing is in flight', () => {
  credit.ask();
  pass(60);
  expect(credit.isExhausted).toBe(false);
  credit.answered('0');
  credit.sent(1);
  credit.ask();
  pass(29);
  expect(credit.isExhausted).toBe(false);
  pass(1);
  expect(credit.isExhausted).toBe(true);
});

it.each(['', 'x', '-1', '1e9', '20000', '16385', '99999999999999999'])(
  '[FC-2] the pong %j, which nobody asked for, is ignored',
  (payload) => {
    credit.sent(16 * KB);
    credit.ask();
    credit.sent(20 * KB);
    credit.answered(payload);
    expect([credit.isOpen, credit.isWaiting]).toEqual([false, true]);
  },
);
