import { describe, expect, it } from 'vitest';
import { SensorHost } from './testing/sensor-host.ts';

const zone = (number: number, type: string, millidegrees: number) =>
  [`class/thermal/thermal_zone${number}`, { type, temp: millidegrees }] as const;

const nvme = ['class/hwmon/hwmon0', { name: 'nvme', temp1_label: 'Composite', temp1_input: 40_850 }] as const;

describe('a thermal zone', () => {
  it('is listed in addition to unrelated chips', async () => {
    const host = new SensorHost()
      .put(...nvme)
      .put(...zone(0, 'cpu-thermal', 62_300))
      .put(...zone(1, 'gpu-thermal', 55_100));
    expect(await host.answers(0)).toEqual({
      'temperature.nvme-Composite': 40.9,
      'temperature.cpu-thermal': 62.3,
      'temperature.gpu-thermal': 55.1,
    });
  });

  it('with a chip of the same name is listed once', async () => {
    const host = new SensorHost()
      .put('class/hwmon/hwmon1', { name: 'cpu_thermal', temp1_input: 62_300 })
      .put(...zone(0, 'cpu-thermal', 62_300))
      .put(...zone(1, 'gpu-thermal', 55_100));
    expect(await host.answers(0)).toEqual({
      'temperature.cpu_thermal-temp1': 62.3,
      'temperature.gpu-thermal': 55.1,
    });
  });

  it('that is the device of a chip is listed once, whatever the chip is called', async () => {
    const host = new SensorHost()
      .put('class/hwmon/hwmon1', { name: 'soc', temp1_input: 62_300 })
      .put(...zone(0, 'cpu-thermal', 62_300))
      .put(...zone(1, 'gpu-thermal', 55_100))
      .link('class/hwmon/hwmon1/device', 'class/thermal/thermal_zone0');
    expect(Object.keys(await host.answers(0))).toEqual(['temperature.soc-temp1', 'temperature.gpu-thermal']);
  });

  it('is listed if the chip of its name shows only another zone of that name, or only a fan', async () => {
    const host = new SensorHost()
      .put('class/hwmon/hwmon1', { name: 'acpitz', temp1_input: 27_800 })
      .put('class/hwmon/hwmon2', { name: 'board_thermal', fan1_input: 900 })
      .put(...zone(0, 'acpitz', 16_800))
      .put(...zone(1, 'acpitz', 27_800))
      .put(...zone(2, 'board-thermal', 31_000))
      .link('class/hwmon/hwmon1/device', 'class/thermal/thermal_zone1');
    expect(await host.answers(0)).toEqual({
      'temperature.acpitz-temp1': 27.8,
      'temperature.acpitz-thermal_zone0': 16.8,
      'temperature.board-thermal': 31,
      'fan.board_thermal-fan1': 900,
    });
  });

  it.each([
    ['one chip of that name', { hwmon1: { temp1_input: 16_800, temp2_input: 27_800 } }],
    ['a chip each', { hwmon1: { temp1_input: 16_800 }, hwmon2: { temp1_input: 27_800 } }],
  ])('of the same name as another is listed once if %s has both', async (_, chips) => {
    const host = new SensorHost().put(...zone(0, 'acpitz', 16_800)).put(...zone(1, 'acpitz', 27_800));
    for (const [folder, files] of Object.entries(chips)) {
      host.put(`class/hwmon/${folder}`, { name: 'acpitz', ...files });
    }
    expect(Object.values(await host.answers(0))).toEqual([16.8, 27.8]);
  });

  it('of the processor is listed if no chip shows it', async () => {
    const host = new SensorHost().put(...nvme).put(...zone(0, 'x86_pkg_temp', 51_000));
    expect(await host.answers(0)).toMatchObject({ 'temperature.x86_pkg_temp': 51 });
  });

  it('that always answers 20 °C, since it represents a policy, is not listed', async () => {
    const host = new SensorHost().put(...zone(0, 'INT3400 Thermal', 20_000)).put(...zone(1, 'TCPU', 48_000));
    expect(await host.answers(0)).toEqual({ 'temperature.TCPU': 48 });
  });
});
