/** Metrics as OTLP/JSON has them (opentelemetry/proto/metrics/v1): 64-bit integers are strings, enums numbers. */
export interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
  readonly sum?: {
    readonly dataPoints: readonly DataPoint[];
    readonly aggregationTemporality: typeof CUMULATIVE;
    readonly isMonotonic: boolean;
  };
}

export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

interface DataPoint {
  readonly attributes?: readonly Attribute[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}

/** A number is written as an integer. */
export type Attributes = Readonly<Record<string, string | number>>;

export interface Instrument {
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  /** `counter` only grows; `updown` can be summed over its attributes; `gauge` cannot. */
  readonly type: 'counter' | 'updown' | 'gauge';
  /** Whether values are 64-bit integers. */
  readonly isInteger?: boolean;
}

const CUMULATIVE = 2;
const MAX_INT64 = 2n ** 63n - 1n;

/** When a counter began, Unix ms. */
export type StartOf = (series: string, value: number, timestampMs: number) => number;

/** The metrics of one push, by name. A value that is not known is left out, and a metric without any too. */
export class MetricSet {
  readonly #startOf: StartOf;
  readonly #points = new Map<string, { readonly instrument: Instrument; readonly points: DataPoint[] }>();

  constructor(startOf: StartOf) {
    this.#startOf = startOf;
  }

  add(
    instrument: Instrument,
    attributes: Attributes,
    value: number | null | undefined,
    timestampMs: number,
  ): void {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    const { name, type, isInteger } = instrument;
    const start =
      type === 'counter' ? this.#startOf(`${name} ${JSON.stringify(attributes)}`, value, timestampMs) : null;
    const point: DataPoint = {
      ...(Object.keys(attributes).length === 0 ? {} : { attributes: toAttributes(attributes) }),
      ...(start === null ? {} : { startTimeUnixNano: nanoseconds(start) }),
      timeUnixNano: nanoseconds(timestampMs),
      ...(isInteger === true ? { asInt: integer(value) } : { asDouble: value }),
    };
    const known = this.#points.get(name);
    if (known === undefined) this.#points.set(name, { instrument, points: [point] });
    else known.points.push(point);
  }

  /** Whether there are values of a metric whose name begins so. */
  has(prefix: string): boolean {
    return [...this.#points.keys()].some((name) => name.startsWith(prefix));
  }

  get metrics(): readonly OtlpMetric[] {
    return [...this.#points.values()].map(({ instrument: { name, unit, type }, points }) => {
      if (type === 'gauge') return { name, unit, gauge: { dataPoints: points } };
      const isMonotonic = type === 'counter';
      return {
        name,
        unit,
        sum: { dataPoints: points, aggregationTemporality: CUMULATIVE, isMonotonic },
      };
    });
  }
}

export function toAttributes(attributes: Attributes): readonly Attribute[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}

function integer(value: number): string {
  const whole = BigInt(Math.round(value));
  return String(whole > MAX_INT64 ? MAX_INT64 : whole);
}
