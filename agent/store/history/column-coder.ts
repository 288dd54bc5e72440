import { bitLength, LearntNumbers, plainNumbers, type NumberCoder } from './number-coder.ts';
import { BitModels, type RangeDecoder, type RangeEncoder } from './range-coder.ts';
import { decimalsOf, MAX_DECIMALS, walkOf, wholeNumbers, type Walk } from './scaled-column.ts';

export interface StreamOptions {
  /** Many columns follow each other, and learn from each other. */
  readonly isShared: boolean;
  /** Columns are tried as distances to those before them. */
  readonly isRelated: boolean;
  /** Nothing is learnt: larger, and quick to read. */
  readonly isQuick: boolean;
}

/** What later columns may refer to. */
export interface CodedColumn {
  readonly values: Float64Array;
  /** Of the known values; `undefined` where they are no whole numbers at any scale. */
  readonly walk: Float64Array | undefined;
}

/** A column may be written as its distance to one of so many before it. */
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
  readonly unknowns = new BitModels(2);
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

  /** @param findLike how many columns before there is one with this walk; 0 if there is none */
  encode(values: Float64Array, findLike: (walk: Float64Array) => number): CodedColumn {
    const known = knownOf(values);
    const decimals = decimalsOf(known);
    this.#flag(IS_FLOAT64, decimals === undefined);
    this.#flag(HAS_UNKNOWN, known.length < values.length);
    if (known.length < values.length) this.#encodeUnknowns(values);
    if (decimals === undefined) this.#encodeFloats(known);
    const walk = decimals === undefined ? undefined : this.#encodeWhole(values, known, decimals, findLike);
    const column = { values, walk };
    this.#before.push(column);
    return column;
  }

  #flag(index: number, isSet: boolean): void {
    this.#coder.bit(this.#models.flags, index, isSet ? 1 : 0);
  }

  #encodeUnknowns(values: Float64Array): void {
    let before = 0;
    for (const value of values) {
      const bit = Number.isNaN(value) ? 1 : 0;
      this.#coder.bit(this.#models.unknowns, before, bit);
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

  /** @returns the walk */
  #encodeWhole(
    values: Float64Array,
    known: Float64Array,
    decimals: number,
    findLike: (walk: Float64Array) => number,
  ): Float64Array {
    const whole = wholeNumbers(known, decimals);
    const own = walkOf(whole);
    const plans: Plan[] = [planOf(own, 0, this.#options.isQuick)];
    for (
      let distance = 1;
      distance <= NEIGHBOURS && this.#options.isRelated && own.step !== 0;
      distance += 1
    ) {
      const other = this.#before.at(-distance);
      const base = other === undefined ? undefined : subtrahend(other.values, values, decimals);
      if (base === undefined) continue;
      const rest = whole.map((value, row) => value - (base[row] ?? 0));
      plans.push(planOf(walkOf(rest), distance, this.#options.isQuick));
    }
    const like = own.step === 0 ? 0 : findLike(own.walk);
    if (like > 0) plans.push({ ...planOf(own, 0, true), like, bits: 0 });
    this.#encodePlan(
      plans.reduce((best, plan) => (plan.bits < best.bits ? plan : best)),
      decimals,
    );
    return own.walk;
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
  readonly #options: StreamOptions;
  readonly #before: CodedColumn[] = [];

  constructor(coder: RangeDecoder, options: StreamOptions) {
    this.#coder = coder;
    this.#options = options;
    this.#models = new ColumnModels(options);
  }

  /**
   * @param like the column so many before
   * @returns `undefined` if the stream cannot have been written by an encoder
   */
  decode(rows: number, like: (distance: number) => CodedColumn | undefined): CodedColumn | undefined {
    const isFloat = this.#flag(IS_FLOAT64);
    const values = new Float64Array(rows);
    const known = this.#flag(HAS_UNKNOWN) ? this.#decodeUnknowns(values) : rows;
    const column = isFloat ? this.#decodeFloats(values, known) : this.#decodeWhole(values, known, like);
    if (column !== undefined) this.#before.push(column);
    return column;
  }

  #flag(index: number): boolean {
    return this.#coder.bit(this.#models.flags, index) === 1;
  }

  /** @returns how many are known */
  #decodeUnknowns(values: Float64Array): number {
    let known = 0;
    let before = 0;
    for (let row = 0; row < values.length; row += 1) {
      before = this.#coder.bit(this.#models.unknowns, before);
      if (before === 1) values[row] = Number.NaN;
      else known += 1;
    }
    return known;
  }

  #decodeFloats(values: Float64Array, count: number): CodedColumn {
    const isConstant = this.#flag(IS_CONSTANT);
    const known = new Float64Array(count);
    const view = new DataView(new ArrayBuffer(8));
    for (let index = 0; index < (isConstant ? Math.min(count, 1) : count); index += 1) {
      view.setUint32(0, this.#coder.direct(32));
      view.setUint32(4, this.#coder.direct(32));
      known[index] = view.getFloat64(0);
    }
    if (isConstant) known.fill(known[0] ?? 0);
    return { values: spread(values, known), walk: undefined };
  }

  #decodeWhole(
    values: Float64Array,
    count: number,
    like: (distance: number) => CodedColumn | undefined,
  ): CodedColumn | undefined {
    const coder = this.#coder;
    const models = this.#models;
    const distance = this.#flag(IS_DISTANCE) ? plainNumbers.decode(coder) : 0;
    const decimals = models.decimals.decode(coder);
    if (decimals > MAX_DECIMALS) return undefined;
    const other = distance === 0 ? undefined : this.#before.at(-distance);
    const base = other === undefined ? undefined : subtrahend(other.values, values, decimals);
    if (distance > 0 && base === undefined) return undefined;
    const first = models.firsts.decodeSigned(coder);
    const step = models.strides.decodeSigned(coder);
    let walk = step === 0 ? new Float64Array(count) : this.#decodeWalk(count, like);
    if (walk?.length !== count) return undefined;
    const scale = 10 ** decimals;
    const known = new Float64Array(count);
    for (let index = 0; index < count; index += 1) {
      known[index] = (first + step * (walk[index] ?? 0) + (base?.[index] ?? 0)) / scale;
    }
    if (base !== undefined) walk = walkOf(wholeNumbers(known, decimals)).walk;
    return { values: spread(values, known), walk };
  }

  #decodeWalk(count: number, like: (distance: number) => CodedColumn | undefined): Float64Array | undefined {
    const coder = this.#coder;
    const models = this.#models;
    if (this.#flag(IS_LIKE_ANOTHER)) return like(plainNumbers.decode(coder))?.walk;
    const isOffsets = this.#flag(IS_OFFSETS);
    const least = isOffsets ? -models.firsts.decode(coder) : 0;
    const width = this.#options.isQuick ? coder.direct(WIDTH_BITS) : 0;
    const walk = new Float64Array(count);
    let before = 0;
    for (let index = 1; index < count; index += 1) {
      if (this.#options.isQuick) {
        const number = coder.direct(width);
        before = isOffsets ? least + number : before + (number % 2 === 1 ? -(number + 1) / 2 : number / 2);
      } else {
        before = isOffsets ? least + models.offsets.decode(coder) : before + models.steps.decodeSigned(coder);
      }
      walk[index] = before;
    }
    return walk;
  }
}

function planOf(walk: Walk, distance: number, isQuick: boolean): Plan {
  const numbersOf = (base: (index: number) => number): Float64Array =>
    walk.walk.subarray(1).map((value, index) => value - base(index));
  const steps = numbersOf((index) => walk.walk[index] ?? 0);
  const rest = { ...walk, distance, like: 0 };
  if (walk.step === 0) return { ...rest, isOffsets: false, least: 0, numbers: steps, bits: 0 };
  const least = walk.walk.reduce((found, value) => Math.min(found, value), 0);
  const offsets = numbersOf(() => least);
  const cost = isQuick ? fixedBits : learntBits;
  const [bitsOfSteps, bitsOfOffsets] = [cost(steps, true), cost(offsets, false)];
  return bitsOfOffsets < bitsOfSteps
    ? { ...rest, isOffsets: true, least, numbers: offsets, bits: bitsOfOffsets }
    : { ...rest, isOffsets: false, least: 0, numbers: steps, bits: bitsOfSteps };
}

function fixedBits(numbers: Float64Array, isSigned: boolean): number {
  const most = numbers.reduce((found, number) => Math.max(found, Math.abs(number)), 0);
  return numbers.length * (bitLength(most) + (isSigned ? 1 : 0));
}

/** The entropy of the lengths, and what is below the highest bit. */
function learntBits(numbers: Float64Array, isSigned: boolean): number {
  const counts = new Uint32Array(64);
  for (const number of numbers) {
    const length = bitLength(Math.abs(number));
    counts[length] = (counts[length] ?? 0) + 1;
  }
  return counts.reduce((bits, count, length) => {
    if (count === 0) return bits;
    const below = length === 0 ? 0 : length - 1 + (isSigned ? 1 : 0);
    return bits + count * (below + Math.log2(numbers.length / count));
  }, 0);
}

function zigzag(number: number, isOffset: boolean): number {
  if (isOffset) return number;
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function knownOf(values: Float64Array): Float64Array {
  return values.some((value) => Number.isNaN(value))
    ? values.filter((value) => !Number.isNaN(value))
    : values;
}

/** Puts the known values where `values` has no NaN. */
function spread(target: Float64Array, known: Float64Array): Float64Array {
  if (known.length === target.length) return known;
  const values = target;
  let next = 0;
  for (let row = 0; row < values.length; row += 1) {
    if (Number.isNaN(values[row])) continue;
    values[row] = known[next] ?? 0;
    next += 1;
  }
  return values;
}

/** Another column's known values as whole numbers; `undefined` where it is not known in the same rows, or has more decimals. */
function subtrahend(other: Float64Array, values: Float64Array, decimals: number): Float64Array | undefined {
  if (!other.every((value, row) => Number.isNaN(value) === Number.isNaN(values[row]))) return undefined;
  const known = knownOf(other);
  const whole = wholeNumbers(known, decimals);
  const scale = 10 ** decimals;
  return whole.every((value, index) => value / scale === known[index] && Number.isSafeInteger(value))
    ? whole
    : undefined;
}
