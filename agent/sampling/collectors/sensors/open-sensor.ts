import { ratePerSecond } from '../../counter-rate.ts';
import { rounded } from '../../rounding.ts';
import { numberIn } from '../../kernel/text.ts';
import { SlowFile } from '../../kernel/slow-file.ts';
import type { DeviceSleep } from './device-sleep.ts';
import { sensorValueOf, type Sensor } from './sensor.ts';

const MICROJOULES_PER_JOULE = 1e6;

/** A sensor with its files kept open. */
export class OpenSensor {
  readonly #device: DeviceSleep | null;
  readonly #files = new Map<string, SlowFile>();
  #sensor: Sensor;
  /** Previous reading of an energy counter. */
  #before: { readonly microjoules: number | null; readonly atMs: number } | null = null;
  #last: number | null = null;

  /** @param device `null` if it never sleeps */
  constructor(sensor: Sensor, device: DeviceSleep | null) {
    this.#sensor = sensor;
    this.#device = device;
  }

  get sensor(): Sensor {
    return this.#sensor;
  }

  /** Last reading of an energy counter, else `null`. */
  get microjoules(): number | null {
    return this.#before?.microjoules ?? null;
  }

  /** Updates a sensor that was found again: its files may have changed. */
  found(sensor: Sensor): void {
    this.#sensor = sensor;
  }

  /** Current value, or the last one while its device rests. `null` if it does not answer, reports that its value is meaningless, or sleeps. */
  async read(clock: () => number): Promise<number | null> {
    if (this.#device?.state === 'resting') return this.#last;
    this.#last = this.#device?.state === 'asleep' ? null : await this.#readFiles(clock);
    if (this.#device?.state === 'awake') this.#device.wasRead();
    return this.#last;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  async #readFiles(clock: () => number): Promise<number | null> {
    const { kind, readings, objections = [] } = this.#sensor;
    for (const { path, when } of objections) {
      const number = numberIn(await this.#textOf(path));
      if (number !== null && (number === 0) === (when === 'zero')) return null;
    }
    for (const { path, wholePath } of readings) {
      const text = await this.#textOf(path);
      const whole = wholePath === undefined ? undefined : await this.#textOf(wholePath);
      const value = kind === 'energy' ? this.#wattsSince(text, clock()) : sensorValueOf(kind, text, whole);
      if (value !== null) return value;
    }
    return null;
  }

  #wattsSince(text: string | null, atMs: number): number | null {
    const before = this.#before;
    this.#before = { microjoules: numberIn(text), atMs };
    if (before === null) return null;
    const perSecond = ratePerSecond(
      before.microjoules,
      this.#before.microjoules,
      atMs - before.atMs,
      this.#sensor.modulus,
    );
    return perSecond === null ? null : rounded(perSecond / MICROJOULES_PER_JOULE, 2);
  }

  #textOf(path: string): Promise<string | null> {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = new SlowFile(path);
      this.#files.set(path, file);
    }
    return file.readIfAny();
  }
}
