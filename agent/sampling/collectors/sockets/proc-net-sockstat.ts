/**
 * One value of `/proc/net/sockstat` or `sockstat6` (man 5 proc_pid_net), whose lines are a protocol and pairs of name and value:
 * `TCP: inuse 1 orphan 0 tw 0`. `null` where it is not there.
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
