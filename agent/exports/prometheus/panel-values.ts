import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { gauge, rawValue, type Labels, type RawValue } from '../../sampling/raw-values.ts';
import type { HostStream } from '../../hosts/host-stream.ts';

/** By unit of a live metric: how its name ends here, and what turns it into the base unit. */
const UNITS: Readonly<Record<string, { readonly suffix: string; readonly factor: number }>> = {
  percent: { suffix: '_ratio', factor: 0.01 },
  bytes: { suffix: '_bytes', factor: 1 },
  'bytes/s': { suffix: '_bytes_per_second', factor: 1 },
  '/s': { suffix: '_per_second', factor: 1 },
  ms: { suffix: '_seconds', factor: 0.001 },
  s: { suffix: '_seconds', factor: 1 },
  Hz: { suffix: '_hertz', factor: 1 },
  '°C': { suffix: '_celsius', factor: 1 },
  rpm: { suffix: '_rpm', factor: 1 },
  W: { suffix: '_watts', factor: 1 },
  count: { suffix: '', factor: 1 },
};

/** That a fraction has exactly. */
const DIGITS = 15;

/** What precedes the part of a name that stands for one of several things; else it is the first word. */
const DEEPER: readonly (readonly [prefix: string, label: string])[] = [
  ['cpu.core.', 'cpu'],
  ['agent.collector.', 'collector'],
];

/**
 * The live metrics of the newest sample as `metrics_panel_*`, in base units.
 * @param isWanted whether a metric is to be told, given that its counter is not
 */
export function* readPanelValues(
  { store, catalogue }: Pick<HostStream, 'store' | 'catalogue'>,
  isWanted: (metric: MetricDescriptor) => boolean,
): Generator<RawValue, void> {
  const metrics = catalogue.filter(isWanted);
  const { epoch, seq } = store.head;
  const query = { after: { epoch, seq: seq - 1 }, limit: 1, stride: 1, including: seq };
  for (const sample of store.read({ ...query, series: store.metricSet(metrics) })) {
    if (!('values' in sample)) continue;
    for (const [index, metric] of metrics.entries()) {
      yield* panelValue(metric, sample.values[index] ?? null);
    }
  }
}

/** One live metric: `container.web.memory` becomes `metrics_panel_container_memory_bytes{container="web"}`. */
export function panelValue(metric: MetricDescriptor, value: number | null): Iterable<RawValue> {
  const { words, labels } = wordsOf(metric);
  const { suffix, factor } = UNITS[metric.unit] ?? { suffix: '', factor: 1 };
  const name = `metrics_panel_${words.map(snake).join('_')}${suffix}`;
  // 12.3 % is 0.123, and not what a product of two fractions is.
  const scaled = value === null || factor === 1 ? value : Number((value * factor).toPrecision(DIGITS));
  return rawValue(gauge(name, metric.unit, metric.help), labels, scaled, metric.name);
}

function wordsOf({ name, instance }: MetricDescriptor): {
  readonly words: readonly string[];
  readonly labels: Labels;
} {
  const words = name.split('.');
  if (instance === undefined) return { words, labels: {} };
  const [prefix, label] = DEEPER.find(([start]) => name.startsWith(start)) ?? [
    `${words[0]}.`,
    words[0] ?? '',
  ];
  const at = prefix.split('.').length - 1;
  return { words: words.filter((_word, index) => index !== at), labels: { [label]: instance } };
}

function snake(word: string): string {
  return word.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
