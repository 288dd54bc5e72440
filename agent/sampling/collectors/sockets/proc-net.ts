/**
 * Finds columns by name in `/proc/net/snmp` and `/proc/net/netstat` (kernel: Documentation/networking/snmp_counter.rst), which consist of pairs
 * of lines: `Tcp: ActiveOpens ...`, `Tcp: 27 ...`. Kernels insert columns, so positions are looked up whenever the heading changes.
 */
export class SnmpColumns {
  readonly #prefix: string;
  readonly #names: readonly string[];
  #heading = '';
  #positions: readonly number[] = [];
  #width = 0;

  /** @param protocol `Tcp` of `snmp`, `TcpExt` of `netstat` */
  constructor(protocol: string, names: readonly string[]) {
    this.#prefix = `${protocol}: `;
    this.#names = names;
  }

  /** One value per name, `null` for a missing column. */
  read(text: string): (number | null)[] {
    const from = text.startsWith(this.#prefix) ? 0 : text.indexOf(`\n${this.#prefix}`) + 1;
    const middle = text.indexOf('\n', from);
    if (middle < 0 || !text.startsWith(this.#prefix, from) || !text.startsWith(this.#prefix, middle + 1)) {
      return this.#names.map(() => null);
    }
    this.#findColumns(text.slice(from + this.#prefix.length, middle));
    const end = text.indexOf('\n', middle + 1);
    const values = text
      .slice(middle + 1 + this.#prefix.length, end < 0 ? text.length : end)
      .split(' ', this.#width);
    return this.#positions.map((position) => {
      const value = values[position];
      return value === undefined ? null : Number(value);
    });
  }

  #findColumns(heading: string): void {
    if (heading === this.#heading) return;
    this.#heading = heading;
    const columns = heading.split(' ');
    this.#positions = this.#names.map((name) => columns.indexOf(name));
    this.#width = Math.max(...this.#positions) + 1;
  }
}

/**
 * One value of `/proc/net/sockstat` or `sockstat6` (man 5 proc_pid_net), whose lines are a protocol and name-value pairs: `TCP: inuse 1 orphan
 * 0 tw 0`. `null` if missing.
 */
export function sockstatValue(text: string, protocol: string, name: string): number | null {
  const line = `${protocol}: `;
  const from = text.startsWith(line) ? 0 : text.indexOf(`\n${line}`) + 1;
  if (!text.startsWith(line, from)) return null;
  let end = text.indexOf('\n', from);
  if (end < 0) end = text.length;
  const key = ` ${name} `;
  const at = text.indexOf(key, from);
  if (at < 0 || at >= end) return null;
  const value = Number.parseInt(text.slice(at + key.length, end), 10);
  return Number.isNaN(value) ? null : value;
}
