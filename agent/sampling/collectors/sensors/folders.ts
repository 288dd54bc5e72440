import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const inNumberOrder = new Intl.Collator('en', { numeric: true });

/** The paths of what is in a folder of `/sys/class` and called so, `hwmon2` before `hwmon10`; empty when the folder is not there. */
export function foldersNamed(folder: string, name: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((entry) => name.test(entry))
      .toSorted((one, other) => inNumberOrder.compare(one, other))
      .map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}
