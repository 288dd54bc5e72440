import { describe, expect, it } from 'vitest';
import { everyMetric } from '../../sampling/every-metric.ts';
import { RingStore } from '../../store/ring-store.ts';
import { metric } from '../../testing/fake-collector.ts';
import { seriesOf } from '../../sampling/testing/series.ts';
import { PanelValues, panelValue } from './panel-values.ts';

describe('a live metric as a series', () => {
  it.each([
    [{ name: 'limit.memory', unit: 'percent' }, 12.3, 'metrics_panel_limit_memory_ratio', 0.123],
    [{ name: 'limit.memoryUsed', unit: 'bytes' }, 5, 'metrics_panel_limit_memory_used_bytes', 5],
    [{ name: 'agent.eventLoopLag', unit: 'ms' }, 1.5, 'metrics_panel_agent_event_loop_lag_seconds', 0.0015],
    [
      { name: 'container.web-1.memoryMax', unit: 'bytes', instance: 'web.1' },
      7,
      'metrics_panel_container_memory_max_bytes{container="web.1"}',
      7,
    ],
    [
      { name: 'agent.collector.cpu.duration', unit: 'ms', instance: 'cpu' },
      2,
      'metrics_panel_agent_collector_duration_seconds{collector="cpu"}',
      0.002,
    ],
    [
      { name: 'cpu.core.3', unit: 'percent', instance: 'Core 3' },
      50,
      'metrics_panel_cpu_core_ratio{cpu="Core 3"}',
      0.5,
    ],
    [{ name: 'gpu.0.clock', unit: 'parsec', instance: 'A' }, 1, 'metrics_panel_gpu_clock{gpu="A"}', 1],
  ])('%j of %s is %s', (described, value, series, scaled) => {
    expect(seriesOf(panelValue({ ...metric('x'), ...described }, value))).toEqual({ [series]: scaled });
  });

  it('that is not known is none', () => {
    expect(seriesOf(panelValue(metric('cpu'), null))).toEqual({});
  });

  it('has a name of its own, whichever it is', () => {
    const all = everyMetric('linux', 'part', 'label', ['cpu']);
    const metrics = [...new Map(all.map((one) => [one.name, one])).values()];
    const names = metrics.flatMap((one) => Object.keys(seriesOf(panelValue(one, 1))));
    expect(new Set(names).size).toBe(metrics.length);
    expect(names.filter((name) => !/^metrics_panel_[a-z0-9_]+(\{[a-z]+="[^"]*"\})?$/.test(name))).toEqual([]);
  });
});

it('live metrics are those of the newest sample and its catalogue, but for those that something else tells', () => {
  const catalogue = [metric('cpu'), metric('a'), metric('b')];
  const store = new RingStore({ epoch: 'e', catalogue, unitMs: 100, intervalMs: 1000 });
  const append = (seq: number, values: number[], more: { catalogue?: typeof catalogue } = {}): void => {
    store.append({ epoch: 'e', seq, timestampMs: seq * 1000, gridIndex: seq * 10, values, ...more });
  };
  const panel = new PanelValues(({ name }) => name === 'cpu');
  const read = (...told: string[]) =>
    seriesOf(panel.read({ store, catalogue: store.catalogue }, new Set(told)));
  append(1, [1, 2, 3]);
  append(2, [10, 20, 30]);
  expect(read()).toEqual({ metrics_panel_a_ratio: 0.2, metrics_panel_b_ratio: 0.3 });
  expect(read('a')).toEqual({ metrics_panel_b_ratio: 0.3 });
  append(3, [40, 50], { catalogue: [metric('b'), metric('c')] });
  expect(read()).toEqual({ metrics_panel_b_ratio: 0.4, metrics_panel_c_ratio: 0.5 });
});
