import { readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readOnce } from '../../kernel/read-once.ts';
import { foldersNamed } from './folders.ts';
import type { Sensor } from './sensor.ts';

const ATTRIBUTE = /^(temp|fan|power)(\d+)_(input|average)$/;
const KINDS = { temp: 'temperature', fan: 'fan', power: 'power' } as const;

/** The chips' temperatures, fans and powers below `/sys/class/hwmon` (hwmon/sysfs-interface.rst), in the order of chip and number. */
export function hwmonSensors(sys: string): Sensor[] {
  const chips = foldersNamed(join(sys, 'class/hwmon'), /^hwmon\d+$/).map((folder) => ({
    folder,
    name: readOnce(join(folder, 'name'))?.trim() || basename(folder),
  }));
  return chips.flatMap(({ folder, name }) => {
    const isOnly = chips.filter((other) => other.name === name).length === 1;
    return sensorsOf(folder, isOnly ? name : nameWithDevice(folder, name));
  });
}

function sensorsOf(folder: string, chip: string): Sensor[] {
  const sensors = attributesIn(folder).flatMap((attribute) => {
    const [, type, number, ending] = ATTRIBUTE.exec(attribute) ?? [];
    if (type !== 'temp' && type !== 'fan' && type !== 'power') return [];
    // Chips that show the power now and its mean have both.
    if (ending === 'average' && (type !== 'power' || attributesIn(folder).includes(`power${number}_input`)))
      return [];
    const label = readOnce(join(folder, `${type}${number}_label`))?.trim() || `${type}${number}`;
    return [
      { kind: KINDS[type], label: `${chip} ${label}`, path: join(folder, attribute), number: Number(number) },
    ];
  });
  return sensors
    .toSorted((one, other) => one.number - other.number)
    .map(({ kind, label, path }) => ({ kind, label, path }));
}

/** Two disks have chips of the same name: `nvme` of the device `nvme0` is `nvme0`. */
function nameWithDevice(folder: string, name: string): string {
  try {
    const device = basename(readlinkSync(join(folder, 'device')));
    return device.startsWith(name) ? device : `${name} ${device}`;
  } catch {
    return `${name} ${basename(folder)}`;
  }
}

function attributesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Gone since its parent was read.
    return [];
  }
}
