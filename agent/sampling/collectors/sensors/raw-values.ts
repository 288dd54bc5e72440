import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { counter, gauge, rawValue, type MetricFamily, type RawValue } from '../../raw-values.ts';
import { readOnce } from '../../kernel/text.ts';
import type { OpenSensor } from './open-sensor.ts';
import type { Sensor } from './sensor.ts';

const MICROJOULES_PER_JOULE = 1e6;

const OF_CHIP = {
  temperature: gauge('node_hwmon_temp_celsius', 'Cel', 'Hardware monitor for temperature (input).'),
  fan: gauge('node_hwmon_fan_rpm', '{rpm}', 'Hardware monitor for fan revolutions per minute (input).'),
  power: gauge('node_hwmon_power_watt', 'W', 'Hardware monitor for power usage in watts (input).'),
} as const;
const MEAN_POWER = gauge(
  'node_hwmon_power_average_watt',
  'W',
  'Hardware monitor for power usage in watts (average).',
);
const CHIP_NAME = gauge('node_hwmon_chip_names', '1', 'Annotation metric for human-readable chip names.');
const ZONE = gauge('node_thermal_zone_temp', 'Cel', 'Zone temperature in Celsius.');
const CHARGE = gauge('node_power_supply_capacity', '%', 'Charge of a battery in percent.');

/**
 * Sensors under node_exporter's names: the label `chip` is the device path, and each chip's own name is exported once.
 * @param valueOf the sensor's last value
 * @param metricOf name of the sensor's live metric
 */
export function* rawSensors(
  sensors: readonly OpenSensor[],
  valueOf: (sensor: OpenSensor) => number | null,
  metricOf: (sensor: Sensor) => string | undefined,
): Generator<RawValue, void> {
  const named = new Set<string>();
  for (const open of sensors) {
    const { sensor } = open;
    const raw = valueOf(open);
    const metric = metricOf(sensor);
    const path = sensor.readings[0]?.path ?? '';
    if (sensor.kind === 'energy') {
      // Power is known after two readings; until then the counter may be stale.
      const microjoules = raw === null ? null : open.microjoules;
      const joules = microjoules === null ? null : microjoules / MICROJOULES_PER_JOULE;
      yield* rawValue(...energySeries(path), joules, metric);
    } else if (sensor.kind === 'battery') {
      yield* rawValue(CHARGE, { power_supply: basename(sensor.key) }, raw, metric);
    } else if (sensor.chip === undefined) {
      const zone = dirname(path);
      const labels = {
        zone: basename(zone).replace(/\D+/, ''),
        type: readOnce(`${zone}/type`)?.trim() ?? '',
      };
      yield* rawValue(ZONE, labels, raw, metric);
    } else {
      const chip = chipLabel(sensor.chip.folder);
      if (!named.has(chip)) {
        named.add(chip);
        yield* rawValue(CHIP_NAME, { chip, chip_name: clean(nameOf(sensor.chip.folder)) }, 1);
      }
      yield* rawValue(
        path.endsWith('_average') ? MEAN_POWER : OF_CHIP[sensor.kind],
        { chip, sensor: basename(path).replace(/_.*$/, '') },
        raw,
        metric,
      );
    }
  }
}

/** `intel-rapl:0` named `package-0` becomes `node_rapl_package_joules_total` with index 0. */
function energySeries(path: string): [MetricFamily, { readonly index: string; readonly path: string }] {
  const folder = dirname(path);
  const zone = readOnce(`${folder}/name`)?.trim() || basename(folder);
  const [, name = zone, index = indexOfZone(folder)] = /^(.+)-(\d+)$/.exec(zone) ?? [];
  const family = counter(
    `node_rapl_${clean(name)}_joules_total`,
    'J',
    `Current RAPL ${name} value in joules.`,
  );
  return [family, { index, path: folder }];
}

/** Index of the parent package: 1 for `intel-rapl:1:0`. */
function indexOfZone(folder: string): string {
  return basename(folder).split(':')[1] ?? '0';
}

function chipLabel(folder: string): string {
  try {
    const device = realpathSync(`${folder}/device`);
    return [basename(dirname(device)), basename(device)].map(clean).filter(Boolean).join('_');
  } catch {
    return clean(nameOf(folder));
  }
}

function nameOf(folder: string): string {
  return readOnce(`${folder}/name`)?.trim() || basename(folder);
}

function clean(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9:_]/g, '_')
    .replaceAll(/^_+|_+$/g, '');
}
