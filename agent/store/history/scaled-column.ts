/** The most decimals that a value may have to be kept as a whole number. */
export const MAX_DECIMALS = 7;
/** So that differences of differences of differences are exact. */
export const MAX_WHOLE = 2 ** 49;

/** Numbers as `first + step * walk[i]`, all of them whole. */
export interface Walk {
  readonly first: number;
  /** The greatest common divisor of the distances to `first`; negative if the first distance is; 0 if all numbers are the same. */
  readonly step: number;
  /** Begins with 0; its first other number is positive. */
  readonly walk: Float64Array;
}

/** How many decimals all values have at most; `undefined` if one has more than 7, is too large, or is -0. */
export function decimalsOf(known: Float64Array): number | undefined {
  let decimals = 0;
  let scale = 1;
  for (const value of known) {
    while (!isWhole(value, scale)) {
      decimals += 1;
      scale = 10 ** decimals;
      if (decimals > MAX_DECIMALS) return undefined;
    }
  }
  // A value that is whole at a smaller scale need not be at a greater one.
  return known.every((value) => isWhole(value, scale)) ? decimals : undefined;
}

function isWhole(value: number, scale: number): boolean {
  // -0 is no whole number: it would come back as 0.
  const whole = Math.round(value * scale) + 0;
  return Object.is(whole / scale, value) && Math.abs(whole) <= MAX_WHOLE;
}

export function wholeNumbers(values: Float64Array, decimals: number): Float64Array {
  const scale = 10 ** decimals;
  const whole = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1)
    whole[index] = Math.round((values[index] ?? 0) * scale);
  return whole;
}

export function walkOf(whole: Float64Array): Walk {
  const first = whole[0] ?? 0;
  const walk = new Float64Array(whole.length);
  let divisor = 0;
  let sign = 0;
  for (let index = 0; index < whole.length; index += 1) {
    const distance = (whole[index] ?? 0) - first;
    walk[index] = distance;
    if (distance === 0 || divisor === 1) continue;
    if (sign === 0) sign = Math.sign(distance);
    divisor = commonDivisor(Math.abs(distance), divisor);
  }
  const step = sign * divisor;
  if (step !== 0 && step !== 1) {
    // No -0, which is not the same number everywhere.
    for (let index = 0; index < walk.length; index += 1) walk[index] = (walk[index] ?? 0) / step + 0;
  }
  return { first, step, walk };
}

function commonDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small !== 0) [large, small] = [small, large % small];
  return large;
}
