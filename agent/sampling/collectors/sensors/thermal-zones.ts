import { basename, join } from 'node:path';
import { readOnce } from '../../kernel/text.ts';
import { foldersNamed } from './folders.ts';
import type { Chip, Sensor } from './sensor.ts';

/** Represents a policy only; its driver always reports 20 °C (int3400_thermal.c). */
const MADE_UP = 'INT3400 Thermal';
/** The processor's own sensor, which this chip reads too. */
const PACKAGE = { type: 'x86_pkg_temp', chip: 'coretemp' };

interface Zone {
  readonly folder: string;
  readonly type: string;
}

/** Temperatures of thermal zones (driver-api/thermal/sysfs-api.rst), except those that one of `chips` also shows. */
export function thermalZones(sys: string, chips: readonly Chip[]): Sensor[] {
  const zones = foldersNamed(join(sys, 'class/thermal'), /^thermal_zone\d+$/).map((folder) => ({
    folder,
    type: readOnce(join(folder, 'type'))?.trim() || basename(folder),
  }));
  const shown = zonesOfChips(zones, chips);
  return zones
    .filter((zone) => !shown.has(zone) && zone.type !== MADE_UP)
    .map(({ folder, type }) => {
      const isOnly = zones.filter((other) => other.type === type).length === 1;
      return {
        kind: 'temperature',
        label: isOnly ? type : `${type} ${basename(folder)}`,
        key: `${folder} ${type}`,
        readings: [{ path: join(folder, 'temp') }],
      };
    });
}

/**
 * A zone's chip has the zone's name (thermal_hwmon.c) and the zone as its device. Up to Linux 6.18, zones of the same name share the chip of
 * the first one, with a temperature for each; and a driver may request a chip for only some of them.
 */
function zonesOfChips(zones: readonly Zone[], chips: readonly Chip[]): ReadonlySet<Zone> {
  const shown = new Set<Zone>();
  const left = new Map<string, number>();
  for (const { name, device, sensors } of chips) {
    const temperatures = sensors.filter(({ kind }) => kind === 'temperature').length;
    if (temperatures === 0) continue;
    const zone = zones.find(({ folder }) => basename(folder) === device);
    if (zone !== undefined) shown.add(zone);
    const isOwn = zone !== undefined && folded(zone.type) === folded(name);
    left.set(folded(name), (left.get(folded(name)) ?? 0) + temperatures - (isOwn ? 1 : 0));
  }
  for (const zone of zones) {
    if (shown.has(zone)) continue;
    const name = folded(zone.type);
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    if (count > 0 || (zone.type === PACKAGE.type && left.has(PACKAGE.chip))) shown.add(zone);
  }
  return shown;
}

/** Chip names cannot contain dashes, zone names can. */
function folded(name: string): string {
  return name.replaceAll(/\W+/g, '_');
}
