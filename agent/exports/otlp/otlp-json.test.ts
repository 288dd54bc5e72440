import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { counter, gauge, type RawReading, type RawValue } from '../../sampling/raw-values.ts';
import { throughProto } from '../../testing/otlp-proto.ts';
import { metric } from '../../testing/fake-collector.ts';
import { startRealHost, type RealHost } from '../../testing/real-host.ts';
import { readPush, type Reading } from '../reading.ts';
import { OtlpEncoder } from './otlp-json.ts';

interface Point {
  readonly attributes?: readonly { key: string; value: { stringValue?: string; intValue?: string } }[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: {
    readonly dataPoints: readonly Point[];
    readonly isMonotonic: boolean;
    readonly aggregationTemporality: number;
  };
}

/** The metrics of a request, by name, after it has passed the published messages unchanged. */
function metricsOf(text: string | null): ReadonlyMap<string, Metric> {
  const request: unknown = JSON.parse(text ?? 'null');
  const read: unknown = JSON.parse(JSON.stringify(throughProto(request)));
  expect(read).toEqual(request);
  const { resourceMetrics } = read as { resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[] };
  const metrics = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  return new Map(metrics.map((one) => [one.name, one]));
}

const pointsOf = (one: Metric | undefined): readonly Point[] => (one?.sum ?? one?.gauge)?.dataPoints ?? [];

/** Values by their attributes. */
const valuesOf = (one: Metric | undefined): Record<string, number> =>
  Object.fromEntries(
    pointsOf(one).map(({ attributes = [], asInt, asDouble }) => [
      attributes.map(({ value }) => value.stringValue ?? value.intValue).join(' '),
      asDouble ?? Number(asInt),
    ]),
  );

const NOW = 1_700_000_000_000;

function reading(
  values: readonly (readonly [MetricDescriptor, number | null])[],
  raw: readonly RawValue[] = [],
  timestampMs = NOW,
): Reading {
  const rawValues: RawReading[] = [{ subject: 'x', timestampMs: timestampMs - 7, values: raw }];
  return {
    host: { id: 'a', label: 'a', facts: { bootedAtMs: NOW - 1e6 } },
    epoch: 'e',
    timestampMs,
    metrics: values.map(([one]) => one),
    values: values.map(([, value]) => value),
    rawValues,
  };
}

describe('a request', () => {
  it('has counters as cumulative sums since boot, at the time of their reading, and integers as strings', () => {
    const received = counter('node_network_receive_bytes_total', 'By', '');
    const raw = [{ family: received, labels: { device: 'eth0' }, value: 2 ** 53 }];
    const io = metricsOf(new OtlpEncoder().encode(reading([], raw))).get('system.network.io');
    expect(io).toEqual({
      name: 'system.network.io',
      unit: 'By',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: [
          {
            attributes: [
              { key: 'network.interface.name', value: { stringValue: 'eth0' } },
              { key: 'network.io.direction', value: { stringValue: 'receive' } },
            ],
            startTimeUnixNano: `${NOW - 1e6}000000`,
            timeUnixNano: `${NOW - 7}000000`,
            asInt: '9007199254740992',
          },
        ],
      },
    });
  });

  it('has no value that is not known, and nothing that is gone', () => {
    const encoder = new OtlpEncoder();
    const temperature = (part: string): MetricDescriptor => ({
      ...metric(`temperature.${part}`),
      unit: '°C',
      instance: part,
    });
    const a = temperature('a');
    const b = temperature('b');
    const disk = (device: string): RawValue => ({
      family: counter('node_disk_read_bytes_total', 'By', ''),
      labels: { device },
      value: 1,
    });
    const both = metricsOf(
      encoder.encode(
        reading(
          [
            [a, 40],
            [b, Number.NaN],
          ],
          [disk('sda'), disk('sdb')],
        ),
      ),
    );
    expect(valuesOf(both.get('metrics_panel.temperature'))).toEqual({ a: 40 });
    expect(valuesOf(both.get('system.disk.io'))).toEqual({ 'sda read': 1, 'sdb read': 1 });
    const one = metricsOf(encoder.encode(reading([[b, null]], [disk('sdb')], NOW + 10_000)));
    expect(valuesOf(one.get('system.disk.io'))).toEqual({ 'sdb read': 1 });
    expect(one.has('metrics_panel.temperature')).toBe(false);
    expect(encoder.encode(reading([[b, null]]))).toBeNull();
  });

  it('has states of memory and filesystems that add up to their limit', () => {
    const bytes = (field: string, value: number): RawValue => ({
      family: gauge(`node_memory_${field}_bytes`, 'By', ''),
      labels: {},
      value,
    });
    const labels = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
    const space = (name: string, value: number): RawValue => ({
      family: gauge(`node_filesystem_${name}_bytes`, 'By', ''),
      labels,
      value,
    });
    const metrics = metricsOf(
      new OtlpEncoder().encode(
        reading(
          [],
          [
            bytes('MemTotal', 100),
            bytes('MemFree', 20),
            bytes('Cached', 30),
            bytes('Buffers', 5),
            space('size', 1000),
            space('free', 300),
            space('avail', 250),
          ],
        ),
      ),
    );
    expect(valuesOf(metrics.get('system.memory.usage'))).toEqual({
      used: 45,
      free: 20,
      cached: 30,
      buffers: 5,
    });
    expect(valuesOf(metrics.get('system.memory.utilization'))['used']).toBe(0.45);
    const of = (state: string): string => `/dev/sda1 / ext4 rw ${state}`;
    expect(valuesOf(metrics.get('system.filesystem.usage'))).toEqual({
      [of('used')]: 700,
      [of('free')]: 250,
      [of('reserved')]: 50,
    });
    expect(valuesOf(metrics.get('system.filesystem.limit'))).toEqual({ '/dev/sda1 / ext4 rw': 1000 });
  });

  it('has what the conventions do not name in base units, and what they name once', () => {
    const live = (name: string, unit: string, instance?: string): MetricDescriptor => ({
      ...metric(name),
      unit,
      ...(instance === undefined ? {} : { instance }),
    });
    const metrics = metricsOf(
      new OtlpEncoder().encode(
        reading([
          [live('limit.memoryUsed', 'bytes'), 5],
          [live('pressure.io.full', 'percent'), 7],
          [live('disk.sda.latency', 'ms', 'sda'), 3],
          [live('container.web.cpu', 'percent', 'web'), 50],
          [live('system.uptime', 's'), 99],
          [live('load.5', 'count'), 1.5],
          [live('cpu.irq', 'percent'), 2],
        ]),
      ),
    );
    const found = [...metrics.values()].map((one) => [one.name, one.unit, valuesOf(one)]);
    expect(found).toEqual([
      ['metrics_panel.limit.memory_used', 'By', { '': 5 }],
      ['metrics_panel.pressure.io.full', '1', { '': 0.07 }],
      ['metrics_panel.disk.latency', 's', { sda: 0.003 }],
      ['metrics_panel.container.cpu', '1', { web: 0.5 }],
      ['system.uptime', 's', { '': 99 }],
      ['system.cpu.load_average.5m', '{thread}', { '': 1.5 }],
      ['system.cpu.utilization', '1', { interrupt: 0.02 }],
      // No `system.cpu.time` here, so the subject is told by live metrics.
      ['metrics_panel.cpu.irq', '1', { '': 0.02 }],
    ]);
  });
});

