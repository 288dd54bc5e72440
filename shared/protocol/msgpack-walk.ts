/** Reads the structure of MessagePack without making anything of it. */

/** The bytes are not one whole value. */
export class MessagePackError extends Error {}

export type Scalar = 'nil' | 'boolean' | 'number' | 'binary' | 'extension';

/** Called in the order of the bytes. Keys of a map are values like others: every other one. */
export interface Visitor {
  open(isMap: boolean, size: number): void;
  close(): void;
  /** UTF-8, unchecked. */
  string(start: number, end: number): void;
  /** @param at of its first byte, which says what it is */
  scalar(kind: Scalar, at: number): void;
}

/** Begins at an index and takes that many bytes in all, its head included. */
type Size = (bytes: DataView, at: number) => number;

const fixed =
  (size: number): Size =>
  () =>
    size;
const sized8: Size = (bytes, at) => 2 + bytes.getUint8(at + 1);
const sized16: Size = (bytes, at) => 3 + bytes.getUint16(at + 1);
const sized32: Size = (bytes, at) => 5 + bytes.getUint32(at + 1);
const plus =
  (size: Size, more: number): Size =>
  (bytes, at) =>
    size(bytes, at) + more;

/** From 0xc0, those that are neither strings nor hold others. */
const SCALARS: ReadonlyMap<number, readonly [Scalar, Size]> = new Map([
  [0xc0, ['nil', fixed(1)]],
  [0xc2, ['boolean', fixed(1)]],
  [0xc3, ['boolean', fixed(1)]],
  [0xc4, ['binary', sized8]],
  [0xc5, ['binary', sized16]],
  [0xc6, ['binary', sized32]],
  [0xc7, ['extension', plus(sized8, 1)]],
  [0xc8, ['extension', plus(sized16, 1)]],
  [0xc9, ['extension', plus(sized32, 1)]],
  [0xca, ['number', fixed(5)]],
  [0xcb, ['number', fixed(9)]],
  [0xcc, ['number', fixed(2)]],
  [0xcd, ['number', fixed(3)]],
  [0xce, ['number', fixed(5)]],
  [0xcf, ['number', fixed(9)]],
  [0xd0, ['number', fixed(2)]],
  [0xd1, ['number', fixed(3)]],
  [0xd2, ['number', fixed(5)]],
  [0xd3, ['number', fixed(9)]],
  [0xd4, ['extension', fixed(3)]],
  [0xd5, ['extension', fixed(4)]],
  [0xd6, ['extension', fixed(6)]],
  [0xd7, ['extension', fixed(10)]],
  [0xd8, ['extension', fixed(18)]],
]);
const [STR8, STR16, STR32, ARRAY16, ARRAY32, MAP16, MAP32] = [0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf];

/**
 * Goes through one value. What is announced must be there: never are more values awaited than there are bytes left, so that whoever makes room for
 * them afterwards makes no more than for the bytes.
 * @throws MessagePackError if it is not one value to the end
 */
export function walkMessagePack(bytes: Uint8Array, visitor: Visitor): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Values that are awaited at each level. */
  const awaited: number[] = [];
  let allAwaited = 1;
  let at = 0;

  const open = (isMap: boolean, size: number, head: number): void => {
    at += head;
    allAwaited += isMap ? 2 * size : size;
    if (allAwaited > bytes.length - at) throw new MessagePackError('The message ends too early');
    visitor.open(isMap, size);
    awaited.push(isMap ? 2 * size : size);
  };
  const string = (head: number, length: number): void => {
    const start = at + head;
    at = start + length;
    if (at > bytes.length) throw new MessagePackError('The message ends too early');
    visitor.string(start, at);
  };
  const scalar = (kind: Scalar, size: number): void => {
    if (at + size > bytes.length) throw new MessagePackError('The message ends too early');
    visitor.scalar(kind, at);
    at += size;
  };
  const value = (): void => {
    const first = view.getUint8(at);
    if (first < 0x80 || first >= 0xe0) return scalar('number', 1);
    if (first < 0x90) return open(true, first - 0x80, 1);
    if (first < 0xa0) return open(false, first - 0x90, 1);
    if (first < 0xc0) return string(1, first - 0xa0);
    const known = SCALARS.get(first);
    if (known !== undefined) return scalar(known[0], known[1](view, at));
    if (first === STR8) return string(2, view.getUint8(at + 1));
    if (first === STR16) return string(3, view.getUint16(at + 1));
    if (first === STR32) return string(5, view.getUint32(at + 1));
    if (first === ARRAY16) return open(false, view.getUint16(at + 1), 3);
    if (first === ARRAY32) return open(false, view.getUint32(at + 1), 5);
    if (first === MAP16) return open(true, view.getUint16(at + 1), 3);
    if (first === MAP32) return open(true, view.getUint32(at + 1), 5);
    throw new MessagePackError('There is no such first byte');
  };

  try {
    while (allAwaited > 0) {
      allAwaited -= 1;
      const level = awaited.length - 1;
      if (level >= 0) awaited[level] = (awaited[level] ?? 0) - 1;
      value();
      while (awaited.at(-1) === 0) {
        awaited.pop();
        visitor.close();
      }
    }
  } catch (cause) {
    // DataView refuses to read behind the end.
    if (cause instanceof RangeError) throw new MessagePackError('The message ends too early', { cause });
    throw cause;
  }
  if (at !== bytes.length) throw new MessagePackError('More bytes follow the message');
}
