import { isIPv6 } from 'node:net';

const GROUPS = 8;

/** How many groups of an address of IPv6 are one subscriber's, by how it begins; the others belong to as many who do not know each other. */
const DEFAULT_GROUPS = 4;
const GROUPS_OF_6TO4 = 3;

/**
 * Whom limits count: a subscriber has one IPv4 address, but a whole /64 of IPv6 (RFC 6177). Equal for all addresses of one.
 * - A link-local address is its neighbour's alone: fe80::/64 is the same on every link, so it counts whole, with its zone (RFC 4007).
 * - What carries an IPv4 address is that address: mapped (RFC 4291) and translated ones (RFC 6052), where one /64 is everybody.
 * - Of 6to4 (RFC 3056), an IPv4 address owns a /48.
 * @param address as sockets and proxies write it
 */
export function subscriberOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = '', zone = ''] = address.toLowerCase().split('%');
  const groups = groupsOf(plain);
  const [first = 0, second, third, fourth, , sixth = 0, seventh = 0, eighth = 0] = groups;
  const startsWithZeros = groups.slice(0, 5).every((group) => group === 0);
  const isTranslated = first === 0x64 && second === 0xff_9b && (third === 0 ? fourth === 0 : third === 1);
  if (isTranslated || (startsWithZeros && sixth === 0xff_ff)) return toIPv4(seventh, eighth);
  if ((first & 0xff_c0) === 0xfe_80) return `${toText(groups)}${zone === '' ? '' : `%${zone}`}`;
  return toText(groups.slice(0, first === 0x20_02 ? GROUPS_OF_6TO4 : DEFAULT_GROUPS));
}

/** The eight numbers of an address. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail = ''] = address.split('::');
  const before = parse(head);
  const after = parse(tail);
  const missing = GROUPS - before.length - after.length;
  return [...before, ...Array<number>(Math.max(0, missing)).fill(0), ...after];
}

function parse(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function toText(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function toIPv4(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
