/**
 * An adaptive binary range coder, as LZMA has it: a bit costs as much as it surprises. Numbers stay below 2^31, which V8 keeps in registers.
 */

/** A probability is a share of 2^15. It moves by less the more often it was met, at first quickly. */
const HALF = 1 << 14;
const STEADY = 30;
const RATE_BITS = 14;
const RATES = Int32Array.from({ length: STEADY + 1 }, (_, met) => Math.round(2 ** RATE_BITS / (met + 1.6)));
const LEAST = 1 << 5;
const BOTTOM = 2 ** 23;
const WIDEST = 2 ** 31 - 1;
/** The most bits that are coded at once without a probability. */
const DIRECT = 14;

/** Probabilities of bits, each the chance of a 0. */
export class BitModels {
  readonly chances: Int32Array;
  readonly met: Uint8Array;

  constructor(count: number) {
    this.chances = new Int32Array(count).fill(HALF);
    this.met = new Uint8Array(count);
  }

  learn(index: number, bit: number): void {
    const chance = this.chances[index] ?? 0;
    const met = this.met[index] ?? 0;
    if (met < STEADY) this.met[index] = met + 1;
    const target = bit === 0 ? 2 * HALF - LEAST : LEAST;
    this.chances[index] = chance + (((target - chance) * (RATES[met] ?? 0)) >> RATE_BITS);
  }
}

export class RangeEncoder {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #low = 0;
  #range = WIDEST;
  /** The last byte and the 255s after it wait: a carry may still change them. */
  #waiting = 0;
  #waits = 1;

  bit(models: BitModels, index: number, bit: number): void {
    const bound = (this.#range >>> 15) * (models.chances[index] ?? 0);
    if (bit === 0) {
      this.#range = bound;
    } else {
      this.#low += bound;
      this.#range -= bound;
    }
    models.learn(index, bit);
    this.#normalise();
  }

  /** The lowest bits of a whole number, each of them as likely 0 as 1. */
  direct(value: number, bits: number): void {
    let left = bits <= DIRECT ? 0 : bits - (bits % DIRECT);
    this.#part(Math.floor(value / 2 ** left), bits - left);
    while (left > 0) {
      left -= DIRECT;
      this.#part(Math.floor(value / 2 ** left), DIRECT);
    }
  }

  #part(value: number, bits: number): void {
    this.#range >>>= bits;
    this.#low += (value % 2 ** bits) * this.#range;
    this.#normalise();
  }

  /** The shortest bytes that the decoder cannot tell from all: zeros at the end are left out. */
  finish(): Uint8Array {
    let mask = 2 ** 31;
    while (Math.ceil(this.#low / mask) * mask >= this.#low + this.#range) mask /= 2;
    this.#low = Math.ceil(this.#low / mask) * mask;
    for (let index = 0; index < 5; index += 1) this.#shift();
    let end = this.#length;
    while (end > 1 && this.#bytes[end - 1] === 0) end -= 1;
    // The first byte only ever waited for a carry that cannot come.
    return this.#bytes.slice(1, end);
  }

  #normalise(): void {
    while (this.#range < BOTTOM) {
      this.#range <<= 8;
      this.#shift();
    }
  }

  #shift(): void {
    if (this.#low < 0xff_00_00_00 || this.#low >= 2 ** 32) {
      const carry = this.#low >= 2 ** 32 ? 1 : 0;
      this.#write(this.#waiting + carry);
      for (; this.#waits > 1; this.#waits -= 1) this.#write(255 + carry);
      this.#waits = 0;
      this.#waiting = (this.#low >>> 24) & 255;
    }
    this.#waits += 1;
    this.#low = (this.#low & 0xff_ff_ff) * 256;
  }

  #write(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }
}

/** Reads what a RangeEncoder wrote in `bytes[from..end)`. Any bytes can be read: they are worthless, not dangerous, if they are no such stream. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #code = 0;
  #range = WIDEST;

  constructor(bytes: Uint8Array, from: number, end: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
    for (let index = 0; index < 4; index += 1) this.#code = (this.#code << 8) | this.#next();
    // Only other bytes than an encoder's are beyond the range, here and below.
    this.#code = Math.min(this.#code & WIDEST, WIDEST - 1);
  }

  bit(models: BitModels, index: number): number {
    const bound = (this.#range >>> 15) * (models.chances[index] ?? 0);
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
    } else {
      this.#code -= bound;
      this.#range -= bound;
      bit = 1;
    }
    models.learn(index, bit);
    while (this.#range < BOTTOM) {
      this.#range <<= 8;
      this.#code = (this.#code << 8) | this.#next();
    }
    return bit;
  }

  direct(bits: number): number {
    if (bits <= DIRECT) return this.#part(bits);
    let value = this.#part(bits % DIRECT);
    for (let left = bits - (bits % DIRECT); left > 0; left -= DIRECT)
      value = value * 2 ** DIRECT + this.#part(DIRECT);
    return value;
  }

  #part(bits: number): number {
    const range = this.#range >>> bits;
    const part = Math.min((this.#code / range) | 0, (1 << bits) - 1);
    this.#code = Math.min(this.#code - part * range, range - 1);
    this.#range = range;
    while (this.#range < BOTTOM) {
      this.#range <<= 8;
      this.#code = (this.#code << 8) | this.#next();
    }
    return part;
  }

  #next(): number {
    if (this.#at >= this.#end) return 0;
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}
