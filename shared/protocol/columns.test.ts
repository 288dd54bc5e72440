import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import DOCUMENT from '../../docs/columns.md?raw';
import { encodeColumns, encodeHistory, encodeHistoryHead } from './columns-encoder.ts';
import { ColumnsError, decodeColumns, decodeHistory, type HistoryHeader } from './columns.ts';

const EXAMPLES = [...DOCUMENT.matchAll(/^\| `(\[.*\])` \| `([0-9a-f ]+)` \|$/gm)].map(
  ([, values = '', bytes = '']) => [values, bytes] as const,
);
const CODE_BLOCKS = [...DOCUMENT.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, text = '']) => text);
const [ANSWER = '', READER = ''] = CODE_BLOCKS;

const HEADER: HistoryHeader = {
  host: 'a',
  series: [{ name: 'cpu', label: 'CPU', unit: 'percent' }],
  tier: 'minutes',
  stepMs: 60_000,
  gaps: [],
};
const POINTS = {
  ts: Float64Array.of(1795970520000, 1795970580000),
  mean: [Float64Array.of(3.25, Number.NaN)],
  min: [Float64Array.of(0, Number.NaN)],
  max: [Float64Array.of(100, Number.NaN)],
};

/** `-0` is what JSON has for it, and `null` is unknown. */
function columnOf(json: string): Float64Array {
  return Float64Array.from((JSON.parse(json) as (number | null)[]).map((value) => value ?? Number.NaN));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$& ');
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** The answer of the document: lines of bytes, and the header as it is. */
function answerOfDocument(): Uint8Array {
  const lines = ANSWER.trim().split('\n');
  return Uint8Array.from(
    lines.flatMap((line) => [...(line.startsWith('{') ? Buffer.from(line) : bytesOf(line))]),
  );
}

const bits = (values: Float64Array): string => hex(new Uint8Array(values.slice().buffer));
const someDecimal = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 }), fc.integer({ min: 0, max: 8 }))
  .map(([whole, decimals]) => whole / 10 ** decimals);
const someValue = fc.oneof(
  someDecimal,
  fc.constantFrom(Number.NaN, 0, -0, 2 ** 51, -(2 ** 51), 2 ** 53, Infinity, 5e-324),
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
);
const someColumn = (rows: number): fc.Arbitrary<Float64Array> =>
  fc
    .oneof(
      fc.array(someDecimal, { minLength: rows, maxLength: rows }),
      fc.array(fc.oneof(someDecimal, fc.constant(Number.NaN)), { minLength: rows, maxLength: rows }),
      fc.array(someValue, { minLength: rows, maxLength: rows }),
      fc.oneof(someValue, fc.constant(Number.NaN)).map((value) => Array.from({ length: rows }, () => value)),
    )
    .map((values) => Float64Array.from(values));
const someColumns = fc
  .integer({ min: 0, max: 40 })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.array(someColumn(rows), { minLength: 1, maxLength: 5 })));

describe('docs/columns.md', () => {
  it('has examples', () => {
    expect(EXAMPLES.length).toBeGreaterThan(8);
  });

  it.each(EXAMPLES)('says which bytes %s has', (json, bytes) => {
    expect(hex(encodeColumns([columnOf(json)]))).toBe(bytes);
  });

  it.each(EXAMPLES)('says how %s is read', (json, bytes) => {
    const column = columnOf(json);

    expect(decodeColumns(bytesOf(bytes), 1, column.length)).toEqual([column]);
  });

  it('has the bytes of an answer', () => {
    expect(hex(answerOfDocument())).toBe(hex(encodeHistory(HEADER, POINTS)));
  });

  it('has a reader of 40 lines that reads every answer', () => {
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- It is our own document that is run.
    const readAnswer = new Function(`return ${READER}`)() as (bytes: Uint8Array) => {
      columns: number[][];
    };
    const header = { ...HEADER, series: [] };

    expect(READER.trim().split('\n').length).toBeLessThanOrEqual(40);
    fc.assert(
      fc.property(someColumns, ([rows, columns]) => {
        const head = encodeHistoryHead(header, rows, columns.length);
        const read = readAnswer(Uint8Array.from([...head, ...encodeColumns(columns)]));

        expect(read.columns.map((column) => bits(Float64Array.from(column)))).toEqual(columns.map(bits));
      }),
    );
  });
});

