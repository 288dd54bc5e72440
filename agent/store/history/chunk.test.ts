import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkError, packPart, unpackPart, type PackOptions } from './chunk.ts';

const SECONDS: PackOptions = {};
const ROLLUPS: PackOptions = { together: 4, isQuick: true };
const KINDS: [string, PackOptions][] = [
  ['seconds', SECONDS],
  ['learnt rollups', { together: 4 }],
  ['quick rollups', ROLLUPS],
  ['quick seconds', { isQuick: true }],
];

function bits(values: Float64Array | undefined): string {
  return values === undefined ? 'none' : Buffer.from(values.slice().buffer).toString('hex');
}

/** Ids and columns after packing and unpacking, to compare with what went in. */
function roundTrip(
  ids: readonly number[],
  columns: readonly Float64Array[],
  options: PackOptions,
): [number, string][] {
  const rows = columns[0]?.length ?? 0;
  return [...unpackPart(packPart(ids, columns, options), rows)].map(([id, column]) => [id, bits(column)]);
}

/** Up and down, the same each time, in multiples of `step`. */
function walk(rows: number, step: number): Float64Array {
  let value = 1000 * step;
  return Float64Array.from({ length: rows }, (_, row) => (value += step * (((row * row * 37) % 19) - 9)));
}

/** With the checksum that makes it a part. */
function summed(bytes: Uint8Array): Uint8Array {
  const part = new Uint8Array(bytes.length + 4);
  part.set(bytes);
  new DataView(part.buffer).setUint32(bytes.length, crc32(bytes), true);
  return part;
}

function throwsOnlyChunkErrors(bytes: Uint8Array, rows: number): void {
  try {
    unpackPart(summed(bytes), rows);
  } catch (error) {
    expect(error).toBeInstanceOf(ChunkError);
  }
}

const NAN = Number.NaN;
const someDecimal = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: 0, max: 9 }))
  .map(([whole, decimals]) => whole / 10 ** decimals);
const someValue = fc.oneof(
  someDecimal,
  fc.constantFrom(
    NAN,
    0,
    -0,
    2 ** 49,
    -(2 ** 49),
    2 ** 53,
    -(2 ** 53),
    2 ** 64,
    Infinity,
    -Infinity,
    5e-324,
    0.1 + 0.2,
  ),
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
);

function summing(from: number): (step: number) => number {
  let sum = from;
  return (step) => (sum += step);
}

/** Columns as hosts have them, and as they do not. */
function someColumn(rows: number): fc.Arbitrary<number[]> {
  const some = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(value, { minLength: rows, maxLength: rows });
  return fc.oneof(
    fc.oneof(someValue, fc.constant(NAN)).map((value) => Array.from({ length: rows }, () => value)),
    some(fc.nat(10_000).map((value) => value / 100)),
    some(
      fc.oneof(
        { weight: 9, arbitrary: fc.nat(50).map((pages) => pages * 4096) },
        { weight: 1, arbitrary: fc.constant(NAN) },
      ),
    ),
    some(fc.nat(300)).map((steps) => [...Float64Array.from(steps).map(summing(1e12))]),
    some(someDecimal),
    some(someValue),
  );
}

/** Some columns are the mirror, the multiple or the distance of the one before, or the same. */
function someColumns(maxRows: number, count: number): fc.Arbitrary<Float64Array[]> {
  return fc.integer({ min: 0, max: maxRows }).chain((rows) =>
    fc.array(fc.tuple(someColumn(rows), fc.nat(5)), { maxLength: count }).map((drafts) => {
      const columns: Float64Array[] = [];
      for (const [values, relation] of drafts) {
        const own = Float64Array.from(values);
        const before = columns.at(-1);
        columns.push(before === undefined ? own : related(own, before, relation));
      }
      return columns;
    }),
  );
}

function related(own: Float64Array, before: Float64Array, relation: number): Float64Array {
  if (relation === 1) return before.slice();
  if (relation === 2) return before.map((value) => 1e9 - value);
  if (relation === 3) return before.map((value, row) => value + (row % 7) / 100);
  if (relation === 4) return before.map((value) => 3 * value + 1);
  if (relation === 5) return before.map((value) => Math.round(value));
  return own;
}

