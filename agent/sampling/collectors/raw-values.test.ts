import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linksOf, seriesOf } from '../testing/series.ts';
import { cpuTimes } from './cpu/raw-values.ts';
import { rawDiskstats } from './disks/raw-values.ts';
import { parseMountinfo } from '../kernel/mountinfo.ts';
import { rawMeminfo, rawVmstat } from './memory/raw-values.ts';
import { rawNetDev } from './network/raw-values.ts';
import { rawNetstat, rawSockstat } from './sockets/raw-values.ts';
import { rawActivity, rawFileHandles, rawLoad } from './system/raw-values.ts';

const fixture = (name: string): string => readFileSync(new URL(name, import.meta.url), 'latin1');

describe('raw values from a text of the kernel', () => {
  it('are seconds of each processor and mode', () => {
    const text = fixture('cpu/fixtures/stat-2-cores');
    const series = seriesOf(cpuTimes(text, true));
    expect(series).toMatchObject({
      'node_cpu_seconds_total{cpu="0",mode="user"}': 51.13,
      'node_cpu_seconds_total{cpu="1",mode="idle"}': 3786.64,
      'node_cpu_seconds_total{cpu="1",mode="steal"}': 0.09,
      'node_cpu_guest_seconds_total{cpu="1",mode="nice"}': 0,
    });
    expect(Object.keys(series)).toHaveLength(2 * 10);
    const links = linksOf(cpuTimes(text, true));
    expect(links).toMatchObject({ 'node_cpu_seconds_total{cpu="1",mode="iowait"}': 'cpu.core.1.iowait' });
    expect(Object.keys(links)).toHaveLength(2 * 7);
    expect(linksOf(cpuTimes(text, false))).toEqual({});
  });

  it('leave out modes missing in an old kernel', () => {
    const series = seriesOf(cpuTimes('cpu  1 2 3 4\ncpu0 100 200 300 400\n', true));
    expect(series).toEqual({
      'node_cpu_seconds_total{cpu="0",mode="user"}': 1,
      'node_cpu_seconds_total{cpu="0",mode="nice"}': 2,
      'node_cpu_seconds_total{cpu="0",mode="system"}': 3,
      'node_cpu_seconds_total{cpu="0",mode="idle"}': 4,
    });
  });

  it('are the events and loads of the system', () => {
    expect(seriesOf(rawActivity(fixture('cpu/fixtures/stat-2-cores')))).toEqual({
      node_context_switches_total: 854_971,
      node_intr_total: 499_600,
      node_forks_total: 20_493,
      node_procs_running: 1,
      node_procs_blocked: 0,
      node_boot_time_seconds: 1_795_576_710,
    });
    expect(seriesOf(rawLoad('0.20 0.18 0.12 1/80 11206\n'))).toEqual({
      node_load1: 0.2,
      node_load5: 0.18,
      node_load15: 0.12,
    });
    expect(seriesOf(rawFileHandles('1056\t0\t2467213\n'))).toEqual({
      node_filefd_allocated: 1056,
      node_filefd_maximum: 2_467_213,
    });
  });

  it('are all memory fields, and paging', () => {
    const text =
      'MemTotal:  16 kB\nMemAvailable:  8 kB\nActive(anon):  4 kB\nCached: 2 kB\nHugePages_Total:  3\nSwapTotal: 1 kB\n';
    const host = { hasSwap: true, hasZfs: false };
    expect(seriesOf(rawMeminfo(text, host))).toEqual({
      node_memory_MemTotal_bytes: 16_384,
      node_memory_MemAvailable_bytes: 8192,
      node_memory_Active_anon_bytes: 4096,
      node_memory_Cached_bytes: 2048,
      node_memory_HugePages_Total: 3,
      node_memory_SwapTotal_bytes: 1024,
    });
    const links = linksOf(rawMeminfo(text, host));
    expect(links).toMatchObject({
      node_memory_MemAvailable_bytes: 'memory.available',
      node_memory_SwapTotal_bytes: 'memory.swapTotal',
    });
    expect(linksOf(rawMeminfo(text, { hasSwap: false, hasZfs: true }))).toEqual({
      node_memory_MemTotal_bytes: 'memory.total',
      node_memory_Cached_bytes: 'memory.cached',
    });
    const vmstat = 'nr_free_pages 1\npgpgin 5\npgpgout 6\npswpin 7\npgfault 8\npgmajfault 9\noom_kill 1\n';
    expect(seriesOf(rawVmstat(vmstat, true))).toEqual({
      node_vmstat_pgpgin: 5,
      node_vmstat_pgpgout: 6,
      node_vmstat_pswpin: 7,
      node_vmstat_pgfault: 8,
      node_vmstat_pgmajfault: 9,
      node_vmstat_oom_kill: 1,
    });
    const kills = { node_vmstat_oom_kill: 'memory.oomKills' };
    expect(linksOf(rawVmstat(vmstat, true))).toEqual({ node_vmstat_pswpin: 'memory.swapIn', ...kills });
    expect(linksOf(rawVmstat(vmstat, false))).toEqual(kills);
  });

  it('are all columns of each interface, under its real name', () => {
    const partOf = (name: string) => (name === 'eth0.100' ? 'eth0-100' : undefined);
    const text = fixture('network/fixtures/server.txt');
    const series = seriesOf(rawNetDev(text, partOf));
    expect(series).toMatchObject({
      'node_network_receive_bytes_total{device="eth0.100"}': 5000,
      'node_network_receive_multicast_total{device="eth0.100"}': 6,
      'node_network_transmit_drop_total{device="eth0.100"}': 9,
      'node_network_transmit_compressed_total{device="eth0.100"}': 13,
      'node_network_transmit_packets_total{device="veth1a2b@if3"}': 4,
      'node_network_receive_bytes_total{device="größe0"}': 30,
    });
    expect(Object.keys(series)).toHaveLength(6 * 16);
    const links = linksOf(rawNetDev(text, partOf));
    expect(links).toMatchObject({
      'node_network_transmit_errs_total{device="eth0.100"}': 'network.eth0-100.transmitErrors',
    });
    expect(Object.keys(links)).toHaveLength(8);
  });

  it('are all fields of each disk that the kernel has, in bytes and seconds', () => {
    const isDisk = (name: string) => !/^(?:loop|zram)/.test(name);
    const text = fixture('disks/fixtures/virtual-machine.txt');
    const series = seriesOf(rawDiskstats(text, isDisk, (name) => name));
    expect(series).toEqual({
      'node_disk_reads_completed_total{device="vda"}': 43_122,
      'node_disk_reads_merged_total{device="vda"}': 9924,
      'node_disk_read_bytes_total{device="vda"}': 2_895_274 * 512,
      'node_disk_read_time_seconds_total{device="vda"}': 15.692,
      'node_disk_writes_completed_total{device="vda"}': 7846,
      'node_disk_writes_merged_total{device="vda"}': 20_846,
      'node_disk_written_bytes_total{device="vda"}': 2_309_360 * 512,
      'node_disk_write_time_seconds_total{device="vda"}': 7.146,
      'node_disk_io_now{device="vda"}': 0,
      'node_disk_io_time_seconds_total{device="vda"}': 8.48,
      'node_disk_io_time_weighted_seconds_total{device="vda"}': 23.202,
      'node_disk_discards_completed_total{device="vda"}': 3978,
      'node_disk_discards_merged_total{device="vda"}': 61,
      'node_disk_discarded_sectors_total{device="vda"}': 89_016,
      'node_disk_discard_time_seconds_total{device="vda"}': 0.326,
      'node_disk_flush_requests_total{device="vda"}': 946,
      'node_disk_flush_requests_time_seconds_total{device="vda"}': 0.037,
    });
    const old = rawDiskstats('8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n', isDisk, () => undefined);
    expect(Object.keys(seriesOf(old))).toHaveLength(11);
  });

  it('are the socket statistics of node_exporter', () => {
    expect(seriesOf(rawNetstat(fixture('sockets/fixtures/snmp.txt')))).toEqual({
      node_netstat_Ip_Forwarding: 2,
      node_netstat_Tcp_ActiveOpens: 461,
      node_netstat_Tcp_PassiveOpens: 410,
      node_netstat_Tcp_CurrEstab: 0,
      node_netstat_Tcp_InSegs: 61_663,
      node_netstat_Tcp_OutSegs: 59_689,
      node_netstat_Tcp_RetransSegs: 8,
      node_netstat_Tcp_InErrs: 0,
      node_netstat_Tcp_OutRsts: 92,
      node_netstat_Udp_InDatagrams: 53,
      node_netstat_Udp_NoPorts: 0,
      node_netstat_Udp_InErrors: 0,
      node_netstat_Udp_OutDatagrams: 54,
      node_netstat_Udp_RcvbufErrors: 0,
      node_netstat_Udp_SndbufErrors: 0,
    });
    expect(linksOf(rawNetstat(fixture('sockets/fixtures/netstat-2.6.txt')))).toEqual({
      node_netstat_TcpExt_ListenOverflows: 'tcp.listenOverflows',
      node_netstat_TcpExt_ListenDrops: 'tcp.listenDrops',
    });
    expect(seriesOf(rawSockstat(fixture('sockets/fixtures/sockstat.txt')))).toMatchObject({
      node_sockstat_sockets_used: 15,
      node_sockstat_TCP_tw: 0,
      node_sockstat_TCP_mem: 275,
      node_sockstat_FRAG_memory: 0,
    });
  });

  it('are empty for an empty text', () => {
    const none = [
      rawNetDev('', () => undefined),
      rawDiskstats(
        '',
        () => true,
        () => undefined,
      ),
      rawMeminfo('', { hasSwap: true, hasZfs: true }),
      rawVmstat('', true),
      rawNetstat(''),
      rawSockstat(''),
      rawActivity(''),
    ];
    for (const values of none) expect([...values]).toEqual([]);
  });
});

it('a mount has a source, and is read-only or not', () => {
  const text =
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n28 27 254:1 / /cd ro,nosuid shared:1 - iso9660 /dev/sr0 rw\n29 27 254:2 / /old rw - ext4 /dev/disk\\040b ro\n';
  expect(parseMountinfo(text).map(({ source, isReadOnly }) => [source, isReadOnly])).toEqual([
    ['/dev/vda', false],
    ['/dev/sr0', true],
    ['/dev/disk b', true],
  ]);
});
