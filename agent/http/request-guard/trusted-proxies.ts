import { BlockList, isIP } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** An entry of X-Forwarded-For: an address, perhaps in brackets, perhaps with a port. */
const ENTRY = /^\[?([\da-f:.]+?)\]?(?::\d{1,5})?$/i;
const IPV4_ENTRY = /^(\d+\.\d+\.\d+\.\d+)(?::\d{1,5})?$/;

/** Whether `text` is an IP address, or a range of them as `10.0.0.0/8`. */
export function isProxyRange(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

/** An IPv4 address as such, also where the operating system tells it as one of IPv6. */
export function plainAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** The reverse proxies whose word on who asks is taken. */
export class TrustedProxies {
  readonly #ranges = new BlockList();

  /** @param ranges as `isProxyRange` takes them */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', length] = range.split('/');
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      if (length === undefined) this.#ranges.addAddress(address, family);
      else this.#ranges.addSubnet(address, Number(length), family);
    }
  }

  /** @param address as `plainAddress` gives it */
  includes(address: string): boolean {
    return this.#ranges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Who asks: the last address of X-Forwarded-For that no trusted proxy has, for what stands before it is hearsay.
   * @param proxy the trusted one that the request came from
   */
  clientOf(proxy: string, forwardedFor: string): string {
    let client = proxy;
    for (const entry of forwardedFor.split(',').toReversed()) {
      const address = addressOf(entry.trim());
      if (address === null) return client;
      client = address;
      if (!this.includes(address)) return client;
    }
    return client;
  }
}

function addressOf(entry: string): string | null {
  const text = IPV4_ENTRY.exec(entry)?.[1] ?? (isIP(entry) === 0 ? ENTRY.exec(entry)?.[1] : entry) ?? '';
  return isIP(text) === 0 ? null : plainAddress(text.toLowerCase());
}
