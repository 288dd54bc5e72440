import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { numberIn, readOnce } from '../../kernel/text.ts';
import { foldersNamed } from './folders.ts';
import type { Reading, Sensor } from './sensor.ts';

/** The processor's energy counters (power/powercap/powercap.rst), if readable. */
export function energyCounters(sys: string): Sensor[] {
  return foldersNamed(join(sys, 'class/powercap'), /^intel-rapl:\d+(?::\d+)?$/).flatMap((folder) => {
    const path = join(folder, 'energy_uj');
    if (!isReadable(path)) return [];
    const modulus = numberIn(readOnce(join(folder, 'max_energy_range_uj')));
    return [
      {
        kind: 'energy',
        label: zoneLabel(folder),
        key: folder,
        readings: [{ path }],
        ...(modulus === null ? {} : { modulus }),
      },
    ];
  });
}

/** A subzone is named with its parent: `package-0 core`. */
function zoneLabel(folder: string): string {
  const name = readOnce(join(folder, 'name'))?.trim() || basename(folder);
  const parent = join(dirname(folder), basename(folder).replace(/^(intel-rapl:\d+):\d+$/, '$1'));
  const parentName = parent === folder ? null : readOnce(join(parent, 'name'))?.trim();
  return parentName ? `${parentName} ${name}` : name;
}

/** The machine's own batteries (ABI/testing/sysfs-class-power), not those of peripherals. Drivers differ in what they report. */
export function batteries(sys: string): Sensor[] {
  return foldersNamed(join(sys, 'class/power_supply'), /./).flatMap((folder) => {
    const isOwn = readOnce(join(folder, 'scope'))?.trim() !== 'Device';
    // A supply without a type that has a charge is a battery.
    const type = readOnce(join(folder, 'type'))?.trim() || 'Battery';
    if (type !== 'Battery' || !isOwn) return [];
    const readings: Reading[] = [
      { path: join(folder, 'capacity') },
      { path: join(folder, 'charge_now'), wholePath: join(folder, 'charge_full') },
      { path: join(folder, 'energy_now'), wholePath: join(folder, 'energy_full') },
    ].filter(({ path, wholePath = path }) => existsSync(path) && existsSync(wholePath));
    if (readings.length === 0) return [];
    const present = { path: join(folder, 'present'), when: 'zero' } as const;
    const objections = existsSync(present.path) ? [present] : [];
    return [{ kind: 'battery', label: basename(folder), key: folder, readings, objections }];
  });
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
