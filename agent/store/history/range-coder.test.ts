import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitModels, RangeDecoder, RangeEncoder } from './range-coder.ts';

/** A bit with a model, or some bits without. */
type Item =
  | { readonly model: number; readonly bit: number }
  | { readonly value: number; readonly bits: number };
const MODELS = 64;
const someBit = fc.record({ model: fc.nat(MODELS - 1), bit: fc.nat(1) });
const someBits = fc
  .integer({ min: 0, max: 53 })
  .chain((bits) =>
    fc.record({ value: fc.maxSafeNat().map((value) => value % 2 ** bits), bits: fc.constant(bits) }),
  );

const SOME_VALUE: Item = { value: 0, bits: 14 };
/** What no encoder writes. */
const BEYOND = Uint8Array.from({ length: 40 }, (_, index) => (index === 0 ? 127 : 255));
/** The largest and the least numbers too. */
const anyBytes = fc
  .array(fc.oneof(fc.constantFrom(0, 127, 128, 255), fc.nat(255)), { maxLength: 40 })
  .map((bytes) => Uint8Array.from(bytes));

function encode(items: readonly Item[]): Uint8Array {
  const coder = new RangeEncoder();
  const models = new BitModels(MODELS);
  for (const item of items) {
    if ('bit' in item) coder.bit(models, item.model, item.bit);
    else coder.direct(item.value, item.bits);
  }
  return coder.finish();
}

/** What is read in the place of `items`. */
function decode(bytes: Uint8Array, items: readonly Item[]): Item[] {
  const coder = new RangeDecoder(bytes, 0, bytes.length);
  const models = new BitModels(MODELS);
  return items.map((item) =>
    'bit' in item
      ? { ...item, bit: coder.bit(models, item.model) }
      : { ...item, value: coder.direct(item.bits) },
  );
}

describe('RangeDecoder', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(someBit, someBits), { maxLength: 300 }), (items) => {
        expect(decode(encode(items), items)).toEqual(items);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['ones, whose carries run far', (_index: number) => 1],
    ['zeros', () => 0],
    ['zeros, then ones', (index: number) => (index < 5000 ? 0 : 1)],
    ['what is seldom', (index: number) => (index % 997 === 0 ? 1 : 0)],
  ])('reads ten thousand %s', (_what, bitOf) => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({ model: 0, bit: bitOf(index) }));

    expect(decode(encode(items), items)).toEqual(items);
  });

  it('reads the largest and the least of many bits', () => {
    const items = Array.from({ length: 2000 }, (_, index) => ({
      value: index % 3 === 0 ? 0 : 2 ** 53 - 1,
      bits: 53,
    }));

    expect(decode(encode(items), items)).toEqual(items);
  });

  it('reads numbers within their bits from any bytes', () => {
    fc.assert(
      fc.property(anyBytes, fc.array(fc.oneof(someBit, someBits), { maxLength: 40 }), (bytes, items) => {
        for (const item of decode(bytes, items)) {
          if (!('value' in item)) continue;
          expect(item.value).toBeGreaterThanOrEqual(0);
          expect(item.value).toBeLessThan(2 ** item.bits);
        }
      }),
      {
        examples: [
          [BEYOND, [SOME_VALUE]],
          [
            BEYOND,
            Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? { model: 0, bit: 0 } : SOME_VALUE)),
          ],
          [
            BEYOND.map((byte, index) => (index < 4 ? byte : 85)),
            [...Array.from({ length: 36 }, (_, model) => ({ model, bit: 0 })), SOME_VALUE],
          ],
        ],
      },
    );
  });
});

describe('RangeEncoder', () => {
  it('takes no byte for what is only zeros', () => {
    expect(encode(Array.from({ length: 1000 }, () => ({ model: 0, bit: 0 })))).toHaveLength(0);
  });

  it('takes little for what is expected', () => {
    const bits = Array.from({ length: 8000 }, (_, index) => ({ model: 0, bit: index % 100 === 99 ? 1 : 0 }));

    // The entropy is 81 bytes.
    expect(encode(bits).length).toBeLessThan(110);
  });
});
