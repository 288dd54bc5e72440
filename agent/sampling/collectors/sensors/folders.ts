import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** More digits than any number of a folder has. */
const WIDTH = 10;

/** The paths of what is in a folder of `/sys/class` and called so, `hwmon2` before `hwmon10`; empty when the folder is not there. */
export function foldersNamed(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => name.test(entry))
      .toSorted((one, other) => (inNumberOrder(one) < inNumberOrder(other) ? -1 : 1))
      .map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}

/** What sorts as the numbers in a name do. Not by Intl.Collator, which takes 3 MB of memory as soon as there is one. */
function inNumberOrder(name: string): string {
  return name.replaceAll(/\d+/g, (digits) => digits.padStart(WIDTH, '0'));
}
