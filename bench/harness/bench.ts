import os from 'node:os';
import { parseArgs } from 'node:util';

type Options = Readonly<Record<string, number | string | boolean>>;
type Widened<D extends Options> = {
  readonly [K in keyof D]: D[K] extends number ? number : D[K] extends boolean ? boolean : string;
};

/**
 * Starts a bench: prints the conditions of its figures and reads its options from the command line.
 * @param defaults name and default of each option; a number or a string takes a value (`--rounds 3`), `false` is a switch
 */
export function begin<const D extends Options>(defaults: D): Widened<D> {
  process.setMaxListeners(0);
  // An exit runs the clean-up of every process and control group.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const cpus = os.cpus();
  console.log(
    [
      new Date().toISOString(),
      `Node ${process.versions.node}`,
      `Linux ${os.release()}`,
      `${cpus.length} × ${cpus[0]?.model.trim() ?? 'unknown processor'}`,
      `load ${os.loadavg()[0]?.toFixed(1)}`,
    ].join(' · '),
  );
  const options = Object.entries(defaults).map(
    ([name, value]) => [name, { type: typeof value === 'boolean' ? 'boolean' : 'string' }] as const,
  );
  const { values } = parseArgs({ options: Object.fromEntries(options) });
  const given = Object.entries(defaults).map(([name, value]) => {
    const text = values[name];
    return [name, text === undefined ? value : typeof value === 'number' ? Number(text) : text];
  });
  return Object.fromEntries(given) as Widened<D>;
}

/** Prints rows as a Markdown table; the columns are those of the first row. */
export function printTable(title: string, rows: readonly Readonly<Record<string, string>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, names.map(() => '---'), ...rows.map((row) => names.map((name) => row[name] ?? ''))];
  console.log(`\n${title}\n`);
  for (const cells of lines) console.log(`| ${cells.join(' | ')} |`);
}

/** Prints a figure beside its target. */
export function printVerdict(what: string, value: number, atMost: number, unit: string): void {
  const outcome = value <= atMost ? 'met' : 'MISSED';
  console.log(`- ${what}: ${value.toFixed(2)} ${unit}, target ${Number(atMost.toFixed(2))}: ${outcome}`);
}
