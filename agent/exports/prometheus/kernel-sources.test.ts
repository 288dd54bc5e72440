import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seriesOf } from '../../sampling/testing/series.ts';
import { gauge, type RawValue } from '../../sampling/raw-values.ts';
import { KernelSources, type ScrapeContext } from './kernel-sources.ts';
import { KernelTexts } from './kernel-texts.ts';

const CONTEXT: ScrapeContext = { wallMs: 1500, filesystems: [], partOf: () => undefined };

let root: string;
let texts: KernelTexts;
let sources: KernelSources;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  texts = new KernelTexts();
  sources = new KernelSources({ proc: `${root}/proc`, sys: `${root}/sys` }, texts);
});

afterEach(async () => {
  sources.close();
  texts.close();
  await rm(root, { recursive: true });
});

async function files(all: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, 'latin1');
  }
}

async function read(name: string, context: Partial<ScrapeContext> = {}): Promise<Record<string, number>> {
  await sources.prepare();
  const source = sources.all.find((one) => one.name === name);
  return seriesOf(source?.read({ ...CONTEXT, ...context }) ?? []);
}

describe('a source of a scrape', () => {
  it('has nothing, rather than an error, where the kernel has nothing', async () => {
    await sources.prepare();
    const empty = ['netclass', 'thermal_zone', 'powersupplyclass', 'uname', 'time'];
    const wrong = sources.all.filter((one) => !empty.includes(one.name) && one.read(CONTEXT) !== null);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('reads the text of this moment, also of a file that came later', async () => {
    expect(await read('loadavg')).toEqual({});
    await files({ 'proc/loadavg': '0.50 0.40 0.30 1/80 1\n' });
    expect(await read('loadavg')).toMatchObject({ node_load1: 0.5 });
    await files({ 'proc/loadavg': '0.75 0.40 0.30 1/80 1\n' });
    expect(await read('loadavg')).toMatchObject({ node_load1: 0.75 });
  });

  it('network devices have their properties, and what is slow of those that are set up', async () => {
    const device = (name: string, flags: string, more: Record<string, string> = {}) =>
      Object.fromEntries(
        Object.entries({ operstate: 'up', flags, mtu: '1500', carrier_changes: '2', ...more }).map(
          ([file, text]) => [`sys/class/net/${name}/${file}`, `${text}\n`],
        ),
      );
    await files({
      ...device('eth0', '0x1003', {
        carrier: '1',
        speed: '1000',
        duplex: 'full',
        address: '02:00:00:00:00:01',
      }),
      ...device('off0', '0x1002', { operstate: 'down', carrier: '1', speed: '10' }),
      'sys/class/net/bonding_masters': '',
    });
    expect(await read('netclass')).toMatchObject({
      'node_network_up{device="eth0"}': 1,
      'node_network_carrier{device="eth0"}': 1,
      'node_network_speed_bytes{device="eth0"}': 125_000_000,
      'node_network_mtu_bytes{device="eth0"}': 1500,
      'node_network_flags{device="eth0"}': 0x1003,
      'node_network_carrier_changes_total{device="eth0"}': 2,
      'node_network_up{device="off0"}': 0,
      'node_network_info{device="eth0",address="02:00:00:00:00:01",broadcast="",duplex="full",operstate="up",adminstate="up",ifalias=""}': 1,
    });
    expect(Object.keys(await read('netclass')).filter((name) => /(carrier|speed).*off0/.test(name))).toEqual([
      'node_network_carrier_changes_total{device="off0"}',
    ]);
    await files(device('eth0', '0x1003', { carrier: '0', carrier_changes: '3' }));
    expect(await read('netclass')).toMatchObject({ 'node_network_carrier{device="eth0"}': 0 });
  });

  it('disks are those of node_exporter', async () => {
    const line = (name: string) => `   8       0 ${name} 1 2 3 4 5 6 7 8 9 10 11\n`;
    const names = ['sda', 'sda1', 'nvme0n1', 'nvme0n1p2', 'loop0', 'ram1', 'zram0', 'dm-0', 'mmcblk0p1'];
    await files({ 'proc/diskstats': names.map(line).join('') });
    const found = Object.keys(await read('diskstats')).filter((name) => name.startsWith('node_disk_io_now'));
    expect(found.map((name) => /"(.*)"/.exec(name)?.[1])).toEqual(['sda', 'nvme0n1', 'dm-0', 'mmcblk0p1']);
  });

  it('every mount of a filesystem has what the agent knows of it, and none is asked but those in memory', async () => {
    await files({
      'proc/1/mountinfo':
        '27 1 254:0 / / rw - ext4 /dev/vda rw\n' +
        '28 27 254:0 /srv /srv ro - ext4 /dev/vda rw\n' +
        '29 27 0:40 / /mnt rw - nfs4 server:/export rw\n' +
        '30 27 0:41 / /proc rw - proc proc rw\n' +
        '31 29 0:42 / /mnt/scratch rw - tmpfs tmpfs rw\n' +
        '32 27 254:1 / /boot\\040x rw - iso9660 /dev/sr0 rw\n' +
        '33 27 0:43 / /run rw - tmpfs tmpfs rw\n',
      // Reached through a file system of another machine: looking at it may hang.
      'proc/1/root/mnt/scratch/file': '',
      'proc/1/root/run/file': '',
    });
    const labels = { device: '/dev/vda', fstype: 'ext4', mountpoint: '/' };
    const known: RawValue[] = [
      { family: gauge('node_filesystem_size_bytes', 'By', ''), labels, value: 100 },
      { family: gauge('node_filesystem_readonly', '1', ''), labels, value: 0 },
    ];
    const found = await read('filesystem', { filesystems: known });
    const inMemory = Object.keys(found).filter((name) => /size.*tmpfs/.test(name));
    expect(inMemory).toEqual(['node_filesystem_size_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"}']);
    expect(Object.fromEntries(Object.entries(found).filter(([name]) => !name.includes('tmpfs')))).toEqual({
      'node_filesystem_size_bytes{device="/dev/vda",fstype="ext4",mountpoint="/"}': 100,
      'node_filesystem_readonly{device="/dev/vda",fstype="ext4",mountpoint="/"}': 0,
      'node_filesystem_size_bytes{device="/dev/vda",fstype="ext4",mountpoint="/srv"}': 100,
      'node_filesystem_readonly{device="/dev/vda",fstype="ext4",mountpoint="/srv"}': 1,
    });
  });

  it('of the network stack adds up processors, sockets and neighbours', async () => {
    await files({
      'proc/1/net/softnet_stat': `0000000a 00000001 00000002${' 00000000'.repeat(10)}\n`,
      'proc/1/net/arp':
        'IP address HW type Flags HW address Mask Device\n192.0.2.1 0x1 0x2 02:00:00:00:00:01 * eth0\n192.0.2.2 0x1 0x2 02:00:00:00:00:02 * eth0\n',
      'proc/1/net/udp':
        '  sl  local_address rem_address   st tx_queue rx_queue tr\n  0: 0100007F:0035 00000000:0000 07 0000000A:00000100 00:00000000\n  1: 0100007F:0036 00000000:0000 07 00000000:00000001 00:00000000\n',
      'proc/sys/net/netfilter/nf_conntrack_count': '7\n',
      'proc/sys/net/netfilter/nf_conntrack_max': '100\n',
      'proc/1/net/stat/nf_conntrack':
        'entries clashres found new invalid ignore drop\n00000000 00000001 0000000a 00000000 00000000 00000000 00000001\n00000000 00000001 00000001 00000000 00000000 00000002 00000001\n',
    });
    expect(await read('softnet')).toMatchObject({
      'node_softnet_processed_total{cpu="0"}': 10,
      'node_softnet_dropped_total{cpu="0"}': 1,
    });
    expect(await read('arp')).toEqual({ 'node_arp_entries{device="eth0"}': 2 });
    expect(await read('udp_queues')).toEqual({
      'node_udp_queues{ip="v4",queue="tx"}': 10,
      'node_udp_queues{ip="v4",queue="rx"}': 257,
    });
    expect(await read('conntrack')).toEqual({
      node_nf_conntrack_entries: 7,
      node_nf_conntrack_entries_limit: 100,
      node_nf_conntrack_stat_found: 11,
      node_nf_conntrack_stat_invalid: 0,
      node_nf_conntrack_stat_ignore: 2,
      node_nf_conntrack_stat_drop: 2,
    });
  });

  it('schedstat, entropy, pressure and the clock are in base units', async () => {
    await files({
      'proc/schedstat':
        'version 17\ntimestamp 1\ncpu0 0 0 0 0 0 0 2000000000 500000000 7\ndomain0 MC 3 1 2\n',
      'proc/sys/kernel/random/entropy_avail': '256\n',
      'proc/sys/kernel/random/poolsize': '256\n',
      'proc/pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n',
    });
    expect(await read('schedstat')).toEqual({
      'node_schedstat_running_seconds_total{cpu="0"}': 2,
      'node_schedstat_waiting_seconds_total{cpu="0"}': 0.5,
      'node_schedstat_timeslices_total{cpu="0"}': 7,
    });
    expect(await read('entropy')).toMatchObject({ node_entropy_available_bits: 256 });
    expect(await read('pressure')).toEqual({ node_pressure_cpu_waiting_seconds_total: 2.5 });
    expect(await read('time')).toEqual({ node_time_seconds: 1.5 });
  });
});
