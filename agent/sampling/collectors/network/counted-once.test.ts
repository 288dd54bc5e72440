import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountedOnce } from './counted-once.ts';

let sys = '';
beforeEach(() => {
  sys = mkdtempSync(join(tmpdir(), 'net-'));
});
afterEach(() => rmSync(sys, { recursive: true }));

interface Interface {
  readonly device?: boolean;
  readonly index?: number;
  /** `iflink`, if it is not its own index. */
  readonly link?: number;
  readonly lowers?: readonly string[];
  readonly master?: string;
  readonly devtype?: string;
  readonly type?: number;
  readonly flags?: string;
  readonly port?: string;
  readonly isBridgePort?: boolean;
  /** Of the device. */
  readonly bus?: string;
}

/** Indices are in order from 1 unless given. */
function counted(interfaces: Readonly<Record<string, Interface>>): string[] {
  const folder = (name: string) => join(sys, 'class/net', name);
  const write = (name: string, file: string, text: string | number) =>
    writeFileSync(join(folder(name), file), `${text}\n`);
  for (const [position, [name, one]] of Object.entries(interfaces).entries()) {
    const index = one.index ?? position + 1;
    mkdirSync(folder(name), { recursive: true });
    write(name, 'ifindex', index);
    write(name, 'iflink', one.link ?? index);
    write(name, 'type', one.type ?? 1);
    write(name, 'flags', one.flags ?? '0x1003');
    write(name, 'uevent', `${one.devtype === undefined ? '' : `DEVTYPE=${one.devtype}\n`}INTERFACE=${name}`);
    if (one.port !== undefined) write(name, 'phys_port_name', one.port);
    if (one.device === true) mkdirSync(join(folder(name), 'device'));
    if (one.bus !== undefined)
      symlinkSync(`../../../../bus/${one.bus}`, join(folder(name), 'device/subsystem'));
    if (one.isBridgePort === true) mkdirSync(join(folder(name), 'brport'));
    if (one.master !== undefined) symlinkSync(`../${one.master}`, join(folder(name), 'master'));
    for (const lower of one.lowers ?? []) symlinkSync(`../${lower}`, join(folder(name), `lower_${lower}`));
  }
  return [...new CountedOnce(sys).among(Object.keys(interfaces))];
}

const LO = { flags: '0x9', type: 772 };
const nic: Interface = { device: true };

