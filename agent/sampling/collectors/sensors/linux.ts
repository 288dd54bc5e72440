import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector, Figures } from '../../collector.ts';
import { ratePerSecond } from '../../counter-rate.ts';
import { rounded } from '../../figures.ts';
import { Instances } from '../../instances.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { paced } from '../../paced.ts';
import { numberIn } from '../../kernel/numbers.ts';
import { hwmonSensors } from './hwmon.ts';
import { batteryMetric, energyMetric, fanMetric, powerMetric, temperatureMetric } from './metrics.ts';
import { batteries, energyCounters, thermalZones } from './other-sensors.ts';
import { readSensor } from './sensor.ts';
import type { Sensor, SensorKind } from './sensor.ts';

/** Some sensors are asked over a slow bus and take milliseconds. */
const READ_EVERY_MS = 2_000;
/** Modules are loaded and disks plugged in seldom. */
const SEARCH_EVERY_MS = 60_000;

const MICROJOULES_PER_JOULE = 1e6;

/**
 * Temperatures, fans, powers and batteries, read at most each two seconds and searched for each minute. On a host without
 * sensors, as most virtual machines are, there are no metrics.
 */
export function sensorsCollector(roots: KernelRoots): Collector {
  return paced(new SensorsCollector(roots), READ_EVERY_MS);
}

interface OpenSensor {
  readonly sensor: Sensor;
  readonly file: KernelFile;
  /** Of a counter of energy. */
  beforeMicrojoules: number | null;
}

const METRIC_OF: Readonly<Record<SensorKind, (part: string, label: string) => MetricDescriptor>> = {
  temperature: temperatureMetric,
  fan: fanMetric,
  power: powerMetric,
  energy: energyMetric,
  battery: batteryMetric,
};

/** The order in the catalogue. */
const KINDS = ['temperature', 'fan', 'power', 'energy', 'battery'] as const;

class SensorsCollector implements Collector {
  readonly subject = 'sensors';
  readonly #sys: string;
  readonly #instances = KINDS.map((kind) => new Instances((part, label) => [METRIC_OF[kind](part, label)]));
  #open: readonly OpenSensor[] = [];
  #metrics: readonly MetricDescriptor[] = [];
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  #readAtMs = Number.NaN;

  constructor({ sys }: KernelRoots) {
    this.#sys = sys;
    this.#search();
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  prime(atMs: number): void {
    this.read(atMs);
  }

  read(atMs: number): Figures {
    if (atMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = atMs;
      this.#search();
    }
    const elapsedMs = atMs - this.#readAtMs;
    this.#readAtMs = atMs;
    return this.#open.map((open) =>
      open.sensor.kind === 'energy' ? readPower(open, elapsedMs) : readSensor(open.sensor.kind, open.file),
    );
  }

  close(): void {
    for (const { file } of this.#open) file.close();
    this.#open = [];
  }

  #search(): void {
    const found = findSensors(this.#sys);
    const changes = KINDS.map((kind, index) => {
      const labels = found.filter((sensor) => sensor.kind === kind).map(({ label }) => label);
      return this.#instances[index]?.update(labels) ?? false;
    });
    const before = new Map(this.#open.map((open) => [open.sensor.path, open]));
    this.#open = found.map((sensor) => {
      const known = before.get(sensor.path);
      before.delete(sensor.path);
      return {
        sensor,
        file: known?.file ?? new KernelFile(sensor.path),
        beforeMicrojoules: known?.beforeMicrojoules ?? null,
      };
    });
    for (const { file } of before.values()) file.close();
    if (changes.includes(true)) this.#metrics = this.#instances.flatMap(({ metrics }) => metrics);
  }
}

/** In the order of `KINDS`. */
function findSensors(sys: string): Sensor[] {
  const chips = hwmonSensors(sys);
  const hasTemperature = chips.some(({ kind }) => kind === 'temperature');
  const all = [
    ...chips,
    ...(hasTemperature ? [] : thermalZones(sys)),
    ...energyCounters(sys),
    ...batteries(sys),
  ];
  return KINDS.flatMap((kind) => all.filter((sensor) => sensor.kind === kind));
}

function readPower(open: OpenSensor, elapsedMs: number): number | null {
  const before = open.beforeMicrojoules;
  open.beforeMicrojoules = numberIn(open.file.readIfAny());
  const perSecond = ratePerSecond(before, open.beforeMicrojoules, elapsedMs, open.sensor.modulus);
  return perSecond === null ? null : rounded(perSecond / MICROJOULES_PER_JOULE, 2);
}
