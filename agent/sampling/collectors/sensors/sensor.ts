import { rounded } from '../../rounding.ts';
import { numberIn } from '../../kernel/text.ts';

export type SensorKind = 'temperature' | 'fan' | 'power' | 'energy' | 'battery';

/** A chip below `/sys/class/hwmon`. */
export interface Chip {
  readonly folder: string;
  readonly name: string;
  /** `nvme0`, `0000:03:00.0`, `thermal_zone0`; `null` if unknown. */
  readonly device: string | null;
  /** Identity; changes if another chip takes the same place. */
  readonly key: string;
  /** In the order of their numbers. */
  readonly sensors: readonly Sensor[];
}

/** One sensor, as found. */
export interface Sensor {
  readonly kind: SensorKind;
  /** Display name, not necessarily unique. */
  readonly label: string;
  /** Identity, as for a chip. */
  readonly key: string;
  /** Where its value is, in order of preference. */
  readonly readings: readonly Reading[];
  /** Files that may declare the value meaningless. A missing file has no objection. */
  readonly objections?: readonly Objection[];
  /** Where an energy counter wraps, in µJ, if known. */
  readonly modulus?: number;
  /** Its chip, whose device may sleep. */
  readonly chip?: Pick<Chip, 'folder' | 'key'>;
}

/** A file with the value, or with a part of the whole in `wholePath`. */
export interface Reading {
  readonly path: string;
  readonly wholePath?: string;
}

export interface Objection {
  readonly path: string;
  /** The content that declares it: 0 for a switch, anything else for a fault. */
  readonly when: 'zero' | 'not zero';
}

/** Values beyond these mean a disconnected or broken sensor. */
const MIN_CELSIUS = -100;
const MAX_CELSIUS = 300;
/** No fan reaches a third of this. */
const MAX_REVOLUTIONS = 100_000;
/** A fuel gauge may count slightly more than the battery's known capacity; 255 and 65,535 mean unknown. */
const MAX_CHARGE = 200;

/** °C with one decimal, from millidegrees; `null` if implausible. */
function celsiusIn(text: string | null): number | null {
  const millidegrees = numberIn(text);
  const celsius = millidegrees === null ? null : millidegrees / 1000;
  return celsius !== null && celsius >= MIN_CELSIUS && celsius <= MAX_CELSIUS ? rounded(celsius, 1) : null;
}

/** W with two decimals, from microwatts. */
function wattsIn(text: string | null): number | null {
  const microwatts = numberIn(text);
  return microwatts === null ? null : rounded(microwatts / 1e6, 2);
}

/** Revolutions per minute; `null` if implausible. */
function revolutionsIn(text: string | null): number | null {
  const perMinute = numberIn(text);
  return perMinute !== null && perMinute >= 0 && perMinute <= MAX_REVOLUTIONS ? perMinute : null;
}

/** Percent with one decimal, at most 100; `null` if implausible. */
export function chargeOf(percent: number | null): number | null {
  return percent !== null && percent >= 0 && percent <= MAX_CHARGE
    ? rounded(Math.min(percent, 100), 1)
    : null;
}

/**
 * The value of a sensor from its text. `null` if unreadable: drivers answer EIO, ENODATA or EAGAIN while a device sleeps.
 * @param whole text of the whole, if the value is a part of it
 */
export function sensorValueOf(
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
