import { bitLength, LearntNumbers, LENGTHS, plainNumbers, type NumberCoder } from './number-coder.ts';
import { BitModels, type RangeDecoder, type RangeEncoder } from './range-coder.ts';
import { decimalsOf, MAX_DECIMALS, MAX_WHOLE, walkOf, wholeNumbers, type Walk } from './scaled-column.ts';

export interface StreamOptions {
  /** Many columns follow each other, and learn from each other. */
  readonly isShared: boolean;
  /** Columns are tried as distances to those before them. */
  readonly isRelated: boolean;
  /** Nothing is learnt: larger, and quick to read. */
  readonly isQuick: boolean;
}

/** A column as later ones may refer to it. */
export interface CodedColumn {
  readonly values: Float64Array;
  /** The known values times `10 ** decimals`; `undefined` where that is not whole at any scale. */
  readonly whole: Float64Array | undefined;
  readonly decimals: number;
}

/** How far back a column may refer to another one. */
const NEIGHBOURS = 3;
const WIDTH_BITS = 6;

/** Flags of a column's head. The walk of a column is written as steps from number to number, as offsets from the least, or is another column's walk. */
const IS_FLOAT64 = 0;
const HAS_UNKNOWN = 1;
const IS_CONSTANT = 2;
const IS_DISTANCE = 3;
const IS_LIKE_ANOTHER = 4;
const IS_OFFSETS = 5;
const FLAGS = 6;

/** What the columns of a stream have learnt. */
class ColumnModels {
  readonly flags = new BitModels(FLAGS);
  readonly unknown = new BitModels(2);
  readonly decimals: NumberCoder;
  readonly firsts: NumberCoder;
  readonly strides: NumberCoder;
  readonly steps: NumberCoder;
  readonly offsets: NumberCoder;

  constructor({ isShared, isQuick }: StreamOptions) {
    const ofHeads = (): NumberCoder => (isShared && !isQuick ? new LearntNumbers(false) : plainNumbers);
    const ofWalks = (): NumberCoder => (isQuick ? plainNumbers : new LearntNumbers(isShared));
    this.decimals = ofHeads();
    this.firsts = ofHeads();
    this.strides = ofHeads();
    this.steps = ofWalks();
    this.offsets = ofWalks();
  }
}

interface Plan extends Walk {
  /** How many columns before is the one whose values are subtracted; 0: none. */
  readonly distance: number;
  /** How many columns before is the one whose walk is the same; 0: none. */
  readonly like: number;
  readonly isOffsets: boolean;
  readonly least: number;
  /** What is written of the walk. */
  readonly numbers: Float64Array;
  /** About what that will take. */
  readonly bits: number;
}

const SAME_WALK = { distance: 0, isOffsets: false, least: 0, numbers: new Float64Array(0), bits: 0 } as const;

export class ColumnEncoder {
  readonly #coder: RangeEncoder;
  readonly #models: ColumnModels;
  readonly #options: StreamOptions;
  readonly #before: CodedColumn[] = [];

  constructor(coder: RangeEncoder, options: StreamOptions) {
    this.#coder = coder;
    this.#options = options;
    this.#models = new ColumnModels(options);
  }

  /** @param findLike how many columns before there is one with this walk, which varies; 0 if there is none */
  encode(values: Float64Array, findLike: (walk: Float64Array) => number): void {
    const unknown = unknownOf(values);
    const known = unknown === undefined ? values : values.filter((value) => !Number.isNaN(value));
    const found = decimalsOf(known);
    this.#flag(IS_FLOAT64, found === undefined);
    this.#flag(HAS_UNKNOWN, unknown !== undefined);
    if (unknown !== undefined) this.#encodeUnknown(unknown);
    const decimals = found ?? 0;
    const whole = found === undefined ? undefined : wholeNumbers(known, decimals);
    const column = { values, whole, decimals };
    if (whole === undefined) this.#encodeFloats(known);
    else this.#encodeWhole(whole, column, findLike);
    this.#before.push(column);
  }

