import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { Instances } from '../../instances.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import { BackgroundProbe } from '../../background-probe.ts';
import { deviceSleepOf, type DeviceSleep } from './device-sleep.ts';
import { hwmonChips } from './hwmon.ts';
import { batteryMetric, energyMetric, fanMetric, powerMetric, temperatureMetric } from './metrics.ts';
import { OpenSensor } from './open-sensor.ts';
import { rawSensors } from './raw-values.ts';
import { batteries, energyCounters } from './other-sensors.ts';
import type { Sensor, SensorKind } from './sensor.ts';
import { thermalZones } from './thermal-zones.ts';

/** Sensors on slow buses take milliseconds, a sleeping disk seconds. */
const READ_EVERY_MS = 2_000;
/** Give up waiting for a hanging sensor after this; its answers and those behind it are then unknown. */
const GIVE_UP_AFTER_MS = 5_000;
/** Room for an early tick. */
const EARLY_MS = 100;
/** Modules are rarely loaded, disks rarely plugged in. */
const SEARCH_EVERY_MS = 60_000;

/**
 * Temperatures, fans, power and batteries, read every two seconds and searched for every minute. Probed in the background
 * (background-probe.ts), so values are those of the last answers; no device is woken or kept awake (device-sleep.ts). No metrics on hosts
 * without sensors, such as most virtual machines.
 */
export function sensorsCollector(roots: KernelRoots, options: SensorsOptions = {}): Collector {
  return new SensorsCollector(roots, options);
}

export interface SensorsOptions {
  /** Called when a sensor stops answering, and again when it recovers. */
  readonly onTrouble?: (message: string) => void;
  /** Monotonic ms; defaults to this process's clock. */
  readonly now?: () => number;
}

const METRIC_OF: Readonly<Record<SensorKind, (part: string, label: string) => MetricDescriptor>> = {
  temperature: temperatureMetric,
  fan: fanMetric,
  power: powerMetric,
  energy: energyMetric,
  battery: batteryMetric,
};

/** Catalogue order. */
const KINDS = ['temperature', 'fan', 'power', 'energy', 'battery'] as const;

class SensorsCollector implements Collector {
  readonly subject = 'sensors';
  readonly #sys: string;
  readonly #instances = KINDS.map((kind) => new Instances((part, label) => [METRIC_OF[kind](part, label)]));
  #open: readonly OpenSensor[] = [];
  /** Devices that may sleep, by the key of their chip. */
  readonly #devices = new Map<string, DeviceSleep>();
  #metrics: readonly MetricDescriptor[] = [];
  readonly #answers: BackgroundProbe<OpenSensor, number | null>;
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  #probedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ sys }: KernelRoots, { onTrouble = () => {}, now = () => performance.now() }: SensorsOptions) {
    this.#sys = sys;
    this.#answers = new BackgroundProbe({
      probe: (open) => open.read(now),
      keyOf: ({ sensor }) => sensor.key,
      nameOf: ({ sensor }) => `Sensor "${sensor.label}"`,
      onTrouble,
    });
    this.#search();
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  prime(atMs: number): void {
    this.read(atMs);
  }

  read(atMs: number): Values {
    if (atMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = atMs;
      this.#search();
    }
    const values = this.#open.map((open) => this.#answers.lastOf(open));
    const everyMs = this.#answers.isProbing ? GIVE_UP_AFTER_MS : READ_EVERY_MS;
    if (atMs - this.#probedAtMs >= everyMs - EARLY_MS) {
      this.#probedAtMs = atMs;
      for (const device of this.#devices.values()) device.look(atMs);
      this.#answers.probeAll(this.#open);
    }
    return values;
  }

  /** As of each sensor's last answer, at most a few seconds before the sample. */
  rawValues(): Iterable<RawValue> {
    return rawSensors(
      this.#open,
      (open) => this.#answers.lastOf(open),
      ({ kind, key }) => {
        const part = this.#instances[KINDS.indexOf(kind)]?.partOf(key);
        return part === undefined ? undefined : METRIC_OF[kind](part, '').name;
      },
    );
  }

  close(): void {
    this.#answers.close();
    for (const open of [...this.#open, ...this.#devices.values()]) open.close();
    this.#open = [];
    this.#devices.clear();
  }

  #search(): void {
    const found = findSensors(this.#sys);
    const changes = KINDS.map((kind, index) => {
      const ofKind = found.filter((sensor) => sensor.kind === kind);
      const labels = ofKind.map(({ label }) => label);
      return (
        this.#instances[index]?.update(
          labels,
          ofKind.map(({ key }) => key),
        ) ?? false
      );
    });
    this.#openAll(found);
    if (changes.includes(true)) this.#metrics = this.#instances.flatMap(({ metrics }) => metrics);
  }

  #openAll(found: readonly Sensor[]): void {
    const before = new Map(this.#open.map((open) => [open.sensor.key, open]));
    this.#open = found.map((sensor) => {
      const known = before.get(sensor.key);
      if (known === undefined) return new OpenSensor(sensor, this.#deviceOf(sensor));
      before.delete(sensor.key);
      known.found(sensor);
      return known;
    });
    for (const open of before.values()) open.close();
    const chips = new Set(found.map(({ chip }) => chip?.key));
    for (const [key, device] of this.#devices) {
      if (chips.has(key)) continue;
      device.close();
      this.#devices.delete(key);
    }
  }

  #deviceOf({ chip }: Sensor): DeviceSleep | null {
    if (chip === undefined) return null;
    const device = this.#devices.get(chip.key) ?? deviceSleepOf(chip.folder);
    if (device !== null) this.#devices.set(chip.key, device);
    return device;
  }
}

/** In the order of `KINDS`. */
function findSensors(sys: string): Sensor[] {
  const chips = hwmonChips(sys);
  const all = [
    ...chips.flatMap(({ sensors }) => sensors),
    ...thermalZones(sys, chips),
    ...energyCounters(sys),
    ...batteries(sys),
  ];
  return KINDS.flatMap((kind) => all.filter((sensor) => sensor.kind === kind));
}
