import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SensorHost } from './testing/sensor-host.ts';

describe('a sensor that declares its value meaningless', () => {
  const BOARD = {
    name: 'it8728',
    temp1_input: 37_000,
    temp1_type: 4,
    temp2_input: -55_000,
    temp2_type: 0,
    temp3_input: 127_500,
    temp3_fault: 1,
    temp4_input: 41_000,
    temp4_enable: 0,
    fan1_input: 1200,
    fan2_input: 1_350_000,
    fan2_fault: 1,
    fan3_input: 800,
    fan3_enable: 0,
    power1_input: 3_000_000,
    power1_enable: 0,
    power2_input: 3_000_000,
    power2_fault: 0,
  };

  it('is unknown, unlike one without such a file', async () => {
    expect(await new SensorHost().put('class/hwmon/hwmon0', BOARD).answers(0)).toEqual({
      'temperature.it8728-temp1': 37,
      'temperature.it8728-temp2': null,
      'temperature.it8728-temp3': null,
      'temperature.it8728-temp4': null,
      'fan.it8728-fan1': 1200,
      'fan.it8728-fan2': null,
      'fan.it8728-fan3': null,
      'power.it8728-power1': null,
      'power.it8728-power2': 3,
    });
  });

  it('is checked each time: wires come loose and are reconnected', async () => {
    const host = new SensorHost().put('class/hwmon/hwmon0', { ...BOARD, fan2_input: 900 });
    expect(await host.answers(0)).toMatchObject({ 'fan.it8728-fan2': null, 'temperature.it8728-temp1': 37 });
    host.put('class/hwmon/hwmon0', { fan2_fault: 0, temp1_type: 0 });
    expect(await host.answers(2000)).toMatchObject({
      'fan.it8728-fan2': 900,
      'temperature.it8728-temp1': null,
    });
  });

  it('is fine if unreadable', async () => {
    const host = new SensorHost().put('class/hwmon/hwmon0', {
      name: 'x',
      temp1_input: 20_000,
      temp1_fault: 1,
    });
    const fault = join(host.sys, 'class/hwmon/hwmon0/temp1_fault');
    rmSync(fault);
    mkdirSync(fault);
    expect(await host.answers(0)).toEqual({ 'temperature.x-temp1': 20 });
  });
});

describe('a sensor at the edge of its range', () => {
  it('is shown, and beyond it is unknown', async () => {
    const host = new SensorHost().put('class/hwmon/hwmon0', {
      name: 'x',
      temp1_input: 0,
      temp2_input: -40_000,
      temp3_input: -273_150,
      temp4_input: 'N/A',
      fan1_input: 0,
      fan2_input: -1,
      fan3_input: 1_350_000,
      fan4_input: 38_000,
      power1_input: 0,
    });
    expect(await host.answers(0)).toEqual({
      'temperature.x-temp1': 0,
      'temperature.x-temp2': -40,
      'temperature.x-temp3': null,
      'temperature.x-temp4': null,
      'fan.x-fan1': 0,
      'fan.x-fan2': null,
      'fan.x-fan3': null,
      'fan.x-fan4': 38_000,
      'power.x-power1': 0,
    });
  });
});

describe('a sensor with more than one number', () => {
  it('shows mean power if the current power is unreadable', async () => {
    const host = new SensorHost().put('class/hwmon/hwmon0', { name: 'gpu', power1_average: 35_000_000 });
    mkdirSync(join(host.sys, 'class/hwmon/hwmon0/power1_input'));
    expect(await host.answers(0)).toEqual({ 'power.gpu-power1': 35 });
  });

  it('counts energy also without a known counter range', async () => {
    const zone = 'class/powercap/intel-rapl:0';
    const host = new SensorHost().put(zone, { name: 'package-0', energy_uj: 1_000_000 });
    expect(await host.answers(0)).toEqual({ 'power.package-0': null });
    host.put(zone, { energy_uj: 25_000_000 });
    expect(await host.answers(2000)).toEqual({ 'power.package-0': 12 });
    host.put(zone, { energy_uj: 5 });
    expect(await host.answers(4000)).toEqual({ 'power.package-0': null });
  });

  it('is found in the folder of the device, as with old drivers', async () => {
    const host = new SensorHost().put('class/hwmon/hwmon0/device', {
      name: 'applesmc',
      temp1_input: 31_000,
      temp1_fault: 0,
    });
    expect(await host.answers(0)).toEqual({ 'temperature.applesmc-temp1': 31 });
  });
});

describe('the names of a sensor', () => {
  it('stay if another chip of its kind appears or its label changes, while display names follow', () => {
    const host = new SensorHost()
      .put('class/hwmon/hwmon0', { name: 'nvme', temp1_input: 40_000, temp1_label: 'Composite' })
      .link('class/hwmon/hwmon0/device', 'devices/nvme0');
    const names = () => host.collector.metrics.map(({ name, instance }) => [name, instance]);
    host.read(0);
    expect(names()).toEqual([['temperature.nvme-Composite', 'nvme Composite']]);
    host
      .put('class/hwmon/hwmon0', { temp1_label: 'Main' })
      .put('class/hwmon/hwmon1', { name: 'nvme', temp1_input: 40_000, temp1_label: 'Composite' })
      .link('class/hwmon/hwmon1/device', 'devices/nvme1');
    host.read(60_000);
    expect(names()).toEqual([
      ['temperature.nvme-Composite', 'nvme0 Main'],
      ['temperature.nvme1-Composite', 'nvme1 Composite'],
    ]);
  });
});
