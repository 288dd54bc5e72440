import { OutboundError } from '../../outbound/guarded-fetch.ts';

/**
 * Headers from a file: `Name: value`, a line each; empty lines and those that begin with `#` count for nothing.
 * @throws OutboundError (`header`) that names file and line, but not what is in it
 */
export function parseHeaders(text: string, path: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw new OutboundError('header', `${path}:${index + 1} is no header: write Name: value`);
    headers[name] = value;
  }
  return headers;
}
