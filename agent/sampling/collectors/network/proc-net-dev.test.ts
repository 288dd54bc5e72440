import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNetDev } from './proc-net-dev.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

describe('/proc/net/dev', () => {
  it('has columns for received and sent', () => {
    const vlan = parseNetDev(fixture('server.txt')).find(({ name }) => name === 'eth0.100');
    expect(vlan?.counts).toEqual([5000, 7000, 50, 70, 1, 8, 2, 9]);
  });

  it('may have names with dots, at signs and letters of any script', () => {
    const names = parseNetDev(fixture('server.txt')).map(({ name }) => name);
    expect(names).toEqual(['lo', 'enp3s0f0', 'eth0.100', 'veth1a2b@if3', 'größe0', 'dummy0']);
  });

  it('of an old kernel has no space after the name, which may contain a colon', () => {
    const interfaces = parseNetDev(fixture('linux-2.6.txt'));
    expect(interfaces.map(({ name, counts }) => [name, counts[0]])).toEqual([
      ['lo', 94_723_981],
      ['eth0', 4_123_456_789],
      ['eth0:1', 123],
    ]);
    expect(interfaces[1]?.counts).toEqual([4_123_456_789, 987_654_321, 9_001_234, 8_001_234, 3, 2, 7, 5]);
  });

  it('of a virtual machine is parsed completely', () => {
    expect(parseNetDev(fixture('virtual-machine.txt')).map(({ name }) => name)).toEqual([
      'lo',
      'ifb0',
      'ifb1',
      'eth0',
    ]);
  });

  it.each(['', '\n', 'eth0:\n', 'eth0: 1 2 3\n', 'eth0: 1 2 x 4 5 6 7 8 9 10 11 12 13\n'])(
    'yields nothing for %j',
    (text) => {
      expect(parseNetDev(text)).toEqual([]);
    },
  );
});
