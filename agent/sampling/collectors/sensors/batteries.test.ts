import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SensorHost } from './testing/sensor-host.ts';

const battery = (files: Readonly<Record<string, string | number>>) =>
  new SensorHost().put('class/power_supply/BAT0', { type: 'Battery', ...files });

it.each([
  ['tells its charge', { charge_now: 3_562_000, charge_full: 3_998_000, present: 1 }, 89.1],
  ['tells its energy', { energy_now: 20_000_000, energy_full: 50_000_000 }, 40],
  ['tells both, one in part', { charge_now: 5, energy_now: 1, energy_full: 2 }, 50],
  ['tells what it does not know to hold', { charge_now: 5, charge_full: 0 }, null],
  ['tells no percentage that can be', { capacity: 255, energy_now: 1, energy_full: 2 }, 50],
  ['tells nonsense', { capacity: -1 }, null],
  ['tells its percentage', { capacity: 87, charge_now: 1, charge_full: 2 }, 87],
  ['is empty', { capacity: 0 }, 0],
  ['tells more than it can hold', { capacity: 103 }, 100],
  ['holds more than it believes', { charge_now: 4_100_000, charge_full: 3_998_000 }, 100],
  ['is not there', { capacity: 50, present: 0 }, null],
  ['does not say that it is one', { type: '', capacity: 50 }, 50],
  ['is another scope than a device', { capacity: 50, scope: 'System' }, 50],
])('a battery that %s has its charge', async (_, files, charge) => {
  expect(await battery(files).answers(0)).toEqual({ 'battery.BAT0': charge });
});

it('a battery with unreadable percentage is read by charge', async () => {
  const host = battery({ charge_now: 1, charge_full: 4 });
  mkdirSync(join(host.sys, 'class/power_supply/BAT0/capacity'));
  expect(await host.answers(0)).toEqual({ 'battery.BAT0': 25 });
});

it('each battery is listed, without peripherals, chargers and unknown supplies', async () => {
  const host = battery({ capacity: 10 })
    .put('class/power_supply/BAT1', { type: 'Battery', energy_now: 1, energy_full: 5 })
    .put('class/power_supply/mouse', { type: 'Battery', scope: 'Device', capacity: 30 })
    .put('class/power_supply/AC', { type: 'Mains', online: 1 })
    .put('class/power_supply/none', { type: 'Battery', charge_full: 3 });
  expect(await host.answers(0)).toEqual({ 'battery.BAT0': 10, 'battery.BAT1': 20 });
});
