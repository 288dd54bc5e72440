import { describe, expect, it } from 'vitest';
import { TrustedProxies } from './trusted-proxies.ts';

describe('trusted proxies', () => {
  const proxies = new TrustedProxies(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);

  it.each([
    ['', '127.0.0.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:5555', '192.0.2.1'],
    ['[2001:db8::1]:5555', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1, 10.1.1.1', '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1, 10.1.1.1, fd00::7', '192.0.2.1'],
    ['10.2.2.2, 10.1.1.1', '10.2.2.2'],
    ['192.0.2.1, nonsense', '127.0.0.1'],
    ['192.0.2.1, unknown, 10.1.1.1', '10.1.1.1'],
  ])('with X-Forwarded-For %j the client is %s', (forwardedFor, client) => {
    expect(proxies.clientOf('127.0.0.1', forwardedFor)).toBe(client);
  });

  it('are recognized by address and by range', () => {
    expect(['127.0.0.1', '10.255.0.1', 'fd12::1'].map((address) => proxies.includes(address))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['127.0.0.2', '11.0.0.1', 'fe80::1', ''].map((address) => proxies.includes(address))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
