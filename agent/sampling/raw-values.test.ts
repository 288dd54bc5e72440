import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricDescriptorSchema } from '../../shared/protocol/catalogue.ts';
import { systemClock } from '../clock.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { agentCollector } from './collectors/agent/agent.ts';
import { THIS_HOST } from './kernel/roots.ts';
import type { RawValue } from './raw-values.ts';
import type { Sample } from './sample.ts';
import { Sampler } from './sampler.ts';
import { createCollectors } from './sources.ts';

/** Counters of this host under node_exporter names, parsed independently of the code under test. */
function kernelCounters(): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  const linesOf = (file: string): string[][] =>
    readFileSync(`/proc/${file}`, 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/[\s:]+/));
  for (const [key = '', ...numbers] of linesOf('stat')) {
    const cpu = /^cpu(\d+)$/.exec(key)?.[1];
    if (cpu !== undefined) {
      for (const [index, mode] of ['user', 'nice', 'system'].entries())
        counters.set(`node_cpu_seconds_total cpu=${cpu} mode=${mode}`, Number(numbers[index]) / 100);
    }
    if (key === 'ctxt') counters.set('node_context_switches_total', Number(numbers[0]));
    if (key === 'intr') counters.set('node_intr_total', Number(numbers[0]));
    if (key === 'processes') counters.set('node_forks_total', Number(numbers[0]));
  }
  for (const [device, ...numbers] of linesOf('net/dev').slice(2)) {
    if (device === '') continue;
    counters.set(`node_network_receive_bytes_total device=${device}`, Number(numbers[0]));
    counters.set(`node_network_transmit_packets_total device=${device}`, Number(numbers[9]));
  }
  for (const [, , device = '', ...numbers] of linesOf('diskstats')) {
    if (!/^(?:[sv]d[a-z]|nvme\d+n\d+)$/.test(device)) continue;
    counters.set(`node_disk_reads_completed_total device=${device}`, Number(numbers[0]));
    counters.set(`node_disk_written_bytes_total device=${device}`, Number(numbers[6]) * 512);
    counters.set(`node_disk_io_time_seconds_total device=${device}`, Number(numbers[9]) / 1000);
  }
  for (const [key, number] of linesOf('vmstat')) {
    if (key === 'pgfault' || key === 'pgpgin') counters.set(`node_vmstat_${key}`, Number(number));
  }
  return counters;
}

const keyOf = ({ family, labels }: RawValue): string =>
  [family.name, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' ');

/** Live value, by unit, of a counter that grows by one base unit per second. */
const PER_SECOND: Readonly<Record<string, number>> = { 'bytes/s': 1, '/s': 1, percent: 100 };

describe.runIf(process.platform === 'linux')('the raw values of this host', () => {
  let sampler: Sampler;
  let samples: { readonly sample: Sample; readonly raw: ReadonlyMap<string, RawValue> }[];
  /** Of the last sample, by subject. */
  let bySubject: ReadonlyMap<string, readonly RawValue[]>;
  let before: ReadonlyMap<string, number>;
  let after: ReadonlyMap<string, number>;
  let collectors: ReturnType<typeof createCollectors>;

  beforeAll(async () => {
    samples = [];
    const { log } = capturedLog();
    collectors = createCollectors({ source: 'linux', roots: THIS_HOST, processArguments: false }, log);
    collectors.push(
      agentCollector({
        sessions: () => 0,
        sentBytes: () => 5,
        lagMs: () => 0,
        sampleDurationMs: () => 1,
        collectors: () => sampler.costs,
      }),
    );
    sampler = new Sampler({ collectors, intervalMs: 1000, clock: systemClock, log });
    await sampler.prime();
    before = kernelCounters();
    await sampler.start((sample) => {
      bySubject = new Map([...sampler.rawValues()].map(({ subject, values }) => [subject, [...values]]));
      after = kernelCounters();
      const all = [...bySubject.values()].flat();
      samples.push({ sample, raw: new Map(all.map((value) => [keyOf(value), value])) });
    });
    while (samples.length < 2) await sleep(20);
    sampler.stop();
  }, 30_000);

  afterAll(() => sampler.stop());

  it('agree with the counters of the kernel', () => {
    const raw = samples.at(-1)?.raw;
    expect(before.size).toBeGreaterThan(5);
    for (const [key, least] of before) {
      const value = raw?.get(key)?.value ?? Number.NaN;
      expect(value, key).toBeGreaterThanOrEqual(least);
      expect(value, key).toBeLessThanOrEqual(after.get(key) ?? Number.NaN);
    }
  });

  it('exist for every subject with counters', () => {
    for (const subject of ['cpu', 'memory', 'network', 'disks', 'system', 'sockets', 'processes', 'agent'])
      expect(bySubject.get(subject), subject).not.toHaveLength(0);
  });

  it('have valid Prometheus names, one family per name, and unique series', () => {
    const families = new Map<string, string>();
    const seen = new Set<string>();
    for (const values of bySubject.values()) {
      for (const value of values) {
        const { family, labels } = value;
        expect(family.name).toMatch(/^(?:node|metrics_panel)_[a-zA-Z0-9_]+$/);
        if (family.type === 'counter') expect(family.name).toMatch(/_total$|^node_(?:vmstat|netstat)_/);
        expect(Object.keys(labels).join('')).toMatch(/^[a-z_]*$/);
        expect(families.get(family.name) ?? JSON.stringify(family)).toBe(JSON.stringify(family));
        families.set(family.name, JSON.stringify(family));
        expect(seen).not.toContain(keyOf(value));
        seen.add(keyOf(value));
        expect(value.value).not.toBeNaN();
      }
    }
  });

  it('name existing live metrics, and grow at their rate', () => {
    const [first, second] = samples;
    if (first === undefined || second === undefined) throw new Error('no samples');
    const elapsedS = (second.sample.timestampMs - first.sample.timestampMs) / 1000;
    const live = new Map(
      sampler.catalogue.map((metric, index) => [
        metric.name,
        { metric, value: second.sample.values[index] ?? null },
      ]),
    );
    let compared = 0;
    for (const [key, { family, value, metric: name }] of second.raw) {
      if (name === undefined) continue;
      const shown = live.get(name);
      expect(shown, name).toBeDefined();
      const then = first.raw.get(key)?.value;
      const scale = PER_SECOND[shown?.metric.unit ?? ''];
      // CPU shares relate to counted rather than elapsed time, and pages are shown as bytes.
      if (shown === undefined || shown.value === null || /^node_(?:cpu|vmstat)_|container/.test(family.name))
        continue;
      if (shown.metric.kind === 'gauge') {
        expect(shown.value, name).toBeCloseTo(value, 1);
      } else if (then !== undefined && scale !== undefined && name !== 'limit.cpu') {
        const rate = Math.min(((value - then) / elapsedS) * scale, scale === 100 ? 100 : Infinity);
        // Timestamps are whole milliseconds.
        expect(Math.abs(shown.value - rate), name).toBeLessThanOrEqual(0.02 + rate * 0.01);
      }
      compared += 1;
    }
    expect(compared).toBeGreaterThan(20);
  });

  it('do not change the catalogue on the wire', () => {
    const fields = Object.keys(metricDescriptorSchema.entries);
    for (const metric of sampler.catalogue) {
      for (const field of Object.keys(metric)) expect(fields).toContain(field);
    }
  });
});
