import { encode as pack, ExtData } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeClientMessage, MessageError } from '../../shared/protocol/codec.ts';
import { encodeText } from '../../shared/protocol/msgpack-encoder.ts';
import { guardMessage } from './message-guard.ts';
import { decodeClientBytes, guardBytes } from './message-pack-input.ts';

const SUBSCRIBE = {
  action: 'subscribe' as const,
  sub: 'grüße 👩‍💻',
  metrics: ['cpu', 'disk.*'],
  tables: ['processes'],
  since: { epoch: 'e', seq: 2 ** 53 - 1, ts: 1.6e12 },
  every: true,
};

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** The result, or the error's sentence. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof MessageError) return error.message;
    throw error;
  }
}

describe('a message of a client in MessagePack', () => {
  it.each([
    ['a subscription', SUBSCRIBE],
    ['a batch', { type: 'batch', messages: [SUBSCRIBE, { action: 'hello', v: 1 }] }],
    ['a token', { type: 'auth', token: 'x'.repeat(4096) }],
    ['a request', { action: 'history', metrics: ['cpu'], from: 0, to: 1, id: 'a' }],
  ])('is read as in JSON: %s', (_what, message) => {
    expect(decodeClientBytes(pack(message))).toEqual(decodeClientMessage(JSON.stringify(message)));
  });

  it.each([
    ['as float32', 'ca 44 7a 00 00'],
    ['as float64', 'cb 40 8f 40 00 00 00 00 00'],
    ['in 64 bits', 'cf 00 00 00 00 00 00 03 e8'],
    ['in 64 bits with a sign', 'd3 00 00 00 00 00 00 03 e8'],
  ])('may have whole numbers %s', (_how, hex) => {
    const interval = `81 a1 61 ${hex}`;
    const message = Buffer.concat([
      bytesOf('83'),
      ...['action', 'subscribe', 'metrics', ['cpu'], 'intervalMs'].map((part) => pack(part)),
      bytesOf(interval).subarray(3),
    ]);

    expect(decodeClientBytes(message)).toMatchObject({ intervalMs: 1000 });
  });

  it('has as many keys as it says, also if a byte order mark is all that tells them apart', () => {
    expect(() => guardBytes(pack({ a: 1, '\ufeffa': 2 }))).not.toThrow();
  });

  it('is refused by the rules for JSON, with the same sentences', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, stringUnit: 'binary' }), (text) => {
        // What is no text in UTF-8 cannot be written, and this key is left out.
        fc.pre(!/\\ud[89a-f]|"__proto__"/.test(text));

        expect(outcome(() => guardBytes(encodeText(text)))).toEqual(outcome(() => guardMessage(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nothing', '', /one MessagePack object per frame/],
    ['half an object', '81 a1 61', /one MessagePack object per frame/],
    ['half a string', '81 a1 61 a5 61', /one MessagePack object per frame/],
    ['half a number', '81 a1 61 cb 00', /one MessagePack object per frame/],
    ['two objects', '80 80', /one MessagePack object per frame/],
    ['a byte of no type', '81 a1 61 c1', /one MessagePack object per frame/],
    ['an array of four thousand million', 'dd ff ff ff ff', /one MessagePack object per frame/],
    ['such an object', 'df ff ff ff ff', /one MessagePack object per frame/],
    ['such a string', 'db ff ff ff ff', /one MessagePack object per frame/],
    ['more members than bytes follow, at all depths together', '93 93 93 01 02 03 04', /one MessagePack/],
    ['five levels', '81 a1 61 91 81 a1 62 81 a1 63 90', /at most 4 deep/],
    ['a number as key', '81 01 01', /strings as keys/],
    ['an object as key', '81 80 01', /strings as keys/],
    ['a list as key', '81 90 01', /strings as keys/],
    ['nil as key', '81 c0 01', /strings as keys/],
    ['a key twice', '82 a1 61 01 a1 61 02', /each key once/],
    ['__proto__', '81 a9 5f 5f 70 72 6f 74 6f 5f 5f 80', /no key __proto__/],
    ['a lone surrogate', '81 a1 61 a3 ed a0 80', /UTF-8/],
    ['an overlong NUL', '81 a1 61 a2 c0 80', /UTF-8/],
    ['a byte order mark before a control character', '81 a1 61 a4 ef bb bf 07', /control characters/],
    ['binary data', '81 a1 61 c4 01 00', /neither binary data nor extensions/],
    ['samples', '81 a1 61 c7 03 01 01 01 00', /neither binary data nor extensions/],
    ['a timestamp', 'd6 ff 00 00 00 00', /neither binary data nor extensions/],
    ['NaN', '81 a1 61 cb 7f f8 00 00 00 00 00 00', /NaN and infinities/],
    ['a short infinity', '81 a1 61 ca ff 80 00 00', /NaN and infinities/],
    ['2^53', '81 a1 61 cf 00 20 00 00 00 00 00 00', /beyond 2\^53/],
    ['-2^63', '81 a1 61 d3 80 00 00 00 00 00 00 00', /beyond 2\^53/],
  ])('is refused with a sentence: %s', (_what, hex, sentence) => {
    expect(() => guardBytes(bytesOf(hex))).toThrow(expect.objectContaining({ code: 'invalid_message' }));
    expect(() => guardBytes(bytesOf(hex))).toThrow(sentence);
  });

  it.each(['c0', '01', 'a470696e67', '90', '9180'])('is an object, not %s', (hex) => {
    expect(() => decodeClientBytes(bytesOf(hex))).toThrow(/one MessagePack object per frame/);
  });

  it('throws nothing but MessageError, whatever the bytes', () => {
    const somePart = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.jsonValue().map((value) => pack(value)),
      fc.constantFrom(pack(SUBSCRIBE), pack(new ExtData(1, new Uint8Array(3)))),
    );
    fc.assert(
      fc.property(fc.array(somePart, { maxLength: 6 }), fc.nat(300), (parts, cut) => {
        const bytes = Buffer.concat(parts);
        outcome(() => decodeClientBytes(bytes.subarray(0, Math.max(1, cut))));
      }),
      { numRuns: 5000 },
    );
  });
});