  #flag(index: number, isSet: boolean): void {
    this.#coder.bit(this.#models.flags, index, isSet ? 1 : 0);
  }

  #encodeUnknown(unknown: Uint8Array): void {
    let before = 0;
    for (const bit of unknown) {
      this.#coder.bit(this.#models.unknown, before, bit);
      before = bit;
    }
  }

  #encodeFloats(known: Float64Array): void {
    const isVarying = known.some((value) => !Object.is(value, known[0]));
    this.#flag(IS_CONSTANT, !isVarying);
    const view = new DataView(new ArrayBuffer(8));
    for (const value of isVarying ? known : known.subarray(0, 1)) {
      view.setFloat64(0, value);
      this.#coder.direct(view.getUint32(0), 32);
      this.#coder.direct(view.getUint32(4), 32);
    }
  }

  #encodeWhole(whole: Float64Array, column: CodedColumn, findLike: (walk: Float64Array) => number): void {
    const { isQuick, isRelated } = this.#options;
    const own = walkOf(whole);
    const like = own.step === 0 ? 0 : findLike(own.walk);
    let plan: Plan = like > 0 ? { ...own, ...SAME_WALK, like } : planOf(own, 0, isQuick);
    for (let distance = 1; distance <= (isRelated ? NEIGHBOURS : 0) && plan.bits > 0; distance += 1) {
      const base = baseOf(this.#before.at(-distance), column.decimals);
      if (base === undefined) continue;
      const rest = planOf(walkOf(whole.map((value, row) => value - (base[row] ?? 0))), distance, isQuick);
      if (rest.bits < plan.bits) plan = rest;
    }
    this.#encodePlan(plan, column.decimals);
  }

  #encodePlan({ first, step, distance, like, isOffsets, least, numbers }: Plan, decimals: number): void {
    const coder = this.#coder;
    const models = this.#models;
    this.#flag(IS_DISTANCE, distance > 0);
    if (distance > 0) plainNumbers.encode(coder, distance);
    models.decimals.encode(coder, decimals);
    models.firsts.encodeSigned(coder, first);
    models.strides.encodeSigned(coder, step);
    if (step === 0) return;
    this.#flag(IS_LIKE_ANOTHER, like > 0);
    if (like > 0) {
      plainNumbers.encode(coder, like);
      return;
    }
    this.#flag(IS_OFFSETS, isOffsets);
    if (isOffsets) models.firsts.encode(coder, -least);
    if (this.#options.isQuick) {
      const width = bitLength(numbers.reduce((most, number) => Math.max(most, zigzag(number, isOffsets)), 0));
      coder.direct(width, WIDTH_BITS);
      for (const number of numbers) coder.direct(zigzag(number, isOffsets), width);
    } else if (isOffsets) {
      for (const number of numbers) models.offsets.encode(coder, number);
    } else {
      for (const number of numbers) models.steps.encodeSigned(coder, number);
    }
  }
}

export class ColumnDecoder {
  readonly #coder: RangeDecoder;
  readonly #models: ColumnModels;
  readonly #isQuick: boolean;
  readonly #before: CodedColumn[] = [];

  constructor(coder: RangeDecoder, options: StreamOptions) {
    this.#coder = coder;
    this.#isQuick = options.isQuick;
    this.#models = new ColumnModels(options);
  }

  /**
   * @param like the column so many before
   * @returns `undefined` if no encoder can have written this
   */
  decode(rows: number, like: (distance: number) => CodedColumn | undefined): CodedColumn | undefined {
    const isFloat = this.#flag(IS_FLOAT64);
    const unknown = this.#flag(HAS_UNKNOWN) ? this.#decodeUnknown(rows) : undefined;
    const column = isFloat ? this.#decodeFloats(rows, unknown) : this.#decodeWhole(rows, unknown, like);
    if (column !== undefined) this.#before.push(column);
    return column;
  }

  #flag(index: number): boolean {
    return this.#coder.bit(this.#models.flags, index) === 1;
  }

  #decodeUnknown(rows: number): Uint8Array {
    const unknown = new Uint8Array(rows);
    let before = 0;
    for (let row = 0; row < rows; row += 1) {
      before = this.#coder.bit(this.#models.unknown, before);
      unknown[row] = before;
    }
    return unknown;
  }

  #decodeFloats(rows: number, unknown: Uint8Array | undefined): CodedColumn {
    const isConstant = this.#flag(IS_CONSTANT);
    const known = new Float64Array(countKnown(rows, unknown));
    const view = new DataView(new ArrayBuffer(8));
    for (let index = 0; index < (isConstant ? Math.min(known.length, 1) : known.length); index += 1) {
      view.setUint32(0, this.#coder.direct(32));
      view.setUint32(4, this.#coder.direct(32));
      known[index] = view.getFloat64(0);
    }
    if (isConstant) known.fill(known[0] ?? 0);
    return { values: spread(known, unknown), whole: undefined, decimals: 0 };
  }

  #decodeWhole(
    rows: number,
    unknown: Uint8Array | undefined,
    like: (distance: number) => CodedColumn | undefined,
  ): CodedColumn | undefined {
    const coder = this.#coder;
    const models = this.#models;
    const distance = this.#flag(IS_DISTANCE) ? plainNumbers.decode(coder) : 0;
    const decimals = models.decimals.decode(coder);
    if (decimals > MAX_DECIMALS) return undefined;
    const base = distance === 0 ? undefined : baseOf(this.#before.at(-distance), decimals);
    if (distance > 0 && base === undefined) return undefined;
    const first = models.firsts.decodeSigned(coder);
    const step = models.strides.decodeSigned(coder);
    const count = countKnown(rows, unknown);
    const whole = step === 0 ? new Float64Array(count) : this.#decodeWalk(count, like);
    if (whole === undefined) return undefined;
    const scale = 10 ** decimals;
    const known = new Float64Array(count);
    for (let index = 0; index < count; index += 1) {
      const number = first + step * (whole[index] ?? 0) + (base === undefined ? 0 : (base[index] ?? 0));
      whole[index] = number;
      known[index] = number / scale;
    }
    return { values: spread(known, unknown), whole, decimals };
  }

  #decodeWalk(count: number, like: (distance: number) => CodedColumn | undefined): Float64Array | undefined {
    const coder = this.#coder;
    const models = this.#models;
    if (this.#flag(IS_LIKE_ANOTHER)) {
      const whole = like(plainNumbers.decode(coder))?.whole;
      return whole === undefined ? undefined : walkOf(whole).walk;
    }
    const isOffsets = this.#flag(IS_OFFSETS);
    const least = isOffsets ? -models.firsts.decode(coder) : 0;
    const walk = new Float64Array(count);
    const width = this.#isQuick ? coder.direct(WIDTH_BITS) : 0;
    let before = 0;
    for (let index = 1; index < count; index += 1) {
      if (isOffsets) {
        walk[index] = least + (this.#isQuick ? coder.direct(width) : models.offsets.decode(coder));
        continue;
      }
      before += this.#isQuick ? unzigzag(coder.direct(width)) : models.steps.decodeSigned(coder);
      walk[index] = before;
    }
    return walk;
  }
}

