import { BlockList, isIP } from 'node:net';
import { plainAddress } from '../../addresses.ts';

/** An entry of X-Forwarded-For: an address, perhaps in brackets, perhaps with a port. */
const ENTRY = /^\[?([\da-f:.]+?)\]?(?::\d{1,5})?$/i;
const IPV4_ENTRY = /^(\d+\.\d+\.\d+\.\d+)(?::\d{1,5})?$/;

/** Reverse proxies whose `X-Forwarded-…` headers are believed. */
export class TrustedProxies {
  readonly #ranges = new BlockList();

  /** @param ranges as `isAddressRange` takes them */
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
   * The client's address: the last one in X-Forwarded-For that is not a trusted proxy. Clients can forge everything before it.
   * @param proxy the trusted proxy that sent the request
   */
  clientOf(proxy: string, forwardedFor: string): string {
    let client = proxy;
    for (const entry of forwardedFor.split(',').toReversed()) {
      const address = parseEntry(entry.trim());
      if (address === null) return client;
      client = address;
      if (!this.includes(address)) return client;
    }
    return client;
  }
}

function parseEntry(entry: string): string | null {
  const text = IPV4_ENTRY.exec(entry)?.[1] ?? (isIP(entry) === 0 ? ENTRY.exec(entry)?.[1] : entry) ?? '';
  return isIP(text) === 0 ? null : plainAddress(text.toLowerCase());
}
