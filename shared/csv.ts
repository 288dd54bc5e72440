/** Spreadsheets take a cell that begins like this for a formula (CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** A text as a cell of comma-separated values (RFC 4180). */
export function csvCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** @param cells as `csvCell` gives them, or numbers as text; `''` is unknown */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
