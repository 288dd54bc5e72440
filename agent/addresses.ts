import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** RFC 1122, section 3.2.1.3, and RFC 4291, section 2.5.3. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Of 16 bits each. */
const GROUPS = 8;
/** Leading groups of an IPv6 address that belong to one client: a /64, or a /48 with 6to4. */
const GROUPS_PER_CLIENT = 4;
const GROUPS_PER_CLIENT_6TO4 = 3;

/** Whether an address, or the name `localhost`, is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return LOOPBACK.check(host, 'ipv4');
  if (isIPv6(host)) return LOOPBACK.check(host, 'ipv6');
  return host === 'localhost';
}

/** An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) as IPv4; any other address unchanged. */
export function plainAddress(address: string): string {
  return IPV4_MAPPED.exec(address)?.[1] ?? address;
}

/** Whether `text` is an IP address, or a range in CIDR notation such as `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

/**
 * The key under which limits count a client: its IPv4 address, or its IPv6 /64, which is what one subscriber gets (RFC 6177).
 * - A link-local address counts whole, with its zone (RFC 4007): fe80::/64 is the same on every link.
 * - IPv4-mapped (RFC 4291) and translated addresses (RFC 6052) count as the IPv4 address: all of them share one /64.
 * - With 6to4 (RFC 3056), an IPv4 address owns a /48.
 * @param address as sockets and proxies write it
 */
export function clientKeyOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = '', zone = ''] = address.toLowerCase().split('%');
  const groups = groupsOf(plain);
  const [first = 0, second, third, fourth, , sixth = 0, seventh = 0, eighth = 0] = groups;
  const startsWithZeros = groups.slice(0, 5).every((group) => group === 0);
  const isTranslated = first === 0x64 && second === 0xff_9b && (third === 0 ? fourth === 0 : third === 1);
  if (isTranslated || (startsWithZeros && sixth === 0xff_ff)) return toIPv4(seventh, eighth);
  if ((first & 0xff_c0) === 0xfe_80) return `${toText(groups)}${zone === '' ? '' : `%${zone}`}`;
  return toText(groups.slice(0, first === 0x20_02 ? GROUPS_PER_CLIENT_6TO4 : GROUPS_PER_CLIENT));
}

function groupsOf(address: string): readonly number[] {
  const [head = '', tail = ''] = address.split('::');
  const before = parseGroups(head);
  const after = parseGroups(tail);
  const missing = GROUPS - before.length - after.length;
  return [...before, ...Array<number>(Math.max(0, missing)).fill(0), ...after];
}

function parseGroups(text: string): number[] {
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
