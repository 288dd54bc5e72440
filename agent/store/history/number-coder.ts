import { BitModels, type RangeDecoder, type RangeEncoder } from './range-coder.ts';

/** Writes and reads whole numbers from 0 to 2^53, and signed ones. */
export interface NumberCoder {
  encode(coder: RangeEncoder, value: number): void;
  decode(coder: RangeDecoder): number;
  encodeSigned(coder: RangeEncoder, value: number): void;
  decodeSigned(coder: RangeDecoder): number;
}

const LENGTH_BITS = 6;
/** Lengths of numbers in bits are smaller. */
export const LENGTHS = 1 << LENGTH_BITS;
/** Bits below the highest one whose chances are worth learning. */
const LEARNT_BITS = 3;

/** 0 for 0, 1 for 1, 2 for 2 and 3, 3 for 4 to 7 … */
export function bitLength(value: number): number {
  return value < 2 ** 31 ? 32 - Math.clz32(value) : 63 - Math.clz32(value / 2 ** 31);
}

/** For numbers that have nothing in common. */
export const plainNumbers: NumberCoder = {
  encode(coder, value) {
    const length = bitLength(value);
    coder.direct(length, LENGTH_BITS);
    coder.direct(value, length);
  },
  decode: (coder) => coder.direct(Math.min(coder.direct(LENGTH_BITS), 53)),
  encodeSigned(coder, value) {
    plainNumbers.encode(coder, Math.abs(value));
    coder.direct(value < 0 ? 1 : 0, 1);
  },
  decodeSigned(coder) {
    const size = plainNumbers.decode(coder);
    return coder.direct(1) === 1 ? -size : size;
  },
};

/**
 * Learns how long the numbers are in bits, their highest bits, and their signs: in a column they are alike in those. What is below is noise and costs
 * what it is.
 */
export class LearntNumbers implements NumberCoder {
  readonly #lengths: BitModels;
  readonly #highBits = new BitModels(LENGTHS << LEARNT_BITS);
  readonly #signs = new BitModels(1);
  readonly #hasContext: boolean;
  #context = 0;

  /** @param hasContext one number's length tells of the next one's: learnt from many numbers only */
  constructor(hasContext: boolean) {
    this.#hasContext = hasContext;
    this.#lengths = new BitModels(hasContext ? LENGTHS * LENGTHS : LENGTHS);
  }

  encode(coder: RangeEncoder, value: number): void {
    const length = bitLength(value);
    let node = 1;
    for (let place = LENGTH_BITS - 1; place >= 0; place -= 1) {
      const bit = (length >> place) & 1;
      coder.bit(this.#lengths, this.#context + node, bit);
      node = 2 * node + bit;
    }
    if (this.#hasContext) this.#context = length << LENGTH_BITS;
    const learnt = Math.min(LEARNT_BITS, length - 1);
    node = 1;
    for (let place = length - 2; place >= length - 1 - learnt; place -= 1) {
      const bit = Math.floor(value / 2 ** place) % 2;
      coder.bit(this.#highBits, (length << LEARNT_BITS) + node, bit);
      node = 2 * node + bit;
    }
    if (length - 1 > learnt) coder.direct(value, length - 1 - learnt);
  }

  decode(coder: RangeDecoder): number {
    let node = 1;
    for (let place = 0; place < LENGTH_BITS; place += 1) {
      node = 2 * node + coder.bit(this.#lengths, this.#context + node);
    }
    const length = node - LENGTHS;
    if (this.#hasContext) this.#context = length << LENGTH_BITS;
    if (length < 2) return length;
    const learnt = Math.min(LEARNT_BITS, length - 1);
    node = 1;
    for (let place = 0; place < learnt; place += 1) {
      node = 2 * node + coder.bit(this.#highBits, (length << LEARNT_BITS) + node);
    }
    const left = length - 1 - learnt;
    return left === 0 ? node : node * 2 ** left + coder.direct(left);
  }

  encodeSigned(coder: RangeEncoder, value: number): void {
    this.encode(coder, Math.abs(value));
    if (value !== 0) coder.bit(this.#signs, 0, value < 0 ? 1 : 0);
  }

  decodeSigned(coder: RangeDecoder): number {
    const size = this.decode(coder);
    return size !== 0 && coder.bit(this.#signs, 0) === 1 ? -size : size;
  }
}
