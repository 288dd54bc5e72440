import { describe, expect, it } from 'vitest';
import { SensorHost } from './testing/sensor-host.ts';

const CARD = 'devices/pci0000:00/0000:03:00.0';
const GPU = 'class/hwmon/hwmon0';
const DISK = 'devices/ata1/host0/target0:0:0/0:0:0:0';

const gpu = (power: Readonly<Record<string, string | number>>) =>
  new SensorHost()
    .put(GPU, { name: 'amdgpu', temp1_input: 40_000, fan1_input: 900 })
    .put(`${CARD}/power`, power)
    .link(`${GPU}/device`, CARD);

const disk = (isRotating: boolean) =>
  new SensorHost()
    .put('class/hwmon/hwmon0', { name: 'drivetemp', temp1_input: 33_000 })
    .put(`${DISK}/block/sda`, { stat: '1 2 3', 'queue/rotational': isRotating ? 1 : 0 })
    .put(`${DISK}/power`, { runtime_status: 'active', control: 'on', autosuspend_delay_ms: -1 })
    .link('class/hwmon/hwmon0/device', DISK);

describe('a suspended device', () => {
  it.each(['suspended', 'suspending'])(
    'is not read while it is %s: its sensors are listed and unknown',
    async (status) => {
      const host = gpu({ runtime_status: status, control: 'auto', autosuspend_delay_ms: 5000 });
      expect(await host.answers(0)).toEqual({ 'temperature.amdgpu-temp1': null, 'fan.amdgpu-fan1': null });
      host.put(`${CARD}/power`, { runtime_status: 'active' });
      expect(await host.answers(2000)).toEqual({ 'temperature.amdgpu-temp1': 40, 'fan.amdgpu-fan1': 900 });
      host.put(`${CARD}/power`, { runtime_status: status });
      expect(await host.answers(4000)).toEqual({ 'temperature.amdgpu-temp1': null, 'fan.amdgpu-fan1': null });
    },
  );

  it('is determined by the nearest power-managed device, without affecting others', async () => {
    const usb = 'devices/pci0000:00/usb1/1-2';
    const host = new SensorHost()
      .put('class/hwmon/hwmon0', { name: 'coretemp', temp1_input: 50_000 })
      .put('class/hwmon/hwmon1', { name: 'psu', temp1_input: 40_000 })
      .put(`${usb}/power`, { runtime_status: 'suspended' })
      .put(`${usb}/1-2:1.0/power`, { runtime_status: 'active' })
      .put(`${usb}/1-2:1.0/0003:1B1C/power`, { runtime_status: 'unsupported' })
      .link('class/hwmon/hwmon1/device', `${usb}/1-2:1.0/0003:1B1C`);
    expect(await host.answers(0)).toEqual({
      'temperature.coretemp-temp1': 50,
      'temperature.psu-temp1': null,
    });
  });

  it.each([
    ['the controller of a bus, which sleeps between any two reads', '0000:00:1f.4', 'i2c-3/3-0018', 'i2c'],
    ['the bridge to what the firmware has', '0000:00:1f.0', 'PNP0C09:00', 'acpi'],
  ])('is not %s', async (_, bridge, path, subsystem) => {
    const device = `devices/pci0000:00/${bridge}/${path}`;
    const host = new SensorHost()
      .put('class/hwmon/hwmon0', { name: 'board', temp1_input: 40_000 })
      .put(`devices/pci0000:00/${bridge}/power`, { runtime_status: 'suspended' })
      .put(`devices/pci0000:00/${bridge}/i2c-3/power`, { runtime_status: 'suspended' })
      .put(`${device}/power`, { runtime_status: 'unsupported' })
      .put(`bus/${subsystem}`, { drivers_autoprobe: 1 })
      .link(`${device}/subsystem`, `bus/${subsystem}`)
      .link('class/hwmon/hwmon0/device', device);
    expect(await host.answers(0)).toEqual({ 'temperature.board-temp1': 40 });
  });
});

describe('a device with autosuspend', () => {
  it('is read rarely enough to autosuspend, and its last value shown meanwhile', async () => {
    const host = gpu({ runtime_status: 'active', control: 'auto', autosuspend_delay_ms: 5000 });
    expect(await host.answers(0)).toEqual({ 'temperature.amdgpu-temp1': 40, 'fan.amdgpu-fan1': 900 });
    host.put(GPU, { temp1_input: 50_000, fan1_input: 950 });
    for (const atMs of [2000, 4000, 8000])
      expect(await host.answers(atMs)).toEqual({ 'temperature.amdgpu-temp1': 40, 'fan.amdgpu-fan1': 900 });
    expect(await host.answers(10_000)).toEqual({ 'temperature.amdgpu-temp1': 50, 'fan.amdgpu-fan1': 950 });
  });

  it('is unknown for the rest of a delay longer than a minute', async () => {
    const host = gpu({ runtime_status: 'active', control: 'auto', autosuspend_delay_ms: 60_000 });
    expect(await host.answers(0)).toMatchObject({ 'temperature.amdgpu-temp1': 40 });
    expect(await host.answers(60_000)).toMatchObject({ 'temperature.amdgpu-temp1': 40 });
    expect(await host.answers(62_000)).toMatchObject({ 'temperature.amdgpu-temp1': null });
    expect(await host.answers(120_000)).toMatchObject({ 'temperature.amdgpu-temp1': 40 });
  });

  it.each([
    { control: 'on', autosuspend_delay_ms: 5000 },
    { control: 'auto', autosuspend_delay_ms: -1 },
    { control: 'auto' },
  ])('is read as usual without autosuspend: %j', async (power) => {
    const host = gpu({ runtime_status: 'active', ...power });
    expect(await host.answers(0)).toMatchObject({ 'temperature.amdgpu-temp1': 40 });
    host.put(GPU, { temp1_input: 50_000 });
    expect(await host.answers(2000)).toMatchObject({ 'temperature.amdgpu-temp1': 50 });
  });
});

describe('a rotating disk', () => {
  it('is read only after activity, so that its timer expires and it never spins up', async () => {
    const host = disk(true);
    expect(await host.answers(0)).toEqual({ 'temperature.drivetemp-temp1': null });
    expect(await host.answers(2000)).toEqual({ 'temperature.drivetemp-temp1': null });
    host.put(`${DISK}/block/sda`, { stat: '2 2 3' });
    expect(await host.answers(4000)).toEqual({ 'temperature.drivetemp-temp1': 33 });
    host.put('class/hwmon/hwmon0', { temp1_input: 34_000 });
    expect(await host.answers(64_000)).toEqual({ 'temperature.drivetemp-temp1': 33 });
    expect(await host.answers(66_000)).toEqual({ 'temperature.drivetemp-temp1': null });
    host.put(`${DISK}/block/sda`, { stat: '3 2 3' });
    expect(await host.answers(68_000)).toEqual({ 'temperature.drivetemp-temp1': 34 });
  });

  it('without a motor is read as usual', async () => {
    expect(await disk(false).answers(0)).toEqual({ 'temperature.drivetemp-temp1': 33 });
  });
});
