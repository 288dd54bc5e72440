import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** 64 bits. */
const GROUPS_OF_A_SUBSCRIBER = 4;

/**
 * Whom limits count: a subscriber has one IPv4 address, but a whole /64 of IPv6 (RFC 6177). Equal for all addresses of one.
 * @param address as sockets and proxies write it
 */
export function subscriberOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = GROUPS - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...tail.split(':')];
  return all
    .slice(0, GROUPS_OF_A_SUBSCRIBER)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
