import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector, Values } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { socketsCollector } from './linux.ts';

function read(collector: Collector, atMs: number): Record<string, number | null> {
  const values = collector.read(atMs) as Values;
  expect(values).toHaveLength(collector.metrics.length);
  return Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index] ?? null]));
}

describe('the sockets of a host', () => {
  let folder = '';
  let net = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sockets-'));
    net = join(folder, '1', 'net');
    mkdirSync(net, { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const start = (): Collector => socketsCollector({ proc: folder, sys: folder });
  const write = (name: string, text: string): void => writeFileSync(join(net, name), text);
  const snmp = (established: number, active: number, passive: number, retransmits: number): void =>
    write(
      'snmp',
      `Tcp: ActiveOpens PassiveOpens CurrEstab RetransSegs\nTcp: ${active} ${passive} ${established} ${retransmits}\n`,
    );

  it('have states and rates', () => {
    snmp(5, 10, 20, 7);
    write('netstat', 'TcpExt: ListenOverflows ListenDrops\nTcpExt: 1 2\n');
    write('sockstat', 'sockets: used 290\nTCP: inuse 7 orphan 1 tw 12 alloc 9 mem 2\nUDP: inuse 4 mem 1\n');
    write('sockstat6', 'TCP6: inuse 1\nUDP6: inuse 3\n');
    const sockets = start();
    expect(sockets.metrics.map(({ name, unit, kind }) => `${name} ${unit} ${kind}`)).toEqual([
      'tcp.connections count gauge',
      'tcp.opened /s rate',
      'tcp.retransmits /s rate',
      'tcp.listenDrops /s rate',
      'tcp.listenOverflows /s rate',
      'tcp.timeWait count gauge',
      'sockets.used count gauge',
      'sockets.udp count gauge',
    ]);
    expect(Object.values(read(sockets, 0))).toEqual([5, null, null, null, null, 12, 290, 7]);
    snmp(6, 12, 24, 8);
    write('netstat', 'TcpExt: ListenOverflows ListenDrops\nTcpExt: 5 10\n');
    expect(Object.values(read(sockets, 2000))).toEqual([6, 3, 0.5, 4, 2, 12, 290, 7]);
    sockets.close?.();
  });

  it('of an old kernel are found among fewer columns, and without IPv6', () => {
    for (const name of ['snmp', 'netstat']) {
      copyFileSync(new URL(`fixtures/${name}-2.6.txt`, import.meta.url), join(net, name));
    }
    copyFileSync(new URL('fixtures/sockstat.txt', import.meta.url), join(net, 'sockstat'));
    const sockets = start();
    expect(sockets.metrics).toHaveLength(8);
    expect(read(sockets, 0)).toMatchObject({ 'tcp.connections': 87, 'sockets.udp': 0 });
    sockets.close?.();
  });

  it('that this kernel does not count are absent from the catalogue', () => {
    snmp(5, 10, 20, 7);
    const sockets = start();
    expect(sockets.metrics.map(({ name }) => name)).toEqual([
      'tcp.connections',
      'tcp.opened',
      'tcp.retransmits',
    ]);
    expect(read(sockets, 0)).toMatchObject({ 'tcp.connections': 5 });
    sockets.close?.();
  });

  it('are unknown while a file is unreadable, and rates once more', () => {
    snmp(5, 10, 20, 7);
    const sockets = start();
    void sockets.prime?.(0);
    sockets.close?.();
    rmSync(join(net, 'snmp'));
    expect(Object.values(read(sockets, 1000))).toEqual([null, null, null]);
    snmp(5, 10, 20, 7);
    expect(Object.values(read(sockets, 2000))).toEqual([5, null, null]);
    expect(Object.values(read(sockets, 3000))).toEqual([5, 0, 0]);
    sockets.close?.();
  });

  it('have no metrics without files', () => {
    const sockets = start();
    expect(sockets.metrics).toEqual([]);
    expect(sockets.read(0)).toEqual([]);
  });
});

/** More than concurrent tests on the same machine open. */
const MANY = 100;

function many<T>(make: (index: number) => T): T[] {
  return Array.from({ length: MANY }, (_, index) => make(index));
}

describe('the sockets of this machine', () => {
  it('include opened connections and bound UDP sockets of both kinds', async () => {
    const collector = socketsCollector(THIS_HOST);
    expect(collector.metrics).toHaveLength(8);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    void collector.prime?.(0);
    const before = read(collector, 1);
    const { port } = server.address() as AddressInfo;
    const clients = many(() => connect(port, '127.0.0.1'));
    await Promise.all(clients.map((client) => once(client, 'connect')));
    const other = existsSync('/proc/net/sockstat6') ? 'udp6' : 'udp4';
    const udp = many((index) => createSocket(index % 2 === 0 ? 'udp4' : other));
    for (const socket of udp) socket.bind(0);
    await Promise.all(udp.map((socket) => once(socket, 'listening')));
    const after = read(collector, 1001);
    const grown = (name: string): number => (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN);
    // Counted at both ends: opened and accepted. Other programs open and close fewer meanwhile.
    expect(after['tcp.opened']).toBeGreaterThanOrEqual(MANY);
    expect(grown('tcp.connections')).toBeGreaterThanOrEqual(MANY);
    expect(grown('sockets.udp')).toBeGreaterThanOrEqual(MANY / 2);
    expect(grown('sockets.used')).toBeGreaterThanOrEqual(2 * MANY);
    const used = /sockets: used (\d+)/.exec(readFileSync('/proc/net/sockstat', 'latin1'))?.[1];
    expect(Math.abs(Number(used) - (after['sockets.used'] ?? 0))).toBeLessThan(50);
    for (const client of clients) client.destroy();
    server.close();
    for (const socket of udp) socket.close();
    collector.close?.();
  });
});