describe.runIf(process.platform === 'linux')('of this host, a request', () => {
  let real: RealHost | undefined;
  afterEach(() => real?.stop());

  it('has what the kernel says now', async () => {
    real = await startRealHost();
    const { host } = real;
    const { seq } = await real.nextSample();
    const pushed = readPush(host, seq, 10);
    if (pushed === null) throw new Error('no reading');
    const metrics = metricsOf(new OtlpEncoder().encode(pushed));
    const field = (name: string): number =>
      1024 * Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
    const usage = valuesOf(metrics.get('system.memory.usage'));
    expect(valuesOf(metrics.get('system.memory.limit'))['']).toBe(field('MemTotal'));
    expect(Object.values(usage).reduce((sum, value) => sum + value, 0)).toBe(field('MemTotal'));
    const forks = Number(/^processes (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const created = valuesOf(metrics.get('system.process.created'))[''] ?? Number.NaN;
    expect(created).toBeLessThanOrEqual(forks);
    expect(created).toBeGreaterThan(forks * 0.9);
    const boot = Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) * 1000;
    const cpu = metrics.get('system.cpu.time');
    const seconds = Object.values(valuesOf(cpu)).reduce((sum, value) => sum + value, 0);
    const processors = valuesOf(metrics.get('system.cpu.logical.count'))[''] ?? 0;
    expect(pointsOf(cpu).length).toBe(processors * 8);
    expect(seconds).toBeGreaterThan(processors);
    for (const { startTimeUnixNano, timeUnixNano } of pointsOf(cpu)) {
      expect(Math.abs(Number(startTimeUnixNano) / 1e6 - boot)).toBeLessThan(2000);
      expect(Math.abs(Number(timeUnixNano) / 1e6 - pushed.timestampMs)).toBeLessThan(2000);
    }
    // Of everything that has a kernel's counter, and of all else.
    for (const name of [
      'system.network.io',
      'system.disk.io',
      'system.filesystem.usage',
      'system.paging.faults',
    ])
      expect(metrics.has(name), name).toBe(true);
    expect([...metrics.keys()].filter((name) => name.startsWith('metrics_panel.cpu'))).toEqual([]);
  });
});
