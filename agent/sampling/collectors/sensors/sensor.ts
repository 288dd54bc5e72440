import { rounded } from '../../values.ts';
import { numberIn } from '../../kernel/text.ts';

/** What a sensor's number is, and in which part of `Sensors` it stands. */
export type SensorKind = 'temperature' | 'fan' | 'power' | 'energy' | 'battery';

/** A chip below `/sys/class/hwmon`. */
export interface Chip {
  readonly folder: string;
  readonly name: string;
  /** What its device is called: `nvme0`, `0000:03:00.0`, `thermal_zone0`; `null` where it is not told. */
  readonly device: string | null;
  /** By which it is known again; another chip at the same place has another one. */
  readonly key: string;
  /** Temperatures, fans and powers, in the order of their numbers. */
  readonly sensors: readonly Sensor[];
}

/** One thing that can be read, as it was found. */
export interface Sensor {
  readonly kind: SensorKind;
  /** For people; not necessarily unique. */
  readonly label: string;
  /** By which it is known again, as that of a chip. */
  readonly key: string;
  /** Where its number is, the best first: where one tells nothing, the next is asked. */
  readonly readings: readonly Reading[];
  /** Where the kernel says that the number means nothing. A file that is missing has no objection. */
  readonly objections?: readonly Objection[];
  /** Where a counter of energy begins anew, in µJ; left out where that is not told. */
  readonly modulus?: number;
  /** That it is a part of: its device may sleep. */
  readonly chip?: Pick<Chip, 'folder' | 'key'>;
}

/** A file with a number, or with a part of the number in another one. */
export interface Reading {
  readonly path: string;
  readonly wholePath?: string;
}

export interface Objection {
  readonly path: string;
  /** The number in it that says so: 0 for a switch, else any but 0. */
  readonly when: 'zero' | 'not zero';
}

/** A sensor that shows less or more is not connected, or broken. */
const MIN_CELSIUS = -100;
const MAX_CELSIUS = 300;
/** No fan is as quick as a third of this. */
const MAX_REVOLUTIONS = 100_000;
/** A gauge may count somewhat more than it believes the battery to hold; 255 and 65,535 are what it says when it does not know. */
const MAX_CHARGE = 200;

/** A text of millidegrees Celsius in °C with one decimal; `null` for nonsense. */
function celsiusIn(text: string | null): number | null {
  const millidegrees = numberIn(text);
  const celsius = millidegrees === null ? null : millidegrees / 1000;
  return celsius !== null && celsius >= MIN_CELSIUS && celsius <= MAX_CELSIUS ? rounded(celsius, 1) : null;
}

/** A text of microwatts in W with two decimals. */
function wattsIn(text: string | null): number | null {
  const microwatts = numberIn(text);
  return microwatts === null ? null : rounded(microwatts / 1e6, 2);
}

/** A text of revolutions per minute; `null` for less than none, and for more than there can be. */
function revolutionsIn(text: string | null): number | null {
  const perMinute = numberIn(text);
  return perMinute !== null && perMinute >= 0 && perMinute <= MAX_REVOLUTIONS ? perMinute : null;
}

/** The charge of a battery in percent with one decimal, at most 100; `null` for nonsense. */
export function chargeOf(percent: number | null): number | null {
  return percent !== null && percent >= 0 && percent <= MAX_CHARGE
    ? rounded(Math.min(percent, 100), 1)
    : null;
}

/**
 * What a sensor shows, from its text. `null` when that cannot be read: drivers answer EIO, ENODATA or EAGAIN while a device sleeps.
 * @param whole of which the text's number is a part, where there is such a file
 */
export function figureOf(
  kind: Exclude<SensorKind, 'energy'>,
  text: string | null,
  whole?: string | null,
): number | null {
  if (kind === 'temperature') return celsiusIn(text);
  if (kind === 'fan') return revolutionsIn(text);
  if (kind === 'power') return wattsIn(text);
  return chargeOf(whole === undefined ? numberIn(text) : percentOf(numberIn(text), numberIn(whole)));
}

function percentOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : (part / whole) * 100;
}
