import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientMessage, encode } from '../../shared/protocol/codec.ts';
import { guardMessage } from './message-guard.ts';

const SINCE = { epoch: 'e', seq: 1, ts: 1 };
const SUBSCRIBE = {
  action: 'subscribe' as const,
  sub: 'grüße 👩‍💻',
  metrics: ['cpu', 'disk.*'],
  tables: ['processes'],
  since: SINCE,
};

describe('a message of the protocol passes', () => {
  it.each([
    'ping',
    encode(SUBSCRIBE),
    encode({ type: 'batch', messages: [SUBSCRIBE, { action: 'hello', v: 1 }] }),
    encode({ type: 'auth', token: 'a\\b"c' }),
    JSON.stringify({ subscriptions: [SUBSCRIBE], cursor: 'x', waitMs: 1 }),
    JSON.stringify([SUBSCRIBE]),
    JSON.stringify(Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`k${index}`, index]))),
    '{ "action" : "subscribe" , "action" : "hello" }',
    '{"type":"subscribe","action":"subscribe","metrics":["action","auth","__proto__"]}',
  ])('%s', (text) => {
    expect(() => guardMessage(text)).not.toThrow();
  });
});

describe('malformed JSON is left to the parser', () => {
  it.each(['', '{', '"', '"\\', '{"a":"\\x"}', ']]]]]', '{"a', 'nonsense'])('%j', (text) => {
    expect(() => guardMessage(text)).not.toThrow();
  });
});

describe('refuses a message', () => {
  it.each([
    ['nested deep', '['.repeat(8000), /at most 4 deep/],
    ['nested one level too deep', '{"a":[{"b":{"c":[]}}]}', /at most 4 deep/],
    [
      'with thousands of keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`k${index}`, 1]))),
      /at most 32 keys/,
    ],
    ['with too many duplicate keys', `{${'"a":1,'.repeat(33)}"b":1}`, /at most 32 keys/],
    ['with __proto__', '{"action":"hello","v":1,"__proto__":{"x":1}}', /no key __proto__/],
    ['with an escaped __proto__', '{"\\u005f_proto__":1}', /no key __proto__/],
    ['with a nested constructor', '{"since":{"constructor":1}}', /no key/],
    ['with prototype', '{"prototype":null}', /no key/],
    ['with auth and an action', '{"type":"auth","token":"x","action":"hello"}', /two messages/],
    ['with an action and auth', '{"action":"hello","v":1,"type":"auth"}', /two messages/],
    ['with NUL', '{"sub":"\\u0000"}', /control characters/],
    ['with a line break', '{"sub":"a\\nb"}', /control characters/],
    ['with a lone surrogate', '{"sub":"\\ud800"}', /lone surrogates/],
    ['with an unescaped lone surrogate', '{"sub":"\udc00"}', /lone surrogates/],
    ['with a right-to-left override', '{"sub":"\u202e"}', /text direction/],
    ['with a direction mark in a key', '{"\\u2066":1}', /text direction/],
    ['with a direction mark in a list', '["\u200f"]', /text direction/],
  ])('%s', (_what, text, sentence) => {
    expect(() => guardMessage(text)).toThrow(expect.objectContaining({ code: 'invalid_message' }));
    expect(() => guardMessage(text)).toThrow(sentence);
  });
});

it('agrees with the parser about keys, strings and depth', () => {
  const fits = (value: unknown, depth = 0): boolean => {
    if (typeof value === 'string')
      return !/[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u.test(value);
    if (typeof value !== 'object' || value === null) return true;
    if (depth === 4) return false;
    if (Array.isArray(value)) return value.every((member) => fits(member, depth + 1));
    const entries = Object.entries(value);
    return (
      entries.length <= 32 &&
      entries.every(
        ([key, member]) =>
          fits(key) && fits(member, depth + 1) && !/^(__proto__|constructor|prototype)$/.test(key),
      )
    );
  };
  fc.assert(
    fc.property(fc.json({ maxDepth: 6, stringUnit: 'binary' }), (text) => {
      let isRefused = false;
      try {
        guardMessage(text);
      } catch {
        isRefused = true;
      }
      expect(isRefused).toBe(!fits(JSON.parse(text)));
    }),
    { numRuns: 500 },
  );
});

it('takes under 5 ms for 16 KB', () => {
  const text = encode({ type: 'batch', messages: Array.from({ length: 64 }, () => SUBSCRIBE) });
  const startMs = performance.now();
  for (let round = 0; round < 100; round += 1) guardMessage(text);
  expect((performance.now() - startMs) / 100).toBeLessThan(5);
  expect(decodeClientMessage(text)).toMatchObject({ type: 'batch' });
});
