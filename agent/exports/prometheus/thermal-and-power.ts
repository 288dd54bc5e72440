import { basename } from 'node:path';
import { foldersNamed } from '../../sampling/collectors/sensors/folders.ts';
import { numberIn } from '../../sampling/kernel/text.ts';
import { gauge, rawValue, type RawValue } from '../../sampling/raw-values.ts';
import type { KernelTexts } from './kernel-texts.ts';
import type { SlowTexts } from './slow-texts.ts';

const STATE = gauge('node_cooling_device_cur_state', '1', 'Current throttle state of the cooling device');
const MAX_STATE = gauge('node_cooling_device_max_state', '1', 'Maximum throttle state of the cooling device');
const ONLINE = gauge(
  'node_power_supply_online',
  '1',
  'online value of /sys/class/power_supply/<power_supply>.',
);
const SUPPLY = gauge('node_power_supply_info', '1', 'info of /sys/class/power_supply/<power_supply>.');

/** Files of cooling devices and power supplies whose drivers may ask a device. */
export function slowPowerFiles(sys: string): string[] {
  return [
    ...coolingDevices(sys).flatMap((folder) => [`${folder}/cur_state`, `${folder}/max_state`]),
    ...powerSupplies(sys).map((folder) => `${folder}/online`),
  ];
}

/** Fans and throttles (driver-api/thermal/sysfs-api.rst). @param slow with `slowPowerFiles` */
export function* readCoolingDevices(
  sys: string,
  texts: KernelTexts,
  slow: SlowTexts,
): Generator<RawValue, void> {
  for (const folder of coolingDevices(sys)) {
    const labels = {
      name: basename(folder).replace(/\D+/, ''),
      type: texts.readShort(`${folder}/type`) ?? '',
    };
    yield* rawValue(STATE, labels, numberIn(slow.textOf(`${folder}/cur_state`)));
    yield* rawValue(MAX_STATE, labels, numberIn(slow.textOf(`${folder}/max_state`)));
  }
}

/** Mains adapters and batteries (ABI/testing/sysfs-class-power); their charge is among the sensors. @param slow with `slowPowerFiles` */
export function* readPowerSupplies(
  sys: string,
  texts: KernelTexts,
  slow: SlowTexts,
): Generator<RawValue, void> {
  for (const folder of powerSupplies(sys)) {
    const name = basename(folder);
    yield* rawValue(ONLINE, { power_supply: name }, numberIn(slow.textOf(`${folder}/online`)));
    yield* rawValue(SUPPLY, { power_supply: name, type: texts.readShort(`${folder}/type`) ?? '' }, 1);
  }
}

function coolingDevices(sys: string): string[] {
  return foldersNamed(`${sys}/class/thermal`, /^cooling_device\d+$/);
}

function powerSupplies(sys: string): string[] {
  return foldersNamed(`${sys}/class/power_supply`, /./);
}
