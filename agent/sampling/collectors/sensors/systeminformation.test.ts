import { describe, expect, it } from 'vitest';
import {
  batteriesCollector,
  batteriesOf,
  temperaturesCollector,
  temperaturesOf,
} from './systeminformation.ts';

describe('the temperatures of an answer', () => {
  it('are the known ones', () => {
    expect(temperaturesOf({ main: 51.24, cores: [50, 52.5], chipset: 40 })).toEqual([
      { label: 'CPU', value: 51.2 },
      { label: 'Core 0', value: 50 },
      { label: 'Core 1', value: 52.5 },
      { label: 'Chipset', value: 40 },
    ]);
  });

  it('are none if the answer contains null or -1', () => {
    expect(temperaturesOf({ main: null, cores: [], chipset: null })).toEqual([]);
    expect(temperaturesOf({ main: -1, cores: [-1] })).toEqual([]);
  });
});

describe('the batteries of an answer', () => {
  const one = { hasBattery: true, model: 'DELL 0X1', percent: 87 };

  it('are named by their model or a number', () => {
    const additionalBatteries = [{ ...one, model: '', percent: 12 }];
    expect(batteriesOf({ ...one, additionalBatteries })).toEqual([
      { label: 'DELL 0X1', value: 87 },
      { label: 'Battery 2', value: 12 },
    ]);
  });

  it('are none on a machine without one, whatever else the answer contains', () => {
    expect(batteriesOf({ ...one, hasBattery: false })).toEqual([]);
  });
});

it.each([temperaturesCollector, batteriesCollector])(
  '%o has as many values as metrics on this machine',
  async (create) => {
    const collector = create();
    await collector.prime?.(0);
    expect(await collector.read(1000)).toHaveLength(collector.metrics.length);
  },
  20_000,
);
