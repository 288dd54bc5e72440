import { describe, expect, it } from 'vitest';
import { subscriberOf } from './addresses.ts';

describe('whom limits count', () => {
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
  ])('%s is %s', (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });

  it.each([
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1%eth0'],
    ['fe80::1%eth1', 'fe80:0:0:0:0:0:0:1%eth1'],
    ['FE80::1%eth0', 'fe80:0:0:0:0:0:0:1%eth0'],
    ['fe80:0:0:0:0:0:0:1%eth0', 'fe80:0:0:0:0:0:0:1%eth0'],
    ['fe80::2%eth0', 'fe80:0:0:0:0:0:0:2%eth0'],
    ['fe80::2', 'fe80:0:0:0:0:0:0:2'],
    ['febf::9:8:7:6%2', 'febf:0:0:0:9:8:7:6%2'],
  ])('of neighbours on a link each one: %s is %s', (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });

  it.each([
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['64:ff9b::c000:202', '192.0.2.2'],
    ['64:ff9b:1:fffe::192.0.2.3', '192.0.2.3'],
    ['2002:c000:201:1::1', '2002:c000:201'],
    ['2002:c000:201:ffff::1', '2002:c000:201'],
  ])('behind IPv4 the owner of that address: %s is %s', (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });
});
