import { crc32 } from 'node:zlib';
import { ColumnDecoder, ColumnEncoder, type CodedColumn, type StreamOptions } from './column-coder.ts';
import { RangeDecoder, RangeEncoder } from './range-coder.ts';

const FORMAT = 1;
const CHECKSUM_BYTES = 4;
/** Fewer rows teach the models too little: all columns share them. */
const FEW_ROWS = 32;
/** 32 MB of numbers. */
const MAX_VALUES = 2 ** 22;
const MAX_SERIES = 2 ** 16;

/*
 * A part: format, rows, columns, columns of a stream, flags, ids as runs, the length of each stream, all as numbers of seven bits a byte; the streams;
 * a CRC-32 of all before it. A stream is a range coder's, a column in it a head and a walk (column-coder.ts). Deflate took 8 to 21 % more
 * for a busy host, depending on how the bytes were arranged, and a reader had to inflate all series of a part for one of them.
 */

/** The bytes are no part of a chunk, not the whole of it, or were changed. */
export class ChunkError extends Error {
  override name = 'ChunkError';
}

export interface PackOptions {
  /** How many consecutive columns are read together, as minimum, maximum, mean and count are. */
  readonly together?: number;
  /** Larger, and read several times as fast. */
  readonly isQuick?: boolean;
}

/**
 * The bytes of a part of a chunk: some series, and a number per row and series, NaN where unknown. Every float64 comes back as it was.
 * @param seriesIds whole numbers from 0 to 2^48, none twice; shortest where each is one more than the one before
 * @param columns one per series, all of the same length
 */
export function packPart(
  seriesIds: readonly number[],
  columns: readonly Float64Array[],
  options?: PackOptions,
): Uint8Array<ArrayBuffer> {
  const packing = packPartInSteps(seriesIds, columns, options);
  for (;;) {
    const { value, done } = packing.next();
    if (done === true) return value;
  }
}

/** `packPart`, a stream at a time, which is a series where there are many rows. */
export function* packPartInSteps(
  seriesIds: readonly number[],
  columns: readonly Float64Array[],
  { together = 1, isQuick = false }: PackOptions = {},
): Generator<undefined, Uint8Array<ArrayBuffer>> {
  const rows = columns[0]?.length ?? 0;
  if (columns.length !== seriesIds.length) throw new RangeError('A part has one column per series');
  if (columns.some(({ length }) => length !== rows))
    throw new RangeError('The columns of a part have the same length');
  if (rows * columns.length > MAX_VALUES || columns.length > MAX_SERIES) {
    throw new RangeError(`A part has at most ${MAX_SERIES} series and ${MAX_VALUES} values`);
  }
  const isShared = rows < FEW_ROWS && !isQuick;
  const perStream = isShared ? Math.max(1, columns.length) : together;
  const options: StreamOptions = { isShared: isShared || together > 1, isRelated: together > 1, isQuick };
  const head = new NumberWriter();
  head.write(FORMAT);
  head.write(rows);
  head.write(columns.length);
  head.write(perStream);
  head.write((options.isShared ? 1 : 0) + (options.isRelated ? 2 : 0) + (isQuick ? 4 : 0));
  writeIds(head, seriesIds);
  const streams = yield* encodeStreams(columns, perStream, options);
  for (const { length } of streams) head.write(length);
  return joined([head.bytes(), ...streams]);
}

/** A stream whose columns refer to other streams is not referred to, so that a reader needs two at most. */
function* encodeStreams(
  columns: readonly Float64Array[],
  perStream: number,
  options: StreamOptions,
): Generator<undefined, Uint8Array[]> {
  const streams: Uint8Array[] = [];
  const walks = new Map<string, number>();
  for (let from = 0; from < columns.length; from += perStream) {
    const coder = new RangeEncoder();
    const encoder = new ColumnEncoder(coder, options);
    const added: string[] = [];
    let refersElsewhere = false;
    columns.slice(from, from + perStream).forEach((column, place) => {
      encoder.encode(column, (walk) => {
        const key = keyOf(walk);
        const other = walks.get(key);
        if (other !== undefined) {
          refersElsewhere ||= other < from;
          return from + place - other;
        }
        walks.set(key, from + place);
        added.push(key);
        return 0;
      });
    });
    if (refersElsewhere) for (const key of added) walks.delete(key);
    streams.push(coder.finish());
    yield;
  }
  return streams;
}

/** Equal walks have equal keys, and others never. */
function keyOf(walk: Float64Array): string {
  return Buffer.from(walk.buffer, walk.byteOffset, walk.byteLength).toString('latin1');
}

/**
 * @param wanted ids of series; all of the part if left out. Those that the part does not have are left out of the answer
 * @throws ChunkError if these are not the bytes of a part with `rows` rows
 */
export function unpackPart(
  data: Uint8Array,
  rows: number,
  wanted?: ReadonlySet<number>,
): Map<number, Float64Array> {
  const part = new PartReader(data, rows);
  const found = new Map<number, Float64Array>();
  part.seriesIds.forEach((id, index) => {
    if (wanted === undefined || wanted.has(id)) found.set(id, part.column(index).values);
  });
  return found;
}

