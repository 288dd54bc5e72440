import { expect, it } from 'vitest';
import { capturedLog } from '../../testing/captured-log.ts';
import { sanitize } from './http-refusal.ts';
import { RefusalLog } from './refusal-log.ts';

it('a refusal is logged once for each kind and value, and at most ten are in a minute', () => {
  const { log, lines } = capturedLog();
  let nowMs = 0;
  const refusals = new RefusalLog(log, () => nowMs);
  const tell = (value: string): void =>
    refusals.tell({ status: 421, kind: 'host', value, sentence: `Not ${value}` });
  tell('a');
  tell('a');
  expect(lines).toEqual(['warn Not a']);
  for (let i = 0; i < 1000; i += 1) tell(`b${i}`);
  expect(lines).toHaveLength(10);
  nowMs = 60_000;
  tell('c');
  tell('a');
  expect(lines.slice(10)).toEqual(['warn Not c']);
});

it('untrusted text is logged as visible ASCII, truncated', () => {
  expect(sanitize('\u001b[31mred\u202E\n')).toBe('?[31mred??');
  expect(sanitize('x'.repeat(1000))).toHaveLength(100);
});