describe.each(KINDS)('a part of %s', (_kind, options) => {
  it('brings back every float64, and NaN as unknown', () => {
    fc.assert(
      fc.property(someColumns(60, 12), (columns) => {
        const ids = columns.map((_, index) => index);

        expect(roundTrip(ids, columns, options)).toEqual(
          columns.map((column, index) => [index, bits(column)]),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('gives each wanted series its own column, in streams of its own or of others', () => {
    fc.assert(
      fc.property(someColumns(60, 12), fc.array(fc.nat(12)), (columns, wanted) => {
        const part = packPart(
          columns.map((_, index) => index),
          columns,
          options,
        );
        const found = unpackPart(part, columns[0]?.length ?? 0, new Set(wanted));

        expect(new Set(found.keys())).toEqual(new Set(wanted.filter((id) => id < columns.length)));
        for (const [id, column] of found) expect(bits(column)).toBe(bits(columns[id]));
      }),
      { numRuns: 200 },
    );
  });

  it('is a ChunkError wherever it is cut', () => {
    const part = packPart([1, 2, 3], [walk(40, 1), walk(40, 2), walk(40, 3)], options);

    for (let length = 0; length < part.length; length += 1) {
      expect(() => unpackPart(part.subarray(0, length), 40)).toThrow(ChunkError);
    }
  });

  it('is a ChunkError when any of its bits was changed', () => {
    const part = packPart([1, 2, 3], [walk(40, 1), walk(40, 2), walk(40, 3)], options);

    for (let bit = 0; bit < 8 * part.length; bit += 1) {
      const changed = part.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));

      expect(() => unpackPart(changed, 40)).toThrow(ChunkError);
    }
  });
});

describe('packPart', () => {
  it('takes ids in any order, with holes, and large ones', () => {
    const ids = [7, 8, 9, 3, 2 ** 48, 0, 1, 1e6];
    const columns = ids.map((id) => Float64Array.of(id, 1));

    expect(roundTrip(ids, columns, SECONDS)).toEqual(ids.map((id, index) => [id, bits(columns[index])]));
  });

  it('takes one byte for each series that is always 0', () => {
    const columns = (count: number) => Array.from({ length: count }, () => new Float64Array(900));
    const sizeOf = (count: number) => packPart([...columns(count).keys()], columns(count)).length;

    expect(sizeOf(100) - sizeOf(50)).toBe(50);
  });

  it('takes next to nothing for a series that mirrors another', () => {
    const used = walk(900, 4096);
    const alone = packPart([1], [used]).length;

    expect(packPart([1, 2], [used, used.map((value) => 16e9 - value)]).length - alone).toBeLessThan(20);
  });

  it('does not pay for what all numbers have in common', () => {
    const pages = walk(900, 4096);

    expect(packPart([1], [pages]).length).toBeLessThan(
      packPart([1], [pages.map((value) => value / 4096)]).length + 4,
    );
  });

  it.each([
    ['has a column per series', [1, 2], [1]],
    ['has columns of one length', [1, 2], [1, 2]],
    ['has whole ids', [0.5], [1]],
    ['has ids from 0', [-1], [1]],
    ['has at most four million values', [1, 2], [2 ** 22, 2 ** 22]],
  ])('refuses to write unless it %s', (_what, ids, rows) => {
    const columns = rows.map((length) => new Float64Array(length));

    expect(() => packPart(ids, columns)).toThrow(RangeError);
  });
});

describe('unpackPart', () => {
  it('refuses another number of rows than was written', () => {
    expect(() => unpackPart(packPart([1], [walk(40, 1)]), 41)).toThrow(ChunkError);
  });

  it('reads a part that stands within other bytes', () => {
    const column = walk(40, 1);
    const bytes = Uint8Array.from([1, 2, 3, ...packPart([5], [column]), 4]);

    expect(unpackPart(bytes.subarray(3, -1), 40).get(5)).toEqual(column);
  });

  it('throws nothing but ChunkError for changed bytes with a sum that fits', () => {
    const parts = KINDS.map(([, options]) =>
      packPart([1, 2, 3, 4], [walk(40, 1), walk(40, 1), walk(40, 7), walk(40, 9)], options),
    );

    fc.assert(
      fc.property(fc.nat(parts.length - 1), fc.nat(), fc.nat(255), fc.nat(60), (which, place, byte, rows) => {
        const data = (parts[which] ?? new Uint8Array(0)).subarray(0, -4);
        const changed = data.slice();
        changed[place % changed.length] = byte;
        for (const bytes of [changed, changed.subarray(0, place % changed.length)])
          throwsOnlyChunkErrors(bytes, rows);
      }),
      { numRuns: 2000 },
    );
  });

  it('throws nothing but ChunkError for any bytes with a sum that fits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (bytes, rows) => {
        throwsOnlyChunkErrors(Uint8Array.from([1, rows, ...bytes]), rows);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses more numbers than fit into memory, before it makes room for them', () => {
    const [format, rows, count, flags, ids, stream] = [
      [1],
      [0xc8, 1],
      [0xff, 0xff, 3],
      [0],
      [0, 0xff, 0xff, 3],
      [0],
    ];

    expect(() =>
      unpackPart(summed(Uint8Array.from([format, rows, count, count, flags, ids, stream].flat())), 200),
    ).toThrow(ChunkError);
  });

  it('refuses bytes that belong to no stream', () => {
    const part = packPart([1], [walk(40, 1)]).subarray(0, -4);

    expect(() => unpackPart(summed(Uint8Array.from([...part, 0])), 40)).toThrow(ChunkError);
  });

  it('reads a series that is like one of another stream, which has others that are like those of further ones', () => {
    const [a, b, c] = [
      walk(40, 1),
      walk(40, 7).map((value, row) => value + row),
      walk(40, 3).map((value, row) => value * (row % 3)),
    ];
    const zeros = new Float64Array(40);
    const columns = [a, zeros, zeros, zeros, a, b, zeros, zeros, b, c, zeros, zeros, c, b, a, zeros];
    const part = packPart([...columns.keys()], columns, { together: 4 });

    for (const [id, column] of columns.entries())
      expect(unpackPart(part, 40, new Set([id])).get(id)).toEqual(column);
  });
});
