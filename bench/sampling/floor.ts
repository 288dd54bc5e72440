import { openSync, readSync } from 'node:fs';

/**
 * The least that a Node program does for the basic subjects: reads five open files and splits them into numbers. No rates, names,
 * devices that come or go, or errors.
 */
export class Floor {
  readonly #buffer = Buffer.allocUnsafe(64 * 1024);
  readonly #stat = openSync('/proc/stat', 'r');
  readonly #memory = openSync('/proc/meminfo', 'r');
  readonly #network = openSync('/proc/net/dev', 'r');
  readonly #disks = openSync('/proc/diskstats', 'r');
  readonly #load = openSync('/proc/loadavg', 'r');

  /** How many numbers it read. */
  sample(): number {
    const stat = this.#text(this.#stat);
    const memory = this.#text(this.#memory).split('\n');
    const tables = [
      numbersOf(stat.slice(0, stat.indexOf('intr'))),
      // `MemTotal:       24684084 kB`
      [memory.map((line) => Number(line.slice(line.indexOf(':') + 1, -3)))],
      numbersOf(this.#text(this.#network)),
      numbersOf(this.#text(this.#disks)),
      numbersOf(this.#text(this.#load)),
    ];
    return tables.reduce((sum, table) => sum + table.reduce((count, row) => count + row.length, 0), 0);
  }

  #text(descriptor: number): string {
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, this.#buffer, length, this.#buffer.length - length, length);
      if (count === 0) return this.#buffer.toString('latin1', 0, length);
      length += count;
    }
  }
}

/** The words of each line as numbers; NaN for names. */
function numbersOf(text: string): number[][] {
  const rows: number[][] = [];
  for (const line of text.split('\n')) {
    const row: number[] = [];
    for (const part of line.split(' ')) if (part !== '') row.push(Number(part));
    rows.push(row);
  }
  return rows;
}
