import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../../collector.ts';
import { sensorsCollector } from './linux.ts';
import { linksOf, seriesOf } from '../../testing/series.ts';

let folder: string;
let collector: Collector | undefined;
let nowMs = 0;
let troubles: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sensors-'));
  troubles = [];
});

afterEach(() => {
  collector?.close?.();
  collector = undefined;
  rmSync(folder, { recursive: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const whole = join(folder, 'class', path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
}

function open(): Collector {
  collector = sensorsCollector(
    { proc: join(folder, 'proc'), sys: folder },
    { onTrouble: (message) => troubles.push(message), now: () => nowMs },
  );
  return collector;
}

/** Values of the last answers by name. */
function read(from: Collector, atMs: number): Record<string, number | null | undefined> {
  nowMs = atMs;
  const values = from.read(atMs);
  if (values instanceof Promise) throw new Error('nobody waits for a sensor');
  expect(values).toHaveLength(from.metrics.length);
  return Object.fromEntries(from.metrics.map(({ name }, index) => [name, values[index]]));
}

/** For polling: values at that time. */
const answer = (from: Collector, atMs: number) => () => read(from, atMs);

/** A laptop with an Intel processor. */
const LAPTOP = {
  'hwmon/hwmon0/name': 'acpitz\n',
  'hwmon/hwmon0/temp1_input': '27800\n',
  'hwmon/hwmon1/name': 'BAT0\n',
  'hwmon/hwmon1/power1_input': '8421000\n',
  'hwmon/hwmon2/name': 'nvme\n',
  'hwmon/hwmon2/temp1_input': '38850\n',
  'hwmon/hwmon2/temp1_label': 'Composite\n',
  'hwmon/hwmon2/temp1_crit': '84850\n',
  'hwmon/hwmon10/name': 'coretemp\n',
  'hwmon/hwmon10/temp1_input': '51000\n',
  'hwmon/hwmon10/temp1_label': 'Package id 0\n',
  'hwmon/hwmon10/temp2_input': '49000\n',
  'hwmon/hwmon10/temp2_label': 'Core 0\n',
  'hwmon/hwmon10/temp10_input': '48000\n',
  'hwmon/hwmon10/temp10_label': 'Core 8\n',
  'hwmon/hwmon3/name': 'thinkpad\n',
  'hwmon/hwmon3/fan1_input': '2143\n',
  'hwmon/hwmon3/temp1_input': '-128000\n',
  'thermal/thermal_zone0/type': 'x86_pkg_temp\n',
  'thermal/thermal_zone0/temp': '51000\n',
  'powercap/intel-rapl:0/name': 'package-0\n',
  'powercap/intel-rapl:0/energy_uj': '1000000\n',
  'powercap/intel-rapl:0/max_energy_range_uj': '262143328850\n',
  'powercap/intel-rapl:0:0/name': 'core\n',
  'powercap/intel-rapl:0:0/energy_uj': '262143000000\n',
  'powercap/intel-rapl:0:0/max_energy_range_uj': '262143328850\n',
  'powercap/intel-rapl/enabled': '1\n',
  'power_supply/BAT0/type': 'Battery\n',
  'power_supply/BAT0/capacity': '87\n',
  'power_supply/AC/type': 'Mains\n',
  'power_supply/hidpp_battery_0/type': 'Battery\n',
  'power_supply/hidpp_battery_0/scope': 'Device\n',
  'power_supply/hidpp_battery_0/capacity': '55\n',
};

describe('the sensors of a laptop', () => {
  it('are read, with the processor power since the previous reading', async () => {
    put(LAPTOP);
    const sensors = open();
    await expect
      .poll(answer(sensors, 0))
      .toMatchObject({ 'temperature.acpitz-temp1': 27.8, 'battery.BAT0': 87 });
    put({
      'powercap/intel-rapl:0/energy_uj': '25000000\n',
      // Beyond its range.
      'powercap/intel-rapl:0:0/energy_uj': '9671150\n',
    });
    await expect.poll(answer(sensors, 2000)).toEqual({
      'temperature.acpitz-temp1': 27.8,
      'temperature.nvme-Composite': 38.9,
      'temperature.thinkpad-temp1': null,
      'temperature.coretemp-Package-id-0': 51,
      'temperature.coretemp-Core-0': 49,
      'temperature.coretemp-Core-8': 48,
      'fan.thinkpad-fan1': 2143,
      'power.BAT0-power1': 8.42,
      'power.package-0': 12,
      'power.package-0-core': 5,
      'battery.BAT0': 87,
    });
  });

  it('have raw values under node_exporter names, and energy counters as sums', async () => {
    put(LAPTOP);
    const sensors = open();
    await expect.poll(answer(sensors, 0)).toMatchObject({ 'battery.BAT0': 87 });
    put({ 'powercap/intel-rapl:0/energy_uj': '25000000\n' });
    await expect.poll(answer(sensors, 2000)).toMatchObject({ 'power.package-0': 12 });
    const series = seriesOf(sensors.rawValues?.());
    const [rapl = ''] = Object.keys(series).filter((name) => name.startsWith('node_rapl_package_'));
    expect(rapl).toMatch(/^node_rapl_package_joules_total\{index="0",path=".*\/intel-rapl:0"\}$/);
    expect(series[rapl]).toBe(25);
    expect(series).toMatchObject({
      'node_hwmon_chip_names{chip="acpitz",chip_name="acpitz"}': 1,
      'node_hwmon_chip_names{chip="bat0",chip_name="bat0"}': 1,
      'node_hwmon_temp_celsius{chip="coretemp",sensor="temp2"}': 49,
      'node_hwmon_fan_rpm{chip="thinkpad",sensor="fan1"}': 2143,
      'node_hwmon_power_watt{chip="bat0",sensor="power1"}': 8.42,
      'node_power_supply_capacity{power_supply="BAT0"}': 87,
    });
    // Implausible.
    expect(series).not.toHaveProperty('node_hwmon_temp_celsius{chip="thinkpad",sensor="temp1"}');
    const links = linksOf(sensors.rawValues?.());
    expect(links).toMatchObject({
      [rapl]: 'power.package-0',
      'node_hwmon_temp_celsius{chip="coretemp",sensor="temp2"}': 'temperature.coretemp-Core-0',
    });
  });

  it('are described for people', async () => {
    put(LAPTOP);
    const metrics = open().metrics;
    expect(metrics.find(({ name }) => name === 'temperature.coretemp-Package-id-0')).toMatchObject({
      label: 'coretemp Package id 0 temperature',
      instance: 'coretemp Package id 0',
      unit: '°C',
      kind: 'gauge',
      group: 'Sensors',
    });
    expect(metrics.find(({ name }) => name === 'power.package-0')).toMatchObject({ unit: 'W', kind: 'rate' });
  });

  it('are read at most every two seconds', async () => {
    put(LAPTOP);
    const sensors = open();
    await expect
      .poll(answer(sensors, 0))
      .toMatchObject({ 'temperature.acpitz-temp1': 27.8, 'battery.BAT0': 87 });
    put({ 'hwmon/hwmon0/temp1_input': '30000\n' });
    expect(read(sensors, 1000)).toMatchObject({ 'temperature.acpitz-temp1': 27.8 });
    await expect.poll(answer(sensors, 2000)).toMatchObject({ 'temperature.acpitz-temp1': 30 });
  });

  it('are unknown while they are unreadable or implausible', async () => {
    put(LAPTOP);
    const sensors = open();
    await expect
      .poll(answer(sensors, 0))
      .toMatchObject({ 'temperature.acpitz-temp1': 27.8, 'battery.BAT0': 87 });
    put({ 'hwmon/hwmon10/temp1_input': '300001\n', 'hwmon/hwmon10/temp2_input': '' });
    // Reading a folder fails, like a sleeping device.
    unlinkSync(join(folder, 'class/hwmon/hwmon0/temp1_input'));
    mkdirSync(join(folder, 'class/hwmon/hwmon0/temp1_input'));
    const { metrics } = sensors;
    await expect.poll(answer(sensors, 2000)).toMatchObject({
      'temperature.coretemp-Package-id-0': null,
      'temperature.coretemp-Core-0': null,
      'temperature.coretemp-Core-8': 48,
    });
    expect(sensors.metrics).toBe(metrics);
    put({ 'hwmon/hwmon10/temp1_input': '300000\n', 'hwmon/hwmon10/temp2_input': '-100000\n' });
    await expect.poll(answer(sensors, 4000)).toMatchObject({
      'temperature.coretemp-Package-id-0': 300,
      'temperature.coretemp-Core-0': -100,
    });
  });

  it('come and go', async () => {
    put(LAPTOP);
    const sensors = open();
    await expect
      .poll(answer(sensors, 0))
      .toMatchObject({ 'temperature.acpitz-temp1': 27.8, 'battery.BAT0': 87 });
    rmSync(join(folder, 'class/hwmon/hwmon3'), { recursive: true });
    put({ 'hwmon/hwmon11/name': 'usbtemp\n', 'hwmon/hwmon11/temp1_input': '20000\n' });
    await expect
      .poll(answer(sensors, 30_000))
      .toMatchObject({ 'fan.thinkpad-fan1': 2143, 'power.package-0': 0 });
    await expect
      .poll(answer(sensors, 60_000))
      .toMatchObject({ 'temperature.usbtemp-temp1': 20, 'power.package-0': 0 });
    expect(read(sensors, 60_000)).not.toHaveProperty(['fan.thinkpad-fan1']);
  });
});

describe('a sensor that does not answer', () => {
  const chip = (number: number, name: string) => ({
    [`hwmon/hwmon${number}/name`]: `${name}\n`,
    [`hwmon/hwmon${number}/temp1_input`]: '40000\n',
  });

  /** A hanging driver: opening the pipe blocks until it has a writer. */
  function hang(path: string): string {
    const whole = join(folder, 'class', path);
    unlinkSync(whole);
    execFileSync('mkfifo', [whole]);
    return whole;
  }

  it('blocks nothing, is logged, and leaves no stale value', async () => {
    put({ ...chip(0, 'cpu'), ...chip(1, 'disk'), ...chip(2, 'nvme') });
    const sensors = open();
    await expect.poll(answer(sensors, 0)).toEqual({
      'temperature.cpu-temp1': 40,
      'temperature.disk-temp1': 40,
      'temperature.nvme-temp1': 40,
    });
    // Reopened, as after the device came back.
    rmSync(join(folder, 'class/hwmon/hwmon1'), { recursive: true });
    put({ 'hwmon/hwmon2/temp1_input': '41000\n' });
    await expect
      .poll(answer(sensors, 60_000))
      .toEqual({ 'temperature.cpu-temp1': 40, 'temperature.nvme-temp1': 41 });
    put(chip(1, 'disk'));
    const device = hang('hwmon/hwmon1/temp1_input');
    const startMs = performance.now();
    read(sensors, 120_000);
    expect(performance.now() - startMs).toBeLessThan(500);
    await expect.poll(answer(sensors, 120_000)).toMatchObject({ 'temperature.cpu-temp1': 40 });
    expect(read(sensors, 121_000)['temperature.disk-temp1']).toBeNull();
    await expect
      .poll(() => troubles)
      .toEqual(['Sensor "disk temp1" does not answer: nothing of its kind is known until it does']);
    read(sensors, 125_000);
    expect(read(sensors, 125_001)).toEqual({
      'temperature.cpu-temp1': null,
      'temperature.disk-temp1': null,
      'temperature.nvme-temp1': null,
    });
    writeFileSync(device, '41000\n');
    await expect.poll(answer(sensors, 132_000)).toMatchObject({ 'temperature.nvme-temp1': 41 });
    expect(troubles).toHaveLength(2);
  });
});

describe('the sensors of a server', () => {
  it('distinguish chips of the same name by their devices', async () => {
    for (const [chip, device] of [
      ['hwmon0', 'nvme0'],
      ['hwmon1', 'nvme1'],
      ['hwmon2', '0000:00:18.3'],
      ['hwmon3', '0000:00:19.3'],
    ] as const) {
      const isDisk = device.startsWith('nvme');
      put({
        [`hwmon/${chip}/name`]: isDisk ? 'nvme\n' : 'k10temp\n',
        [`hwmon/${chip}/temp1_input`]: '40000\n',
        [`hwmon/${chip}/temp1_label`]: isDisk ? 'Composite\n' : 'Tctl\n',
      });
      symlinkSync(join('../../devices', device), join(folder, 'class/hwmon', chip, 'device'));
    }
    const sensors = open();
    expect(sensors.metrics.map(({ name, instance }) => [name, instance])).toEqual([
      ['temperature.nvme0-Composite', 'nvme0 Composite'],
      ['temperature.nvme1-Composite', 'nvme1 Composite'],
      ['temperature.k10temp-0000:00:18-3-Tctl', 'k10temp 0000:00:18.3 Tctl'],
      ['temperature.k10temp-0000:00:19-3-Tctl', 'k10temp 0000:00:19.3 Tctl'],
    ]);
  });

  it("show a chip's mean power if it has no other", async () => {
    put({
      'hwmon/hwmon0/name': 'amdgpu\n',
      'hwmon/hwmon0/power1_average': '35000000\n',
      'hwmon/hwmon0/power1_label': 'PPT\n',
      'hwmon/hwmon0/power2_average': '1\n',
      'hwmon/hwmon0/power2_input': '7000000\n',
      'hwmon/hwmon0/power1_cap': '9\n',
    });
    await expect.poll(answer(open(), 0)).toEqual({ 'power.amdgpu-PPT': 35, 'power.amdgpu-power2': 7 });
  });

  it('are thermal zones if no chip has a temperature', async () => {
    put({
      'hwmon/hwmon0/name': 'pwmfan\n',
      'hwmon/hwmon0/fan1_input': '0\n',
      'thermal/thermal_zone0/type': 'cpu-thermal\n',
      'thermal/thermal_zone0/temp': '44277\n',
      'thermal/thermal_zone1/type': 'acpitz\n',
      'thermal/thermal_zone1/temp': '16800\n',
      'thermal/thermal_zone2/type': 'acpitz\n',
      'thermal/thermal_zone2/temp': '27800\n',
      'thermal/cooling_device0/type': 'Processor\n',
    });
    await expect.poll(answer(open(), 0)).toEqual({
      'temperature.cpu-thermal': 44.3,
      'temperature.acpitz-thermal_zone1': 16.8,
      'temperature.acpitz-thermal_zone2': 27.8,
      'fan.pwmfan-fan1': 0,
    });
  });
});

describe('a host without sensors', () => {
  it('has no such metrics', () => {
    expect(read(open(), 0)).toEqual({});
  });
});