describe('counted interfaces of a host', () => {
  it.each<[string, string[], Record<string, Interface>]>([
    [
      'all network cards, without the bond over them',
      ['eth0', 'eth1'],
      {
        lo: LO,
        eth0: { ...nic, master: 'bond0' },
        eth1: { ...nic, master: 'bond0' },
        bond0: { lowers: ['eth0', 'eth1'], devtype: 'bond' },
      },
    ],
    [
      'the card below VLAN, bridge, macvlan, tunnel, PPP and pairs',
      ['eth0'],
      {
        lo: LO,
        eth0: { ...nic, index: 2, master: 'br0' },
        'eth0.7': { link: 2, lowers: ['eth0'], devtype: 'vlan' },
        br0: { lowers: ['eth0', 'veth0'], devtype: 'bridge' },
        macvlan0: { link: 2, lowers: ['eth0'] },
        wg0: { type: 65_534 },
        ppp0: { type: 512 },
        veth0: { link: 2, master: 'br0' },
      },
    ],
    [
      'the line to a switch, not its ports',
      ['eth0'],
      {
        lo: LO,
        eth0: { ...nic, index: 2 },
        wan: { ...nic, link: 2, devtype: 'dsa' },
        lan0: { ...nic, link: 2, devtype: 'dsa', lowers: ['eth0'] },
        'br-lan': { lowers: ['lan0'] },
      },
    ],
    [
      'the lines to a switch that are bonded',
      ['eth0', 'eth1'],
      {
        lo: LO,
        eth0: { ...nic, master: 'bond0' },
        eth1: { ...nic, master: 'bond0' },
        bond0: { index: 9, lowers: ['eth0', 'eth1'] },
        wan: { ...nic, link: 9, devtype: 'dsa' },
      },
    ],
    [
      'the ports of a switch whose line is not here',
      ['lan0', 'lan1'],
      { lo: LO, lan0: { ...nic, link: 77 }, lan1: { ...nic, link: 77 } },
    ],
    [
      'the synthetic device of Hyper-V, not its virtual function',
      ['eth0'],
      { lo: LO, eth0: { ...nic, lowers: ['enP1'] }, enP1: { ...nic, master: 'eth0' } },
    ],
    [
      'the failover device of virtio, not the two below it',
      ['eth0'],
      {
        lo: LO,
        eth0: { ...nic, lowers: ['eth0nsby', 'ens1'] },
        eth0nsby: { ...nic },
        ens1: { ...nic, master: 'eth0' },
      },
    ],
    [
      'a card and its virtual functions that are used here',
      ['eth0', 'eth0v0'],
      { lo: LO, eth0: { ...nic, port: 'p0' }, eth0v0: nic },
    ],
    [
      'the uplink of a card, not what stands for its virtual functions',
      ['p0'],
      {
        lo: LO,
        p0: { ...nic, port: 'p0' },
        pf0hpf: { ...nic, port: 'c1pf0' },
        pf0vf0: { ...nic, port: 'pf0vf0' },
        p0vf1: { ...nic, port: 'p0pf0vf1' },
      },
    ],
    [
      'the card of a machine that runs Xen, not the ends of what its guests have',
      ['eth0'],
      {
        lo: LO,
        eth0: { ...nic, bus: 'pci', master: 'xenbr0', isBridgePort: true },
        xenbr0: { lowers: ['eth0', 'vif1.0'] },
        'vif1.0': { ...nic, bus: 'xen-backend', master: 'xenbr0', isBridgePort: true },
      },
    ],
    ['the card of a guest of Xen', ['eth0'], { lo: LO, eth0: { ...nic, bus: 'xen' } }],
    [
      'InfiniBand, not its child',
      ['ib0'],
      { lo: LO, ib0: { ...nic, index: 2, type: 32 }, 'ib0.8001': { ...nic, link: 2, type: 32 } },
    ],
    [
      'wireless interfaces of one radio, without the one that listens',
      ['wlan0', 'mesh0'],
      { lo: LO, wlan0: nic, mesh0: nic, mon0: { ...nic, type: 803 }, bat0: { lowers: ['mesh0'] } },
    ],
    [
      'all with a device, where they lie on each other in a circle',
      ['a', 'b'],
      { a: { ...nic, link: 2 }, b: { ...nic, link: 1 } },
    ],
  ])('%s', (_what, expected, interfaces) => {
    expect(counted(interfaces)).toEqual(expected);
  });
});

describe('counted interfaces of a container', () => {
  it.each<[string, string[], Record<string, Interface>]>([
    [
      'all pairs whose other ends are elsewhere, whatever their numbers mean there',
      ['eth0', 'eth1'],
      { lo: LO, eth0: { link: 3 }, eth1: { link: 9 } },
    ],
    [
      'the lines below VLAN and bond',
      ['eth0', 'eth1'],
      {
        lo: LO,
        eth0: { link: 50, master: 'bond0' },
        eth1: { link: 51, master: 'bond0' },
        bond0: { lowers: ['eth0', 'eth1'] },
        'bond0.7': { link: 4, lowers: ['bond0'] },
      },
    ],
    [
      'the line below a VLAN of an old kernel',
      ['eth0'],
      { lo: LO, eth0: { index: 2 }, 'eth0.7': { link: 2, devtype: 'vlan' } },
    ],
    [
      'the line, not the containers within, their bridge and a tunnel',
      ['eth0'],
      {
        lo: LO,
        eth0: { link: 50 },
        docker0: { lowers: ['veth0'] },
        veth0: { link: 2, index: 6, isBridgePort: true, master: 'docker0' },
        wg0: { flags: '0x10d1', type: 65_534 },
        dummy0: { flags: '0xc3' },
      },
    ],
    [
      'the line in a bridge, where there is no other',
      ['eth0'],
      { lo: LO, eth0: { link: 50, isBridgePort: true }, br0: { lowers: ['eth0'] } },
    ],
    [
      'no pair of which both ends are here',
      ['eth0'],
      { lo: LO, eth0: { link: 50 }, a: { index: 6, link: 7 }, b: { index: 7, link: 6 } },
    ],
    ['tunnels, where there is nothing else', ['tun0'], { lo: LO, tun0: { flags: '0x1091', type: 65_534 } }],
    ['nothing with loopback alone', [], { lo: LO }],
  ])('%s', (_what, expected, interfaces) => {
    expect(counted(interfaces)).toEqual(expected);
  });
});

it('without /sys, all but loopback count', () => {
  expect([...new CountedOnce('/nowhere').among(['lo', 'eth0', 'wg0'])]).toEqual(['eth0', 'wg0']);
});
