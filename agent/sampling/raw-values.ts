/** A family of series in the Prometheus and OpenTelemetry sense. */
export interface MetricFamily {
  /** That of node_exporter where it has one, else `metrics_panel_*`. */
  readonly name: string;
  /** A counter starts at 0 with the object that it counts for, and only grows. */
  readonly type: 'counter' | 'gauge';
  /** Base unit as in UCUM, `1` for none: `s`, `By`, `Hz`, `J`, `{page}`. */
  readonly unit: string;
  readonly help: string;
}

export type Labels = Readonly<Record<string, string>>;

/** What the kernel itself has counted, in base units, before it becomes a rate or a share. */
export interface RawValue {
  readonly family: MetricFamily;
  readonly labels: Labels;
  readonly value: number;
  /** Name of the live metric that shows this series alone, as its rate, its share of time or its state. */
  readonly metric?: string;
}

/** The raw values of one collector. */
export interface RawReading {
  readonly subject: string;
  /** Unix ms of the sample they were read for; earlier than the last sample if the collector is read less often. */
  readonly timestampMs: number;
  readonly values: Iterable<RawValue>;
}

export const NO_LABELS: Labels = {};

export function counter(name: string, unit: string, help: string): MetricFamily {
  return { name, type: 'counter', unit, help };
}

export function gauge(name: string, unit: string, help: string): MetricFamily {
  return { name, type: 'gauge', unit, help };
}

/** Empty if the value is unknown: `null` or NaN. Not a generator: a scrape makes a thousand. */
export function rawValue(
  family: MetricFamily,
  labels: Labels,
  value: number | null | undefined,
  metric?: string,
): readonly RawValue[] {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  return [metric === undefined ? { family, labels, value } : { family, labels, value, metric }];
}

const NONE: readonly RawValue[] = [];
