/** The `index`th number of a sequence, 0 to 1 (an integer hash: Wellons' lowbias32). Any can be had without those before. */
export function randomAt(seed: number, index: number): number {
  let bits = (Math.imul(seed | 0, 0x9e37_79b1) ^ Math.imul(index | 0, 0x85eb_ca77)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb_352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}
