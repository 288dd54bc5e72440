import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** More digits than the kernel's own numbering has. Longer ones, as in serial numbers, sort as text. */
const WIDTH = 10;

/** Matching folders in `/sys/class/…`, `hwmon2` before `hwmon10`; empty if the parent does not exist. */
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

/** Not with Intl.Collator, which loads language data (docs/decisions/0026). */
function byNumbers(one: string, other: string): number {
  const [before, after] = [padded(one), padded(other)];
  if (before === after) return 0;
  return before < after ? -1 : 1;
}

function padded(name: string): string {
  return name.replaceAll(/\d+/g, (digits) => digits.padStart(WIDTH, '0'));
}
