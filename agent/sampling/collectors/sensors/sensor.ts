import { percent, rounded } from '../../figures.ts';
import { numberIn } from '../../kernel/numbers.ts';

/** What a sensor's number is, and in which part of `Sensors` it stands. */
export type SensorKind = 'temperature' | 'fan' | 'power' | 'energy' | 'battery';

/** One thing that can be read, as it was found. */
export interface Sensor {
  readonly kind: SensorKind;
  /** For people; not necessarily unique. */
  readonly label: string;
  /** The file with its number. */
  readonly path: string;
  /** Where a counter of energy begins anew, in µJ. */
  readonly modulus?: number;
}

/** A sensor that shows less or more is not connected, or broken. */
const MIN_CELSIUS = -100;
const MAX_CELSIUS = 300;

/** A text of millidegrees Celsius in °C with one decimal; `null` for nonsense. */
export function celsiusIn(text: string | null): number | null {
  const millidegrees = numberIn(text);
  const celsius = millidegrees === null ? null : millidegrees / 1000;
  return celsius !== null && celsius >= MIN_CELSIUS && celsius <= MAX_CELSIUS ? rounded(celsius, 1) : null;
}

/** A text of microwatts in W with two decimals. */
export function wattsIn(text: string | null): number | null {
  const microwatts = numberIn(text);
  return microwatts === null ? null : rounded(microwatts / 1e6, 2);
}

/** A text of revolutions per minute; `null` for less than none. */
export function revolutionsIn(text: string | null): number | null {
  const perMinute = numberIn(text);
  return perMinute !== null && perMinute >= 0 ? perMinute : null;
}

/**
 * What a sensor shows, from its text. `null` when that cannot be read: drivers answer EIO, ENODATA or EAGAIN while a device sleeps.
 */
export function figureOf(kind: Exclude<SensorKind, 'energy'>, text: string | null): number | null {
  if (kind === 'temperature') return celsiusIn(text);
  if (kind === 'fan') return revolutionsIn(text);
  if (kind === 'power') return wattsIn(text);
  return percent(numberIn(text));
}
