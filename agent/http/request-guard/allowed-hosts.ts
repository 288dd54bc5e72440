import { isIP } from 'node:net';

const NAME = /^[a-z\d_](?:[a-z\d_-]*[a-z\d_])?(?:\.[a-z\d_](?:[a-z\d_-]*[a-z\d_])?)*$/;

/** Whether `text` is a host name, or `*.` and a host name, as `AllowedHosts` takes them. */
export function isHostPattern(text: string): boolean {
  return NAME.test(text.startsWith('*.') ? text.slice(2) : text);
}

/**
 * Host names that the agent answers to, against DNS rebinding: another site can point its own name at this machine, and the browser then
 * takes that site and the agent for one origin. Only the Host header tells them apart. Addresses are always allowed.
 */
export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  /** `.example.com` for every name below it. */
  readonly #suffixes: readonly string[];

  /**
   * @param own names of this machine
   * @param allowed names, and `*.example.com` for all names below one
   */
  constructor(own: readonly string[], allowed: readonly string[]) {
    const names = [...own.flatMap(withAliases), ...allowed].map((name) => name.toLowerCase());
    this.#names = new Set(['localhost', ...names.filter((name) => !name.startsWith('*.'))]);
    this.#suffixes = [
      '.localhost',
      ...names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1)),
    ];
  }

  /** @param name as in `NamedHost` */
  includes(name: string): boolean {
    return (
      isIP(name) !== 0 || this.#names.has(name) || this.#suffixes.some((suffix) => name.endsWith(suffix))
    );
  }
}

/** `vm.lan` is also known as `vm` and, over multicast DNS, as `vm.local`. */
function withAliases(name: string): string[] {
  const [first = name] = name.split('.', 1);
  return [name, first, `${first}.local`];
}
