import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** More digits than what the kernel numbers has. Longer ones, as in serial numbers, stand where their texts do. */
const WIDTH = 10;

/** The paths of what is in a folder of `/sys/class` and called so, `hwmon2` before `hwmon10`; empty when the folder is not there. */
export function foldersNamed(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => name.test(entry))
      .toSorted(byNumbers)
      .map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}

/** Not by Intl.Collator, which loads what it knows of languages (docs/decisions/0026). */
function byNumbers(one: string, other: string): number {
  const [before, after] = [padded(one), padded(other)];
  if (before === after) return 0;
  return before < after ? -1 : 1;
}

function padded(name: string): string {
  return name.replaceAll(/\d+/g, (digits) => digits.padStart(WIDTH, '0'));
}
