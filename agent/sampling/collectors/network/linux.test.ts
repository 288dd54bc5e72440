import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collector, Values } from '../../collector.ts';
import { THIS_HOST } from '../../kernel/roots.ts';
import { networkCollector } from './linux.ts';

const HEADING = 'Inter-|   Receive                    |  Transmit\n face |bytes    packets errs\n';

function line(name: string, received: number, sent: number, rest = 1): string {
  return `${name.padStart(6)}: ${received} ${rest} ${rest} ${rest} 0 0 0 0 ${sent} ${rest} ${rest} ${rest} 0 0 0 0\n`;
}

function byName(collector: Collector, values: Values): Record<string, number | null> {
  expect(values).toHaveLength(collector.metrics.length);
  return Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index] ?? null]));
}

describe('the network of a host', () => {
  let folder = '';
  let collector: Collector | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'network-'));
    mkdirSync(join(folder, '1', 'net'), { recursive: true });
  });
  afterEach(() => {
    collector?.close?.();
    collector = undefined;
    rmSync(folder, { recursive: true });
  });

  const write = (...lines: string[]): void =>
    writeFileSync(join(folder, '1', 'net', 'dev'), HEADING + lines.join(''));
  const addDevice = (name: string): void => {
    mkdirSync(join(folder, 'class', 'net', name, 'device'), { recursive: true });
  };
  const start = (): Collector => {
    collector = networkCollector({ proc: folder, sys: folder });
    return collector;
  };
  const read = (network: Collector, atMs: number): Record<string, number | null> =>
    byName(network, network.read(atMs) as Values);

  it('distinguishes interfaces whose names are not UTF-8 and look the same', () => {
    const dev = join(folder, '1', 'net', 'dev');
    const names = ['lan\xe9', 'lan\xe8'];
    for (const name of names) {
      const path = Buffer.from(join(folder, 'class', 'net', name, 'device'), 'latin1');
      mkdirSync(path, { recursive: true });
    }
    const writeBoth = (one: number, other: number): void =>
      writeFileSync(dev, HEADING + line('lan\xe9', one, one) + line('lan\xe8', other, other), 'latin1');
    writeBoth(1000, 5000);
    const network = start();
    read(network, 0);
    writeBoth(1100, 5700);
    expect(network.metrics.map(({ label }) => label)).toContain('lan\ufffd (2) received');
    expect(read(network, 1000)).toMatchObject({
      'network.all.receive': 800,
      'network.lan.receive': 100,
      'network.lan~2.receive': 700,
    });
  });

  it('has bytes, packets, errors and drops of each interface, after the total', () => {
    addDevice('eth0');
    write(line('eth0', 1000, 2000, 10));
    const network = start();
    expect(network.metrics.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'network.all.receive bytes/s',
      'network.all.transmit bytes/s',
      'network.eth0.receive bytes/s',
      'network.eth0.transmit bytes/s',
      'network.eth0.receivePackets /s',
      'network.eth0.transmitPackets /s',
      'network.eth0.receiveErrors /s',
      'network.eth0.transmitErrors /s',
      'network.eth0.receiveDrops /s',
      'network.eth0.transmitDrops /s',
    ]);
    expect(Object.values(read(network, 0))).toEqual(Array.from({ length: 10 }, () => null));
    write(line('eth0', 3001, 6002, 15));
    expect(Object.values(read(network, 2000))).toEqual([
      1001, 2001, 1001, 2001, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5,
    ]);
  });

  it('counts each packet once in the total, using interfaces with a device of their own', () => {
    addDevice('eth0');
    addDevice('eth1');
    const names = ['lo', 'eth0', 'eth1', 'eth0.100', 'br0', 'docker0', 'veth1@if2'];
    write(...names.map((name) => line(name, 100, 100)));
    const network = start();
    read(network, 0);
    write(...names.map((name) => line(name, 200, 300)));
    const values = read(network, 1000);
    expect(values).toMatchObject({ 'network.all.receive': 200, 'network.all.transmit': 400 });
    expect(values).toMatchObject({ 'network.lo.receive': 100, 'network.eth0-100.receive': 100 });
  });

  it('counts all but loopback in a container, where no interface has a device', () => {
    write(line('lo', 100, 100), line('eth0', 100, 100), line('eth1', 100, 100));
    const network = start();
    read(network, 0);
    write(line('lo', 900, 900), line('eth0', 200, 300), line('eth1', 200, 300));
    expect(read(network, 1000)).toMatchObject({ 'network.all.receive': 200, 'network.all.transmit': 400 });
  });

  it('counts the uplink to a switch, not its ports again', () => {
    const linked = (name: string, index: number, link: number): void => {
      addDevice(name);
      writeFileSync(join(folder, 'class', 'net', name, 'ifindex'), `${index}\n`);
      writeFileSync(join(folder, 'class', 'net', name, 'iflink'), `${link}\n`);
    };
    linked('eth0', 2, 2);
    linked('wan', 3, 2);
    linked('lan0', 4, 2);
    write(line('eth0', 100, 100), line('wan', 100, 100), line('lan0', 100, 100));
    const network = start();
    read(network, 0);
    write(line('eth0', 10_100, 10_100), line('wan', 8100, 2100), line('lan0', 2100, 8100));
    expect(read(network, 1000)).toMatchObject({
      'network.all.receive': 10_000,
      'network.all.transmit': 10_000,
      'network.wan.receive': 8000,
    });
  });

  it('stops counting an interface within ten seconds after it was paired with another', () => {
    addDevice('eth0');
    addDevice('enP1');
    const names = ['eth0', 'enP1'];
    write(...names.map((name) => line(name, 100, 100)));
    const network = start();
    read(network, 0);
    symlinkSync('../eth0', join(folder, 'class', 'net', 'enP1', 'master'));
    write(...names.map((name) => line(name, 200, 200)));
    expect(read(network, 9000)).toMatchObject({ 'network.all.receive': expect.any(Number) });
    write(...names.map((name) => line(name, 300, 300)));
    expect(read(network, 10_000)).toMatchObject({ 'network.all.receive': 100, 'network.enP1.receive': 100 });
  });

  it('has no total while one interface restarts, even if its other counters grew', () => {
    addDevice('eth0');
    write(line('eth0', 1000, 100, 50));
    const network = start();
    read(network, 0);
    write(line('eth0', 10, 5000, 60));
    expect(read(network, 1000)).toMatchObject({
      'network.all.receive': null,
      'network.all.transmit': null,
      'network.eth0.transmit': null,
    });
  });

  it('ignores that a driver takes back errors or drops', () => {
    addDevice('eth0');
    const corrected = (received: number, errors: number) =>
      `  eth0: ${received} 5 ${errors} 9 0 0 0 0 100 5 5 5 0 0 0 0\n`;
    write(corrected(100, 9));
    const network = start();
    read(network, 0);
    write(corrected(300, 8));
    expect(read(network, 1000)).toMatchObject({
      'network.all.receive': 200,
      'network.eth0.receive': 200,
      'network.eth0.receiveErrors': null,
      'network.eth0.receiveDrops': 0,
    });
  });

  it('has no total with only loopback', () => {
    write(line('lo', 100, 100));
    expect(start().metrics[0]?.name).toBe('network.lo.receive');
  });

  it('leaves out an interface until it carries something, and then knows its first second', () => {
    addDevice('eth0');
    write(line('eth0', 0, 0, 0));
    const network = start();
    read(network, 0);
    expect(read(network, 1000)).toEqual({ 'network.all.receive': 0, 'network.all.transmit': 0 });
    write(line('eth0', 50, 0, 0));
    expect(read(network, 2000)).toMatchObject({ 'network.all.receive': 50, 'network.eth0.receive': 50 });
  });

  it('follows interfaces that appear, vanish and restart', () => {
    addDevice('eth0');
    const eth0 = line('eth0', 100, 100);
    write(eth0);
    const network = start();
    read(network, 0);
    const alone = network.metrics;
    read(network, 1000);
    expect(network.metrics).toBe(alone);
    write(line('wg0', 10, 10), eth0);
    expect(read(network, 2000)).toMatchObject({
      'network.all.receive': 0,
      'network.eth0.receive': 0,
      'network.wg0.receive': null,
    });
    write(line('wg0', 30, 30), eth0);
    expect(read(network, 3000)).toMatchObject({ 'network.wg0.receive': 20 });
    write(line('wg0', 5, 40), eth0);
    expect(read(network, 4000)).toMatchObject({ 'network.wg0.receive': null, 'network.wg0.transmit': null });
    write(line('wg0', 6, 41), eth0);
    expect(read(network, 5000)).toMatchObject({ 'network.wg0.receive': 1, 'network.wg0.transmit': 1 });
    write(eth0);
    expect(Object.keys(read(network, 6000))).not.toContain('network.wg0.receive');
    write(line('wg0', 60, 60), eth0);
    expect(read(network, 7000)).toMatchObject({ 'network.wg0.receive': null });
  });

  it('has no metrics without the file', () => {
    const network = start();
    void network.prime?.(0);
    expect(network.metrics).toEqual([]);
    expect(network.read(1000)).toEqual([]);
  });

  it('throws while the file is unreadable, and is unknown once after that', () => {
    write(line('eth0', 100, 100));
    const network = start();
    read(network, 0);
    network.close?.();
    rmSync(join(folder, '1', 'net', 'dev'));
    expect(() => network.read(1000)).toThrow('ENOENT');
    write(line('eth0', 200, 200));
    expect(read(network, 2000)).toMatchObject({ 'network.eth0.receive': null });
  });
});

describe('the network of this machine', () => {
  it('agrees with /sys/class/net about a megabyte over loopback', async () => {
    const bytesOf = (): number => Number(readFileSync('/sys/class/net/lo/statistics/rx_bytes', 'latin1'));
    const collector = networkCollector(THIS_HOST);
    const server = createServer((socket) => socket.resume().on('end', () => socket.end())).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const before = bytesOf();
    void collector.prime?.(0);
    const afterPrime = bytesOf();
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.resume().end(Buffer.alloc(1_000_000));
    await once(client, 'close');
    const beforeRead = bytesOf();
    const values = byName(collector, collector.read(1000) as Values);
    const after = bytesOf();
    server.close();
    collector.close?.();
    expect(values['network.lo.receive']).toBeGreaterThanOrEqual(Math.max(1_000_000, beforeRead - afterPrime));
    expect(values['network.lo.receive']).toBeLessThanOrEqual(after - before);
    const names = readdirSync('/sys/class/net');
    for (const { instance } of collector.metrics)
      if (instance !== undefined) expect(names).toContain(instance);
  });
});
