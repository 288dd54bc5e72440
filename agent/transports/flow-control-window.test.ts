import { beforeEach, expect, it } from 'vitest';
import { FlowControlWindow } from './flow-control-window.ts';

const KB = 1024;
let window: FlowControlWindow;

beforeEach(() => {
  window = new FlowControlWindow();
});

const pass = (seconds: number): void => {
  for (let i = 0; i < seconds; i += 1) window.round();
};

it('[FC-2] a ping is due every 16 KB, one at a time, and carries the count of bytes sent', () => {
  expect(window.sent(16 * KB - 1)).toBe(false);
  expect(window.sent(1)).toBe(true);
  expect(window.ping()).toBe('16384');
  expect(window.sent(64 * KB)).toBe(false);
  // Nothing more is sent before that is acknowledged, so the pong itself has to trigger the next ping.
  expect(window.pong('16384')).toBe(true);
  expect(window.ping()).toBe(String(80 * KB));
});

it('[FC-3] more than 32 KB in flight close the window, and the pong opens it', () => {
  window.sent(16 * KB);
  window.ping();
  window.sent(16 * KB);
  expect(window.isOpen).toBe(true);
  window.sent(1);
  expect(window.isOpen).toBe(false);
  window.pong(String(16 * KB));
  expect(window.isOpen).toBe(true);
});

it('[FC-3] a ping unanswered for 10 s closes the window, however little is in flight', () => {
  window.ping();
  pass(9);
  expect(window.isOpen).toBe(true);
  pass(1);
  expect(window.isOpen).toBe(false);
  window.pong('0');
  expect(window.isOpen).toBe(true);
});

it('[FC-3] 30 s without progress exhaust the window, unless nothing is in flight', () => {
  window.ping();
  pass(60);
  expect(window.isExhausted).toBe(false);
  window.pong('0');
  window.sent(1);
  window.ping();
  pass(29);
  expect(window.isExhausted).toBe(false);
  pass(1);
  expect(window.isExhausted).toBe(true);
});

it.each(['', 'x', '-1', '1e9', '20000', '16385', '99999999999999999'])(
  '[FC-2] the unsolicited pong %j is ignored',
  (payload) => {
    window.sent(16 * KB);
    window.ping();
    window.sent(20 * KB);
    window.pong(payload);
    expect([window.isOpen, window.isWaiting]).toEqual([false, true]);
  },
);
