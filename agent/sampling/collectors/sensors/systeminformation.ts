import type { Systeminformation } from 'systeminformation';
import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { rounded } from '../../rounding.ts';
import { Instances } from '../../instances.ts';
import { throttled } from '../../throttled-collector.ts';
import { batteryMetric, temperatureMetric } from './metrics.ts';
import { chargeOf } from './sensor.ts';

const SOURCE = 'systeminformation';
/** These start processes. */
const TEMPERATURE_EVERY_MS = 10_000;
const BATTERY_EVERY_MS = 60_000;

/** Display name and current value. */
interface Reading {
  readonly label: string;
  readonly value: number | null;
}

/**
 * Temperatures of processor and chipset, every 10 s, from systeminformation's `cpuTemperature`. Not queried again if it knows none at first.
 */
export function temperaturesCollector(): Collector {
  return readingsCollector('temperatures', TEMPERATURE_EVERY_MS, temperatureMetrics, async () => {
    const { cpuTemperature } = await import('systeminformation');
    return temperaturesOf(await cpuTemperature());
  });
}

/** Charge of each battery, every 60 s, from systeminformation's `battery`. Not queried again if it knows none at first. */
export function batteriesCollector(): Collector {
  return readingsCollector('batteries', BATTERY_EVERY_MS, batteryMetrics, async () => {
    const { battery } = await import('systeminformation');
    return batteriesOf(await battery());
  });
}

/** Known temperatures in the answer; unknown ones are `null` or -1. */
export function temperaturesOf({ main, cores, chipset }: Temperatures): Reading[] {
  const all = [
    { label: 'CPU', value: main },
    ...cores.map((value, core) => ({ label: `Core ${core}`, value })),
    { label: 'Chipset', value: chipset ?? null },
  ];
  return all.flatMap(({ label, value }) =>
    value !== null && value > 0 ? [{ label, value: rounded(value, 1) }] : [],
  );
}

type Temperatures = Pick<Systeminformation.CpuTemperatureData, 'cores'> & {
  /** The declared types omit that it may be `null`. */
  readonly main: number | null;
  readonly chipset?: number | null;
};

/** Batteries in the answer. */
export function batteriesOf(first: Battery): Reading[] {
  if (!first.hasBattery) return [];
  return [first, ...(first.additionalBatteries ?? [])].map(({ model, percent }, index) => ({
    label: model.trim() === '' ? `Battery ${index + 1}` : model,
    value: chargeOf(percent),
  }));
}

interface Battery extends Pick<Systeminformation.BatteryData, 'hasBattery' | 'model' | 'percent'> {
  readonly additionalBatteries?: readonly Battery[];
}

function readingsCollector(
  subject: string,
  everyMs: number,
  describe: (part: string, label: string) => readonly MetricDescriptor[],
  query: () => Promise<readonly Reading[]>,
): Collector {
  const instances = new Instances(describe);
  let isThere = true;
  const read = async (): Promise<Values> => {
    if (!isThere) return [];
    const readings = await query();
    if (readings.length === 0) {
      isThere = instances.metrics.length > 0;
      return instances.metrics.map(() => null);
    }
    instances.update(readings.map(({ label }) => label));
    return readings.map(({ value }) => value);
  };
  const collector: Collector = {
    subject,
    get metrics() {
      return instances.metrics;
    },
    async prime() {
      await read();
    },
    read,
  };
  return throttled(collector, everyMs);
}

function temperatureMetrics(part: string, label: string): readonly MetricDescriptor[] {
  return [{ ...temperatureMetric(part.toLowerCase(), label), source: SOURCE }];
}

function batteryMetrics(part: string, label: string): readonly MetricDescriptor[] {
  return [{ ...batteryMetric(part, label), source: SOURCE }];
}
