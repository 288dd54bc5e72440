import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageError } from './wire-json.ts';
import { MessagePackDecoder } from './msgpack-decoder.ts';
import { batchHead, encodeHistory, encodeSamples, encodeText } from './msgpack-encoder.ts';
import type { SampleRow } from './message-columns.ts';

const SUBSCRIBED = { type: 'subscribed', sub: 'cpu', channel: 7 };

function packed(message: object): Uint8Array {
  return encodeText(JSON.stringify(message));
}

/** One that knows that channel 7 is `cpu`. */
function newDecoder(): MessagePackDecoder {
  const decoder = new MessagePackDecoder();
  decoder.decode(packed(SUBSCRIBED));
  return decoder;
}

/** What a client of JSON gets. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function withoutProto(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value));
}

function messageOf({ seq, prev, ts, values }: SampleRow): unknown {
  return asJson({ type: 'metrics', sub: 'cpu', seq, prev, ts, values });
}

function batchOf(members: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([batchHead(members.length), ...members].flatMap((bytes) => [...bytes]));
}

const someDecimal = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: 0, max: 8 }))
  .map(([whole, decimals]) => whole / 10 ** decimals);
const someValue = fc.oneof(
  someDecimal,
  fc.constantFrom(
    null,
    Number.NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    1e308,
    5e-324,
    2 ** 51 + 1,
    2 ** 53,
    2 ** 60,
    -(2 ** 63),
  ),
  fc.double(),
  fc.maxSafeInteger(),
);
const someRow = (series: number): fc.Arbitrary<SampleRow> =>
  fc
    .record({
      seq: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
      prev: fc.constantFrom(0, 1, 5, 1000, 2 ** 40),
      ts: fc.oneof(fc.integer({ min: 0, max: 2 ** 43 }), fc.maxSafeNat()),
      values: fc.array(someValue, { minLength: series, maxLength: series }),
    })
    .map((row) => ({ ...row, prev: Math.max(0, row.seq - row.prev) }));
const someRows = fc
  .integer({ min: 0, max: 20 })
  .chain((series) => fc.array(someRow(series), { minLength: 1, maxLength: 30 }));

describe('samples in MessagePack', () => {
  it('are what samples in JSON are, one or several at a time', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const read = newDecoder().decode(encodeSamples({ channel: 7, rows }));
        const messages = rows.map(messageOf);

        expect(read).toEqual(messages.length === 1 ? messages[0] : { type: 'batch', messages });
      }),
      { numRuns: 1000 },
    );
  });

  it('are found among the messages of a batch', () => {
    const row = { seq: 2, prev: 1, ts: 5, values: [1.5, null] };
    const gap = { type: 'gap', sub: 'cpu', from: 1, to: 0, fromTs: 1, toTs: 5, reason: 'stall' };
    const samples = encodeSamples({ channel: 7, rows: [row, { ...row, seq: 3, prev: 2 }] });

    expect(newDecoder().decode(batchOf([packed(gap), samples]))).toEqual({
      type: 'batch',
      messages: [gap, messageOf(row), messageOf({ ...row, seq: 3, prev: 2 })],
    });
  });

  it('belong to the subscription that had their channel last', () => {
    const decoder = newDecoder();
    const samples = (channel: number): Uint8Array =>
      encodeSamples({ channel, rows: [{ seq: 1, prev: 0, ts: 1, values: [] }] });
    decoder.decode(packed({ ...SUBSCRIBED, channel: 8 }));

    expect(decoder.decode(samples(8))).toMatchObject({ sub: 'cpu' });
    expect(() => decoder.decode(samples(7))).toThrow(MessageError);
    decoder.decode(packed({ type: 'unsubscribed', sub: 'cpu', reason: 'asked' }));
    expect(() => decoder.decode(samples(8))).toThrow(MessageError);
  });

  it('belong to one of the last 256 subscriptions, so that an agent that names more costs little', () => {
    const decoder = newDecoder();
    const announce = (channel: number): unknown =>
      decoder.decode(packed({ type: 'subscribed', sub: `sub ${channel}`, channel }));
    const samples = encodeSamples({ channel: 7, rows: [{ seq: 1, prev: 0, ts: 1, values: [] }] });
    for (let channel = 100; channel < 355; channel += 1) announce(channel);

    expect(decoder.decode(samples)).toMatchObject({ sub: 'cpu' });
    announce(355);
    expect(() => decoder.decode(samples)).toThrow(MessageError);
  });

  it('are refused wherever they are cut', () => {
    const whole = batchOf([
      encodeSamples({ channel: 7, rows: [{ seq: 9, prev: 8, ts: 1e12, values: [1.5, null, Math.PI] }] }),
    ]);

    for (let length = 0; length < whole.length; length += 1) {
      expect(() => newDecoder().decode(whole.subarray(0, length))).toThrow(MessageError);
    }
  });
});

describe('messages in MessagePack', () => {
  it('of the past have the points that they have in JSON', () => {
    const somePoints = fc.array(fc.array(someValue, { maxLength: 40 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), somePoints, fc.option(somePoints), (ts, mean, min) => {
        const past = { type: 'history' as const, id: 1, ts, mean, min: min ?? undefined, done: true };

        expect(new MessagePackDecoder().decode(encodeHistory(past))).toEqual(asJson(past));
      }),
    );
  });

  it('are UTF-8, whatever the strings: a lone surrogate is the replacement character', () => {
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.string({ unit: 'grapheme' }),
        fc.nat(0x7ff),
        (a, b, c) => {
          const label = `${a}\\${String.fromCharCode(0xd800 + c)}${b}\\u`;
          const bytes = encodeText(JSON.stringify({ label }));
          const start = bytes.length - Buffer.byteLength(label);

          expect(utf8.decode(bytes.subarray(start))).toBe(Buffer.from(label).toString());
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('are what they are in JSON, but for a key __proto__', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (message) => {
        const text = JSON.stringify({ ...message, type: 'heartbeat' });

        expect(new MessagePackDecoder().decode(encodeText(text))).toEqual(withoutProto(text));
      }),
    );
  });

  it('of few bytes are never many numbers', () => {
    const rows = 200_000;
    const count = [(rows % 128) + 128, ((rows >> 7) % 128) + 128, rows >> 14];
    const one = [0x10, 2];
    const samples = Uint8Array.from([0xc7, 10, 1, 7, ...count, ...one, ...one, ...one]);
    const numbers = Uint8Array.from([0xc7, 5, 2, ...count, ...one]);

    expect(newDecoder().decode(samples)).toMatchObject({ messages: { length: rows } });
    expect(() => newDecoder().decode(batchOf([samples, samples]))).toThrow(MessageError);
    expect(() => newDecoder().decode(batchOf(Array.from({ length: 6 }, () => numbers)))).toThrow(
      MessageError,
    );
  });

  it('throw nothing but MessageError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          newDecoder().decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
