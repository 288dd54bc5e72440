import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { gauge, rawValue, type Labels, type MetricFamily, type RawValue } from '../../sampling/raw-values.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import type { MetricSet } from '../../store/metric-set.ts';

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

/** The live metrics of the newest sample as `metrics_panel_*`, in base units. */
export class PanelValues {
  readonly #isTold: (metric: MetricDescriptor) => boolean;
  #catalogue: readonly MetricDescriptor[] = [];
  #series: MetricSet | null = null;
  #columns: readonly (readonly [column: number, metric: MetricDescriptor])[] = [];

  /** @param isTold whether a metric is never told, since something else tells it */
  constructor(isTold: (metric: MetricDescriptor) => boolean) {
    this.#isTold = isTold;
  }

  /** @param told names of metrics whose counters are told this time */
  *read(
    { store, catalogue }: Pick<HostStream, 'store' | 'catalogue'>,
    told: ReadonlySet<string>,
  ): Generator<RawValue, void> {
    if (this.#series === null || this.#catalogue !== catalogue) {
      this.#catalogue = catalogue;
      this.#series = store.metricSet(catalogue);
      this.#columns = [...catalogue.entries()].filter(([, metric]) => !this.#isTold(metric));
    }
    const { epoch, seq } = store.head;
    const query = { after: { epoch, seq: seq - 1 }, limit: 1, stride: 1, including: seq };
    for (const sample of store.read({ ...query, series: this.#series })) {
      if (!('values' in sample)) continue;
      for (const [column, metric] of this.#columns) {
        if (!told.has(metric.name)) yield* panelValue(metric, sample.values[column] ?? null);
      }
    }
  }
}

/** One live metric: `container.web.memory` becomes `metrics_panel_container_memory_bytes{container="web"}`. */
export function panelValue(metric: MetricDescriptor, value: number | null): Iterable<RawValue> {
  let form = forms.get(metric);
  if (form === undefined) {
    form = formOf(metric);
    forms.set(metric, form);
  }
  const { family, labels, factor } = form;
  // 12.3 % is 0.123, and not what a product of two fractions is.
  const scaled = value === null || factor === 1 ? value : Number((value * factor).toPrecision(DIGITS));
  return rawValue(family, labels, scaled, metric.name);
}

interface Form {
  readonly family: MetricFamily;
  readonly labels: Labels;
  readonly factor: number;
}

const forms = new WeakMap<MetricDescriptor, Form>();

function formOf(metric: MetricDescriptor): Form {
  const { words, labels } = wordsOf(metric);
  const { suffix, factor } = UNITS[metric.unit] ?? { suffix: '', factor: 1 };
  const name = `metrics_panel_${words.map(snake).join('_')}${suffix}`;
  return { family: gauge(name, metric.unit, metric.help), labels, factor };
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
