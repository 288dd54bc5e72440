/** Prints rows as a Markdown table; the columns are those of the first row. */
export function printTable(title: string, rows: readonly Readonly<Record<string, string>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, names.map(() => '---'), ...rows.map((row) => names.map((name) => row[name] ?? ''))];
  console.log(`\n${title}\n`);
  for (const cells of lines) console.log(`| ${cells.join(' | ')} |`);
}

/** A ratio beside its target. */
export function verdict(value: number, atMost: number, unit: string, digits = 2): string {
  const text = `${value.toFixed(digits)} ${unit}`;
  return `${text}, target ${Number(atMost.toFixed(2))} ${unit}: ${value <= atMost ? 'met' : 'MISSED'}`;
}
