import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector, Figures } from '../../collector.ts';
import { ratePerSecond } from '../../counter-rate.ts';
import { rounded } from '../../figures.ts';
import { Instances } from '../../instances.ts';
import { numberIn } from '../../kernel/numbers.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { SlowFile } from '../../kernel/slow-file.ts';
import { SlowAnswers } from '../../slow-answers.ts';
import { hwmonSensors } from './hwmon.ts';
import { batteryMetric, energyMetric, fanMetric, powerMetric, temperatureMetric } from './metrics.ts';
import { batteries, energyCounters, thermalZones } from './other-sensors.ts';
import { figureOf, type Sensor, type SensorKind } from './sensor.ts';

/** Some sensors are asked over a slow bus and take milliseconds; a disk that sleeps may take seconds. */
const READ_EVERY_MS = 2_000;
/** Answers are no longer told when a sensor that is asked after them has kept the rest waiting for so long. */
const GIVE_UP_AFTER_MS = 5_000;
/** Room for a tick that comes a little early. */
const EARLY_MS = 100;
/** Modules are loaded and disks plugged in seldom. */
const SEARCH_EVERY_MS = 60_000;

const MICROJOULES_PER_JOULE = 1e6;

/**
 * Temperatures, fans, powers and batteries, asked each two seconds and searched for each minute. The figures are those of the last
 * answers (slow-answers.ts): nobody waits for a device. On a host without sensors, as most virtual machines are, there are no metrics.
 */
export function sensorsCollector(roots: KernelRoots, options: SensorsOptions = {}): Collector {
  return new SensorsCollector(roots, options);
}

export interface SensorsOptions {
  /** Called once when a sensor stops to answer, and once when it answers again. */
  readonly onTrouble?: (message: string) => void;
  /** Monotonic ms; that of this process, unless another one stands in for it. */
  readonly now?: () => number;
}

interface OpenSensor {
  readonly sensor: Sensor;
  readonly file: SlowFile;
  /** The reading before of a counter of energy, and when that was. */
  before: { readonly microjoules: number | null; readonly atMs: number } | null;
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
  readonly #answers: SlowAnswers<OpenSensor, number | null>;
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ sys }: KernelRoots, { onTrouble = () => {}, now = () => performance.now() }: SensorsOptions) {
    this.#sys = sys;
    this.#answers = new SlowAnswers({
      ask: (open) => readSensor(open, now),
      keyOf: ({ sensor }) => sensor.path,
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

  read(atMs: number): Figures {
    if (atMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = atMs;
      this.#search();
    }
    const figures = this.#open.map((open) => this.#answers.lastOf(open));
    const everyMs = this.#answers.isAsking ? GIVE_UP_AFTER_MS : READ_EVERY_MS;
    if (atMs - this.#askedAtMs >= everyMs - EARLY_MS) {
      this.#askedAtMs = atMs;
      this.#answers.askAll(this.#open);
    }
    return figures;
  }

  close(): void {
    this.#answers.close();
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
        file: known?.file ?? new SlowFile(sensor.path),
        before: known?.before ?? null,
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

async function readSensor(open: OpenSensor, clock: () => number): Promise<number | null> {
  const text = await open.file.readIfAny();
  if (open.sensor.kind !== 'energy') return figureOf(open.sensor.kind, text);
  const { before } = open;
  const now = { microjoules: numberIn(text), atMs: clock() };
  open.before = now;
  if (before === null) return null;
  const perSecond = ratePerSecond(
    before.microjoules,
    now.microjoules,
    now.atMs - before.atMs,
    open.sensor.modulus,
  );
  return perSecond === null ? null : rounded(perSecond / MICROJOULES_PER_JOULE, 2);
}