/** The shorter way to write a walk. */
function planOf(walk: Walk, distance: number, isQuick: boolean): Plan {
  const { walk: walked, step } = walk;
  const numbers = new Float64Array(Math.max(0, walked.length - 1));
  if (step === 0) return { ...walk, ...SAME_WALK, distance, like: 0 };
  let least = 0;
  for (let index = 0; index < numbers.length; index += 1) {
    const value = walked[index + 1] ?? 0;
    numbers[index] = value - (walked[index] ?? 0);
    if (value < least) least = value;
  }
  const cost = isQuick ? fixedBits : learntBits;
  const offsets = numbers.map((_, index) => (walked[index + 1] ?? 0) - least);
  const [bitsOfSteps, bitsOfOffsets] = [cost(numbers, true), cost(offsets, false)];
  return bitsOfOffsets < bitsOfSteps
    ? { ...walk, distance, like: 0, isOffsets: true, least, numbers: offsets, bits: bitsOfOffsets }
    : { ...walk, distance, like: 0, isOffsets: false, least: 0, numbers, bits: bitsOfSteps };
}

function fixedBits(numbers: Float64Array, isSigned: boolean): number {
  const most = numbers.reduce((found, number) => Math.max(found, Math.abs(number)), 0);
  return numbers.length * (bitLength(most) + (isSigned ? 1 : 0));
}

/** The entropy of the lengths, and what is below the highest bits. */
function learntBits(numbers: Float64Array, isSigned: boolean): number {
  const counts = new Uint32Array(LENGTHS);
  for (const number of numbers) {
    const length = bitLength(Math.abs(number));
    counts[length] = (counts[length] ?? 0) + 1;
  }
  let bits = 0;
  for (let length = 0; length < LENGTHS; length += 1) {
    const count = counts[length] ?? 0;
    if (count === 0) continue;
    bits += count * Math.log2(numbers.length / count);
    if (length > 0) bits += count * (length - 1 + (isSigned ? 1 : 0));
  }
  return bits;
}

function zigzag(number: number, isOffset: boolean): number {
  if (isOffset) return number;
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function unzigzag(number: number): number {
  return number % 2 === 1 ? -(number + 1) / 2 : number / 2;
}

function unknownOf(values: Float64Array): Uint8Array | undefined {
  if (!values.some((value) => Number.isNaN(value))) return undefined;
  return Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
}

function countKnown(rows: number, unknown: Uint8Array | undefined): number {
  return unknown === undefined ? rows : unknown.reduce((count, bit) => count - bit, rows);
}

/** Puts the known values where they belong. */
function spread(known: Float64Array, unknown: Uint8Array | undefined): Float64Array {
  if (unknown === undefined) return known;
  let next = -1;
  return Float64Array.from(unknown, (bit) => {
    if (bit === 1) return Number.NaN;
    next += 1;
    return known[next] ?? 0;
  });
}

/** Another column's whole numbers at the scale of this one; `undefined` where it has more decimals, or none. */
function baseOf(other: CodedColumn | undefined, decimals: number): Float64Array | undefined {
  if (other?.whole === undefined || other.decimals > decimals) return undefined;
  if (other.decimals === decimals) return other.whole;
  const factor = 10 ** (decimals - other.decimals);
  const base = other.whole.map((number) => number * factor);
  return base.every((number) => Math.abs(number) <= MAX_WHOLE) ? base : undefined;
}
