import { readFileSync } from 'node:fs';
import { agentCollector, type AgentReadings } from './agent.ts';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../testing/series.ts';

type Costs = ReturnType<AgentReadings['collectors']>;

function readingsOf(costs: () => Costs, sentBytes = () => 0): AgentReadings {
  return {
    sessions: () => 3,
    sentBytes,
    lagMs: () => 1.234,
    sampleDurationMs: () => 5.678,
    collectors: costs,
  };
}

function byName(collector: ReturnType<typeof agentCollector>, atMs: number): Record<string, number | null> {
  const values = collector.read(atMs) as readonly (number | null)[];
  expect(values).toHaveLength(collector.metrics.length);
  return Object.fromEntries(collector.metrics.map(({ name }, index) => [name, values[index] ?? null]));
}

describe('the cost of the agent', () => {
  it('queries no sessions before the first read, and lists the collectors', () => {
    const fails = (): never => {
      throw new ReferenceError('not there yet');
    };
    const collector = agentCollector({
      sessions: fails,
      sentBytes: fails,
      lagMs: fails,
      sampleDurationMs: fails,
      collectors: () => [{ subject: 'cpu', durationMs: null, failures: 0 }],
    });
    expect(() => collector.prime?.(0)).not.toThrow();
    expect(collector.metrics.map(({ name }) => name)).toContain('agent.collector.cpu.duration');
    expect(collector.metrics.map(({ name }) => name)).toContain('agent.cpu');
  });

  it('has CPU time, bytes sent and failures per collector as raw values', () => {
    const costs = [{ subject: 'cpu', durationMs: 1, failures: 2 }];
    const collector = agentCollector(
      readingsOf(
        () => costs,
        () => 4000,
      ),
    );
    void collector.read(0);
    const { metrics_panel_agent_cpu_seconds_total: seconds = Number.NaN, ...rest } = seriesOf(
      collector.rawValues?.(),
    );
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6);
    expect(rest).toEqual({
      metrics_panel_agent_sent_bytes_total: 4000,
      'metrics_panel_agent_collector_failures_total{collector="cpu"}': 2,
    });
  });

  it('agrees with the CPU time that was used', async () => {
    const collector = agentCollector(readingsOf(() => []));
    const begunMs = performance.now();
    const before = process.cpuUsage();
    await collector.prime?.(begunMs);
    while (performance.now() < begunMs + 100);
    const endMs = performance.now();
    const values = byName(collector, endMs);
    const { user, system } = process.cpuUsage(before);
    const used = ((user + system) / 1000 / (endMs - begunMs)) * 100;
    expect(Math.abs(Number(values['agent.cpu']) - Math.min(used, 100))).toBeLessThan(5);
  });

  it('agrees with the kernel about memory', () => {
    const { 'agent.memory': memory, 'agent.heap': heap } = byName(agentCollector(readingsOf(() => [])), 0);
    const statm = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
    expect(Math.abs(Number(memory) - statm)).toBeLessThan(16 * 1024 * 1024);
    expect(heap).toBeGreaterThan(1024 * 1024);
  });

  it('passes measurements on, and sent bytes as a rate that is unknown at first', async () => {
    let sentBytes = 1000;
    const collector = agentCollector(
      readingsOf(
        () => [],
        () => sentBytes,
      ),
    );
    await collector.prime?.(0);
    expect(byName(collector, 1000)).toMatchObject({
      'agent.sent': null,
      'agent.sessions': 3,
      'agent.eventLoopLag': 1.23,
      'agent.sampleDuration': 5.68,
    });
    sentBytes += 500;
    expect(byName(collector, 1500)['agent.sent']).toBe(1000);
  });

  it('lists the collectors, in the same array while they are unchanged', () => {
    const costs = [{ subject: 'cpu', durationMs: null as number | null, failures: 0 }];
    const collector = agentCollector(readingsOf(() => costs));
    expect(byName(collector, 0)['agent.collector.cpu.duration']).toBeNull();
    const { metrics } = collector;
    costs[0] = { subject: 'cpu', durationMs: 0.12345, failures: 2 };
    expect(byName(collector, 1000)).toMatchObject({
      'agent.collector.cpu.duration': 0.123,
      'agent.collector.cpu.failures': 2,
    });
    expect(collector.metrics).toBe(metrics);
    costs.push({ subject: 'disks', durationMs: 1, failures: 0 });
    expect(byName(collector, 2000)['agent.collector.disks.duration']).toBe(1);
  });

  it('has size and delay of the history, only where one is kept', async () => {
    const names = (collector: ReturnType<typeof agentCollector>): string[] =>
      collector.metrics.map(({ name }) => name).filter((name) => name.includes('history'));
    expect(names(agentCollector(readingsOf(() => [])))).toEqual([]);
    let history: { sizeBytes: number | null; behindMs: number } | null = null;
    const collector = agentCollector({ ...readingsOf(() => []), history: () => history });
    await collector.prime?.(0);
    expect(names(collector)).toEqual(['agent.history.size', 'agent.history.behind']);
    expect(byName(collector, 0)).toMatchObject({ 'agent.history.size': null, 'agent.history.behind': null });
    history = { sizeBytes: null, behindMs: 400 };
    expect(byName(collector, 1000)).toMatchObject({ 'agent.history.size': null, 'agent.history.behind': 0 });
    history = { sizeBytes: 4096, behindMs: 9600 };
    expect(byName(collector, 2000)).toMatchObject({ 'agent.history.size': 4096, 'agent.history.behind': 10 });
  });
});
