import { isIP, isIPv6 } from 'node:net';

/** A host as the Host header names it (RFC 9110, section 7.2), in lower case. */
export interface NamedHost {
  /** Name or address, without brackets, a final dot and the port. */
  readonly name: string;
  /** Digits; `''` for the scheme's own. */
  readonly port: string;
}

const HOST = /^(?:\[([\da-f:.]+)\]|([a-z\d_.-]+?)\.?)(?::(\d{1,5}))?$/;
const NAME = /^[a-z\d_](?:[a-z\d_-]*[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]*[a-z\d_])?)*$/;

/** Reads a Host header; `null` when it names no host. */
export function parseHost(header: string): NamedHost | null {
  const match = HOST.exec(header.toLowerCase());
  if (match === null) return null;
  const [, address, name = address, port = ''] = match;
  if (name === undefined || (address !== undefined && !isIPv6(address))) return null;
  return { name, port };
}

/** Whether `text` is a host name, or one behind `*.`, as `HostNames` takes them. */
export function isHostPattern(text: string): boolean {
  return NAME.test(text.startsWith('*.') ? text.slice(2) : text);
}

/**
 * Names that this agent answers to. A page of another site can have its own name lead to this machine (DNS rebinding); the browser
 * then takes that page and this agent for one site, and only the Host header tells. An address needs no such lie.
 */
export class HostNames {
  readonly #names: ReadonlySet<string>;
  /** `.example.com`: the names below. */
  readonly #endings: readonly string[];

  /**
   * @param own names of this machine
   * @param allowed names, and `*.example.com` for all names below one
   */
  constructor(own: readonly string[], allowed: readonly string[]) {
    const names = [...own.flatMap(callNames), ...allowed].map((name) => name.toLowerCase());
    this.#names = new Set(['localhost', ...names.filter((name) => !name.startsWith('*.'))]);
    this.#endings = [
      '.localhost',
      ...names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1)),
    ];
  }

  /** @param name as in `NamedHost` */
  includes(name: string): boolean {
    return isIP(name) !== 0 || this.#names.has(name) || this.#endings.some((ending) => name.endsWith(ending));
  }
}

/** What a machine called `name` is called by its neighbours: `vm.lan` also `vm` and, over multicast DNS, `vm.local`. */
function callNames(name: string): string[] {
  const [first = name] = name.split('.', 1);
  return [name, first, `${first}.local`];
}
