import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const shared = (label: string) => ({ group: 'Sensors', instance: label, source: 'linux' }) as const;

/**
 * @param part its part of the metric's name
 * @param label display name; the same below
 */
export function temperatureMetric(part: string, label: string): MetricDescriptor {
  return {
    ...shared(label),
    kind: 'gauge',
    name: `temperature.${part}`,
    label: `${label} temperature`,
    unit: '°C',
    help: 'Temperature that the sensor shows now.',
  };
}

export function fanMetric(part: string, label: string): MetricDescriptor {
  return {
    ...shared(label),
    kind: 'gauge',
    name: `fan.${part}`,
    label: `${label} fan`,
    unit: 'rpm',
    min: 0,
    help: 'Speed of the fan now.',
  };
}

export function powerMetric(part: string, label: string): MetricDescriptor {
  return {
    ...shared(label),
    kind: 'gauge',
    name: `power.${part}`,
    label: `${label} power`,
    unit: 'W',
    help: 'Power that the sensor shows now.',
  };
}

/** From an energy counter, which only root may read. */
export function energyMetric(part: string, label: string): MetricDescriptor {
  return {
    ...powerMetric(part, label),
    kind: 'rate',
    help: 'Mean power since the reading before, from the energy that the processor counts.',
  };
}

export function batteryMetric(part: string, label: string): MetricDescriptor {
  return {
    ...shared(label),
    kind: 'gauge',
    name: `battery.${part}`,
    label: `${label} charge`,
    unit: 'percent',
    min: 0,
    max: 100,
    help: 'Charge of the battery now, as a share of what it holds when full.',
  };
}
