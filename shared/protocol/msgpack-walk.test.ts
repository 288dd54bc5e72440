import { encode, ExtData } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MessagePackError, walkMessagePack } from './msgpack-walk.ts';

/** What is told of a message. */
function told(bytes: Uint8Array): string[] {
  const parts: string[] = [];
  walkMessagePack(bytes, {
    open: (isMap, size) => parts.push(`${isMap ? '{' : '['}${size}`),
    close: () => parts.push('end'),
    string: (start, end) => parts.push(`"${Buffer.from(bytes.subarray(start, end)).toString()}"`),
    scalar: (kind, at) => parts.push(`${kind} ${bytes[at]?.toString(16)}`),
  });
  return parts;
}

/** What there is in a value that the library encodes. */
function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [, member]) => sum + partsOf(member) + (Array.isArray(value) ? 0 : 1),
    2,
  );
}

it('tells the structure of a message, part by part', () => {
  const message = { a: [1, -1.5, null, true], long: 'x'.repeat(300), b: new Uint8Array(2) };

  expect(told(encode(message))).toEqual([
    '{3',
    '"a"',
    '[4',
    'number 1',
    'number cb',
    'nil c0',
    'boolean c3',
    'end',
    '"long"',
    `"${'x'.repeat(300)}"`,
    '"b"',
    'binary c4',
    'end',
  ]);
  expect(told(encode(new ExtData(5, new Uint8Array(300))))).toEqual(['extension c8']);
});

it('goes through whatever the library writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(told(encode(value))).toHaveLength(partsOf(value));
    }),
    { numRuns: 500 },
  );
});

it('never tells of more values than there are bytes, so that nobody makes room for them', () => {
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 10 }),
    fc
      .constantFrom('dc0010', 'dd00000020', 'de0008', '9f', 'ddffffffff', 'dfffffffff')
      .map((hex) => Buffer.from(hex, 'hex')),
  );
  fc.assert(
    fc.property(fc.array(some, { maxLength: 12 }), (parts) => {
      const bytes = Buffer.concat(parts);
      let room = 0;
      const count = (isMap: boolean, size: number): void => void (room += isMap ? 2 * size : size);
      try {
        walkMessagePack(bytes, { open: count, close: () => {}, string: () => {}, scalar: () => {} });
      } catch (error) {
        expect(error).toBeInstanceOf(MessagePackError);
      }
      expect(room).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 5000 },
  );
});