describe('columns', () => {
  it('bring back every float64, and NaN as unknown', () => {
    fc.assert(
      fc.property(someColumns, ([rows, columns]) => {
        const decoded = decodeColumns(encodeColumns(columns), columns.length, rows);

        expect(decoded.map(bits)).toEqual(columns.map(bits));
      }),
      { numRuns: 500 },
    );
  });

  it('are encoded one by one as they are together', () => {
    fc.assert(
      fc.property(someColumns, ([, columns]) => {
        expect(hex(encodeColumns(columns))).toBe(
          columns
            .map((column) => hex(encodeColumns([column])))
            .filter(Boolean)
            .join(' '),
        );
      }),
    );
  });

  it('are found where they stand within other bytes', () => {
    const bytes = Uint8Array.from([9, 9, ...encodeColumns([Float64Array.of(1, Math.PI)]), 9]);

    expect(decodeColumns(bytes.subarray(2, -1), 1, 2)).toEqual([Float64Array.of(1, Math.PI)]);
  });

  it('are refused when bytes are missing', () => {
    fc.assert(
      fc.property(someColumns, fc.nat(), ([rows, columns], cut) => {
        const bytes = encodeColumns(columns);

        expect(() => decodeColumns(bytes.subarray(0, cut % bytes.length), columns.length, rows)).toThrow(
          ColumnsError,
        );
      }),
    );
  });

  it.each([
    ['more bytes follow', '00 02 02', 1, 1],
    ['a head is unknown', '20 02', 1, 1],
    ['a float64 column claims to know which are unknown', '0f 01', 1, 1],
    ['a number has nine bytes', '00 80 80 80 80 80 80 80 80 01', 1, 1],
    ['there are more columns than bytes', '10', 1000, 0],
    ['they would take gigabytes', '10 00', 1, 2 ** 31],
    ['their number is none', '10 00', 1, Number.NaN],
  ])('are refused where %s', (_what, bytes, count, rows) => {
    expect(() => decodeColumns(bytesOf(bytes), count, rows)).toThrow(ColumnsError);
  });

  it('throw nothing but ColumnsError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(5), fc.nat(20), (bytes, count, rows) => {
        try {
          decodeColumns(bytes, count, rows);
        } catch (error) {
          expect(error).toBeInstanceOf(ColumnsError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an answer in columns', () => {
  it('has its header and its points', () => {
    expect(decodeHistory(answerOfDocument())).toMatchObject({ header: HEADER, points: POINTS });
  });

  it('has neither minimum nor maximum where points are samples', () => {
    const { ts, mean } = POINTS;

    expect(decodeHistory(encodeHistory(HEADER, { ts, mean })).points).toEqual({ ts, mean });
  });

  it('may have no series, no points, and names in any script', () => {
    const none = { ...HEADER, host: '主机 🖥', series: [] };

    expect(decodeHistory(encodeHistory(none, { ts: new Float64Array(0), mean: [] }))).toMatchObject({
      header: none,
      points: { ts: new Float64Array(0), mean: [] },
    });
  });

  it('is refused wherever it is cut', () => {
    const bytes = answerOfDocument();

    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeHistory(bytes.subarray(0, length))).toThrow(ColumnsError);
    }
  });

  it.each([
    ['no object', 'null'],
    ['no JSON', '{'],
    ['not UTF-8', '"\xff"'],
    ['without series', '{"gaps":[],"rows":0,"columns":1}'],
    ['without gaps', '{"series":[],"rows":0,"columns":1}'],
    ['without rows', '{"series":[],"gaps":[],"columns":1}'],
    ['of fewer than no rows', '{"series":[],"gaps":[],"rows":-1,"columns":1}'],
    ['of another number of columns', '{"series":[{}],"gaps":[],"rows":0,"columns":3}'],
  ])('is refused if its header is %s', (_what, json) => {
    const head = Buffer.from(`MPH1${'\0'.repeat(4)}${json}\x10`, 'latin1');
    head.writeUInt32LE(json.length, 4);

    expect(() => decodeHistory(head)).toThrow(ColumnsError);
  });
});