/** The series of a part. @throws ChunkError as `unpackPart` */
export function seriesOfPart(data: Uint8Array, rows: number): readonly number[] {
  return new PartReader(data, rows).seriesIds;
}

class PartReader {
  readonly seriesIds: readonly number[];
  readonly #data: Uint8Array;
  readonly #rows: number;
  readonly #perStream: number;
  readonly #options: StreamOptions;
  /** Where each stream begins, and where the last one ends. */
  readonly #bounds: readonly number[];
  readonly #streams = new Map<number, readonly CodedColumn[]>();

  constructor(data: Uint8Array, rows: number) {
    const end = data.length - CHECKSUM_BYTES;
    if (
      end < 0 ||
      crc32(data.subarray(0, end)) !== new DataView(data.buffer, data.byteOffset + end).getUint32(0, true)
    ) {
      throw new ChunkError('A part of a chunk was changed');
    }
    const head = new NumberReader(data, end);
    if (head.read() !== FORMAT) throw new ChunkError('A part of a chunk has an unknown format');
    if (head.read() !== rows) throw new ChunkError('A part of a chunk has another number of rows');
    const count = head.read();
    this.#perStream = head.read();
    const flags = head.read();
    if (count > MAX_SERIES || count * rows > MAX_VALUES || this.#perStream === 0) throw broken();
    this.#data = data;
    this.#rows = rows;
    this.#options = { isShared: (flags & 1) !== 0, isRelated: (flags & 2) !== 0, isQuick: (flags & 4) !== 0 };
    this.seriesIds = readIds(head, count);
    const lengths = Array.from({ length: Math.ceil(count / this.#perStream) }, () => head.read());
    let at = head.at;
    this.#bounds = [at, ...lengths.map((length) => (at += length))];
    if (at !== end) throw broken();
  }

  column(index: number): CodedColumn {
    const stream = Math.floor(index / this.#perStream);
    const column = this.#stream(stream, true)[index % this.#perStream];
    if (column === undefined) throw broken();
    return column;
  }

  #stream(stream: number, mayRefer: boolean): readonly CodedColumn[] {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const coder = new RangeDecoder(this.#data, this.#bounds[stream] ?? 0, this.#bounds[stream + 1] ?? 0);
    const decoder = new ColumnDecoder(coder, this.#options);
    const from = stream * this.#perStream;
    const columns: CodedColumn[] = [];
    for (let index = from; index < Math.min(this.seriesIds.length, from + this.#perStream); index += 1) {
      const like = (distance: number): CodedColumn | undefined => {
        const other = index - distance;
        if (other >= from) return columns[other - from];
        if (other < 0 || !mayRefer) return undefined;
        return this.#stream(Math.floor(other / this.#perStream), false)[other % this.#perStream];
      };
      const column = decoder.decode(this.#rows, like);
      if (column === undefined) throw broken();
      columns.push(column);
    }
    this.#streams.set(stream, columns);
    return columns;
  }
}

function broken(): ChunkError {
  return new ChunkError('A part of a chunk is no such part');
}

/** Runs of ids that follow each other: the distance from the end of the run before, and how many. */
function writeIds(head: NumberWriter, ids: readonly number[]): void {
  let next = 0;
  for (let from = 0; from < ids.length;) {
    const first = ids[from] ?? 0;
    if (!(Number.isInteger(first) && first >= 0 && first <= 2 ** 48))
      throw new RangeError('Ids of series are whole numbers from 0 to 2^48');
    let end = from + 1;
    while (end < ids.length && ids[end] === first + end - from) end += 1;
    head.writeSigned(first - next);
    head.write(end - from);
    next = first + end - from;
    from = end;
  }
}

function readIds(head: NumberReader, count: number): number[] {
  const ids: number[] = [];
  let next = 0;
  while (ids.length < count) {
    next += head.readSigned();
    const length = head.read();
    if (ids.length + length > count || !Number.isSafeInteger(next)) throw broken();
    for (let index = 0; index < length; index += 1, next += 1) ids.push(next);
  }
  return ids;
}

/** Seven bits a byte, lowest first; the highest bit says that more follow. */
class NumberWriter {
  readonly #bytes: number[] = [];

  write(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 128);
    this.#bytes.push(rest);
  }

  writeSigned(value: number): void {
    this.write(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

class NumberReader {
  readonly #data: Uint8Array;
  readonly #end: number;
  at = 0;

  constructor(data: Uint8Array, end: number) {
    this.#data = data;
    this.#end = end;
  }

  read(): number {
    let value = 0;
    for (let weight = 1; weight <= 2 ** 49; weight *= 128) {
      const byte = this.at < this.#end ? this.#data[this.at] : undefined;
      if (byte === undefined) break;
      this.at += 1;
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw broken();
  }

  readSigned(): number {
    const value = this.read();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(length + CHECKSUM_BYTES);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  new DataView(bytes.buffer).setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes;
}
