import { accessSync, constants, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { numberIn } from '../../kernel/numbers.ts';
import { readOnce } from '../../kernel/read-once.ts';
import { foldersNamed } from './folders.ts';
import type { Sensor } from './sensor.ts';

/** Temperatures of thermal zones (driver-api/thermal/sysfs-api.rst), for a machine without other ones. */
export function thermalZones(sys: string): Sensor[] {
  const zones = foldersNamed(join(sys, 'class/thermal'), /^thermal_zone\d+$/).map((folder) => ({
    folder,
    type: readOnce(join(folder, 'type'))?.trim() || basename(folder),
  }));
  return zones.map(({ folder, type }) => {
    const isOnly = zones.filter((other) => other.type === type).length === 1;
    return {
      kind: 'temperature',
      label: isOnly ? type : `${type} ${basename(folder)}`,
      path: join(folder, 'temp'),
    };
  });
}

/** Counters of energy that the processor keeps (power/powercap/powercap.rst); none where the agent may not read them. */
export function energyCounters(sys: string): Sensor[] {
  return foldersNamed(join(sys, 'class/powercap'), /^intel-rapl:\d+(?::\d+)?$/).flatMap((folder) => {
    const path = join(folder, 'energy_uj');
    const modulus = numberIn(readOnce(join(folder, 'max_energy_range_uj')));
    if (!isReadable(path) || modulus === null) return [];
    return [{ kind: 'energy', label: zoneLabel(folder), path, modulus }];
  });
}

/** A part of a processor is named with it: `package-0 core`. */
function zoneLabel(folder: string): string {
  const name = readOnce(join(folder, 'name'))?.trim() || basename(folder);
  const parent = join(dirname(folder), basename(folder).replace(/^(intel-rapl:\d+):\d+$/, '$1'));
  const parentName = parent === folder ? null : readOnce(join(parent, 'name'))?.trim();
  return parentName ? `${parentName} ${name}` : name;
}

/** The machine's own batteries (ABI/testing/sysfs-class-power), not those of its mouse. */
export function batteries(sys: string): Sensor[] {
  return foldersNamed(join(sys, 'class/power_supply'), /./).flatMap((folder) => {
    const path = join(folder, 'capacity');
    const isOwn = readOnce(join(folder, 'scope'))?.trim() !== 'Device';
    if (readOnce(join(folder, 'type'))?.trim() !== 'Battery' || !isOwn || !existsSync(path)) return [];
    return [{ kind: 'battery', label: basename(folder), path }];
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
