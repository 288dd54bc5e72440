import os from 'node:os';
import type { Systeminformation } from 'systeminformation';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Values } from '../../collector.ts';
import { networkCollector } from './systeminformation.ts';
import { seriesOf } from '../../testing/series.ts';

const networkStats = vi.hoisted(() =>
  vi.fn<(names: string) => Promise<Systeminformation.NetworkStatsData[]>>(),
);
vi.mock('systeminformation', () => ({ networkStats }));

/** Bytes received and sent by interface; all of them have an address. */
let counts: Record<string, readonly [received: number, sent: number]> = {};

beforeEach(() => {
  vi.spyOn(os, 'networkInterfaces').mockImplementation(
    () =>
      Object.fromEntries(
        Object.keys(counts).map((name) => [name, [{ internal: name === 'lo' }]]),
      ) as ReturnType<typeof os.networkInterfaces>,
  );
  networkStats.mockImplementation(async (names) =>
    names.split(',').map((iface) => ({
      iface,
      operstate: 'up',
      rx_bytes: counts[iface]?.[0] ?? 0,
      tx_bytes: counts[iface]?.[1] ?? 0,
      rx_errors: 0,
      tx_errors: 0,
      rx_dropped: 0,
      tx_dropped: 0,
      rx_sec: 0,
      tx_sec: 0,
      ms: 0,
    })),
  );
});
afterEach(() => void vi.restoreAllMocks());

function byName(network: ReturnType<typeof networkCollector>, values: Values): Record<string, unknown> {
  expect(values).toHaveLength(network.metrics.length);
  return Object.fromEntries(network.metrics.map(({ name }, index) => [name, values[index]]));
}

it('the total excludes loopback and interfaces that carry the packets of others', async () => {
  const network = networkCollector();
  counts = { lo: [10, 10], eth0: [100, 100], docker0: [100, 100], 'eth0.7': [50, 50] };
  await network.prime?.(0);
  counts = { lo: [5010, 10], eth0: [1100, 600], docker0: [1100, 600], 'eth0.7': [550, 50] };
  expect(byName(network, await network.read(1000))).toMatchObject({
    'network.all.receive': 1000,
    'network.all.transmit': 500,
    'network.lo.receive': 5000,
    'network.docker0.receive': 1000,
    'network.eth0-7.receive': 500,
  });
});

it('the total includes a VLAN whose parent has no address', async () => {
  const network = networkCollector();
  counts = { 'bond0.7': [100, 100], docker0: [100, 100], ppp0: [100, 100] };
  await network.prime?.(0);
  counts = { 'bond0.7': [600, 100], docker0: [1100, 600], ppp0: [170, 100] };
  expect(byName(network, await network.read(1000))['network.all.receive']).toBe(500);
});

it('if every interface is virtual, the total includes all but loopback', async () => {
  const network = networkCollector();
  counts = { lo: [10, 10], tun0: [100, 100] };
  await network.prime?.(0);
  counts = { lo: [20, 20], tun0: [300, 100] };
  expect(byName(network, await network.read(1000))['network.all.receive']).toBe(200);
});

it('an unused interface is not listed and does not make the total unknown', async () => {
  const network = networkCollector();
  counts = { eth0: [100, 100], eth1: [0, 0] };
  await network.prime?.(0);
  counts = { eth0: [300, 100], eth1: [0, 0] };
  const values = byName(network, await network.read(1000));
  expect(values['network.all.receive']).toBe(200);
  expect(values).not.toHaveProperty('network.eth1.receive');
});

it('an unreadable interface is unknown, without a jump afterwards', async () => {
  const network = networkCollector();
  counts = { eth0: [100, 100] };
  await network.prime?.(0);
  const { metrics } = network;
  counts = { eth0: [0, 0] };
  expect(byName(network, await network.read(1000))['network.eth0.receive']).toBeNull();
  counts = { eth0: [900, 100] };
  expect(byName(network, await network.read(2000))['network.eth0.receive']).toBeNull();
  counts = { eth0: [950, 100] };
  expect(byName(network, await network.read(3000))['network.eth0.receive']).toBe(50);
  expect(network.metrics).toBe(metrics);
});

it('interfaces come and go', async () => {
  const network = networkCollector();
  counts = { eth0: [100, 100] };
  await network.prime?.(0);
  counts = { eth0: [200, 100], wlan0: [500, 100] };
  expect(byName(network, await network.read(1000))).toMatchObject({
    'network.eth0.receive': 100,
    'network.wlan0.receive': null,
  });
  counts = { eth0: [300, 100] };
  expect(byName(network, await network.read(2000))).not.toHaveProperty('network.wlan0.receive');
});

it('raw values are the counters of each interface with metrics', async () => {
  const network = networkCollector();
  counts = { eth0: [100, 200], idle0: [0, 0] };
  await network.prime?.(0);
  await network.read(1000);
  expect(seriesOf(network.rawValues?.())).toEqual({
    'metrics_panel_network_receive_bytes_total{device="eth0"}': 100,
    'metrics_panel_network_transmit_bytes_total{device="eth0"}': 200,
    'metrics_panel_network_receive_errs_total{device="eth0"}': 0,
    'metrics_panel_network_transmit_errs_total{device="eth0"}': 0,
    'metrics_panel_network_receive_drop_total{device="eth0"}': 0,
    'metrics_panel_network_transmit_drop_total{device="eth0"}': 0,
  });
});
