import { readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readOnce } from '../../kernel/text.ts';
import { foldersNamed } from './folders.ts';
import type { Chip, Objection, Sensor } from './sensor.ts';

const ATTRIBUTE = /^((temp|fan|power)\d+)_(?:input|average)$/;
const KINDS = { temp: 'temperature', fan: 'fan', power: 'power' } as const;

/** A chip without its sensors. */
type BareChip = Omit<Chip, 'sensors'>;

/** The chips in `/sys/class/hwmon` (hwmon/sysfs-interface.rst), in the order of their numbers. */
export function hwmonChips(sys: string): Chip[] {
  const chips = foldersNamed(join(sys, 'class/hwmon'), /^hwmon\d+$/).map((folder): BareChip => {
    const name = nameIn(folder) ?? nameIn(join(folder, 'device')) ?? basename(folder);
    const device = deviceOf(folder);
    return { folder, name, device, key: [folder, name, device].join(' ') };
  });
  return chips.map((chip) => {
    const isOnly = chips.filter(({ name }) => name === chip.name).length === 1;
    const label = isOnly ? chip.name : nameWithDevice(chip);
    const sensors = sensorsIn(chip.folder, chip, label);
    // Some old drivers, such as Apple's, put them into the device's folder.
    return {
      ...chip,
      sensors: sensors.length > 0 ? sensors : sensorsIn(join(chip.folder, 'device'), chip, label),
    };
  });
}

function sensorsIn(folder: string, chip: BareChip, chipLabel: string): Sensor[] {
  const files = new Set(filesIn(folder));
  const sensors = new Map<string, Sensor & { readonly number: number }>();
  for (const file of files) {
    const [, place, type] = ATTRIBUTE.exec(file) ?? [];
    if (place === undefined || (type !== 'temp' && type !== 'fan' && type !== 'power')) continue;
    const label = readOnce(join(folder, `${place}_label`))?.trim() || place;
    sensors.set(place, {
      kind: KINDS[type],
      label: `${chipLabel} ${label}`,
      key: `${chip.key} ${place}`,
      // Chips that report both current and mean power have both files.
      readings: [`${place}_input`, `${place}_average`]
        .filter((reading) => files.has(reading))
        .map((reading) => ({ path: join(folder, reading) })),
      objections: objectionsOf(place, folder, files),
      chip,
      number: Number(place.slice(type.length)),
    });
  }
  return [...sensors.values()].toSorted((one, other) => one.number - other.number);
}

/** Files that say that nothing is connected or the sensor is off; with the it87 family, type 0 means off. */
function objectionsOf(place: string, folder: string, files: ReadonlySet<string>): Objection[] {
  const possible = [
    { file: `${place}_fault`, when: 'not zero' },
    { file: `${place}_enable`, when: 'zero' },
    { file: `${place}_type`, when: 'zero' },
  ] as const;
  return possible
    .filter(({ file }) => files.has(file))
    .map(({ file, when }) => ({ path: join(folder, file), when }));
}

/** Distinguishes chips of the same name: `nvme` of the device `nvme0` becomes `nvme0`. */
function nameWithDevice({ folder, name, device }: BareChip): string {
  if (device === null) return `${name} ${basename(folder)}`;
  return device.startsWith(name) ? device : `${name} ${device}`;
}

function nameIn(folder: string): string | null {
  return readOnce(join(folder, 'name'))?.trim() || null;
}

function deviceOf(folder: string): string | null {
  try {
    return basename(readlinkSync(join(folder, 'device')));
  } catch {
    return null;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Vanished after its parent was read.
    return [];
  }
}
