import { describe, expect, it } from 'vitest';
import { clientKeyOf, isAddressRange, plainAddress } from './addresses.ts';

describe('the key that limits count a client by', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['2001:db8:0:0:1::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['1::2:3:4:5:6', '1:0:0:2'],
    ['fd00:1:2:3::4', 'fd00:1:2:3'],
    ['64:ff9b:2::192.0.2.1', '64:ff9b:2:0'],
    ['', ''],
    ['no address', 'no address'],
  ])('of %s is %s', (address, key) => {
    expect(clientKeyOf(address)).toBe(key);
  });

  it.each([
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1%eth0'],
    ['fe80::1%eth1', 'fe80:0:0:0:0:0:0:1%eth1'],
    ['FE80::1%eth0', 'fe80:0:0:0:0:0:0:1%eth0'],
    ['fe80:0:0:0:0:0:0:1%eth0', 'fe80:0:0:0:0:0:0:1%eth0'],
    ['fe80::2%eth0', 'fe80:0:0:0:0:0:0:2%eth0'],
    ['fe80::2', 'fe80:0:0:0:0:0:0:2'],
    ['febf::9:8:7:6%2', 'febf:0:0:0:9:8:7:6%2'],
  ])('of a link-local address is the whole address: %s is %s', (address, key) => {
    expect(clientKeyOf(address)).toBe(key);
  });

  it.each([
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['64:ff9b::c000:202', '192.0.2.2'],
    ['64:ff9b:1:fffe::192.0.2.3', '192.0.2.3'],
    ['2002:c000:201:1::1', '2002:c000:201'],
    ['2002:c000:201:ffff::1', '2002:c000:201'],
  ])('of an address that carries an IPv4 address is that address: %s is %s', (address, key) => {
    expect(clientKeyOf(address)).toBe(key);
  });
});

it.each([
  ['127.0.0.1', true],
  ['10.0.0.0/8', true],
  ['::1', true],
  ['fd00::/8', true],
  ['10.0.0.0/33', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/8/8', false],
  ['10.0.0/8', false],
  ['proxy', false],
  ['', false],
])('%j is an address or a range: %s', (text, isOne) => {
  expect(isAddressRange(text)).toBe(isOne);
});

it('an IPv4-mapped address becomes IPv4, any other stays as it is', () => {
  expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
});
