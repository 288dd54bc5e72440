import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SnmpColumns, sockstatValue } from './proc-net.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

describe('the paired lines of snmp and netstat', () => {
  it('are parsed by column name', () => {
    const columns = new SnmpColumns('Tcp', ['CurrEstab', 'RetransSegs', 'MaxConn', 'NotOfThisKernel']);
    expect(columns.read(fixture('snmp-2.6.txt'))).toEqual([87, 1234, -1, null]);
    expect(columns.read(fixture('snmp.txt'))).toEqual([0, 8, -1, null]);
    const extended = new SnmpColumns('TcpExt', ['ListenDrops', 'ListenOverflows']);
    expect(extended.read(fixture('netstat-2.6.txt'))).toEqual([57, 41]);
    expect(extended.read(fixture('netstat.txt'))).toEqual([0, 0]);
  });

  it.each([
    '',
    'Tcp: CurrEstab',
    'Tcp: CurrEstab\n',
    'Tcp: CurrEstab\nUdp: 5\n',
    'TcpExt: CurrEstab\nTcpExt: 5\n',
  ])('yield nothing for %j', (text) => {
    expect(new SnmpColumns('Tcp', ['CurrEstab']).read(text)).toEqual([null]);
  });

  it('are looked up again when the columns change', () => {
    const columns = new SnmpColumns('Tcp', ['B']);
    expect(columns.read('Tcp: A B\nTcp: 5 6\n')).toEqual([6]);
    expect(columns.read('Tcp: B C\nTcp: 7 8\n')).toEqual([7]);
    expect(columns.read('Tcp: A C\nTcp: 7 8\n')).toEqual([null]);
  });

  it('yield nothing for a line that ends before the column', () => {
    expect(new SnmpColumns('Tcp', ['B', 'A']).read('Tcp: A B\nTcp: 5')).toEqual([null, 5]);
  });
});

describe('the pairs of sockstat', () => {
  const text =
    'sockets: used 290\nTCP: inuse 7 orphan 1 tw 12 alloc 9 mem 2\nUDP: inuse 4 mem 1\nUDPLITE: inuse 3\n';

  it.each([
    ['sockets', 'used', 290],
    ['TCP', 'tw', 12],
    ['TCP', 'mem', 2],
    ['UDP', 'inuse', 4],
    ['UDP', 'tw', null],
    ['SCTP', 'inuse', null],
  ])('have %s %s', (protocol, name, value) => {
    expect(sockstatValue(text, protocol, name)).toBe(value);
  });

  it('are missing in an empty file', () => {
    expect(sockstatValue('', 'TCP', 'tw')).toBeNull();
  });
});
