import type { Labels, MetricFamily, RawValue } from '../../sampling/raw-values.ts';

/** `text`: Prometheus' text format 0.0.4; `openmetrics`: OpenMetrics 1.0.0. */
export type Format = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What a format says of a family before its series. */
interface Head {
  readonly name: string;
  readonly isCounter: boolean;
  readonly text: string;
}

interface Written {
  readonly head: Head;
  text: string;
}

const TOTAL = '_total';
/** Units of which OpenMetrics wants to be told if a name ends with them. */
const UNITS = ['seconds', 'bytes', 'hertz', 'celsius', 'joules', 'ratio', 'bits'] as const;

/**
 * Writes series as a scraper wants them: each family once with all its series, each series once (of several with the same labels, the first), and
 * no value that the format does not allow. A counter whose name does not end in `_total`, as node_exporter has some, is of unknown type.
 */
export class Exposition {
  readonly #format: Format;
  readonly #families = new Map<string, Written>();
  readonly #series = new Set<string>();

  constructor(format: Format) {
    this.#format = format;
  }

  add({ family, labels, value }: Pick<RawValue, 'family' | 'labels' | 'value'>): void {
    let written = this.#families.get(family.name);
    if (written === undefined) {
      written = { head: headOf(family, this.#format), text: '' };
      this.#families.set(family.name, written);
    }
    const { name, isCounter } = written.head;
    // A counter that is not a number, or negative, spoils a scrape in OpenMetrics, and a rate in either.
    if (isCounter && !(value >= 0)) return;
    const series = name + labelsOf(labels);
    const { size } = this.#series;
    if (this.#series.add(series).size === size) return;
    written.text += `${series} ${numberOf(value)}\n`;
  }

  /** The whole exposition. */
  toString(): string {
    let whole = '';
    for (const { head, text } of this.#families.values()) if (text !== '') whole += head.text + text;
    return this.#format === 'openmetrics' ? `${whole}# EOF\n` : whole;
  }
}

/** Families last as long as the agent, and so do their heads. */
const heads = { text: new WeakMap<MetricFamily, Head>(), openmetrics: new WeakMap<MetricFamily, Head>() };

function headOf(family: MetricFamily, format: Format): Head {
  let head = heads[format].get(family);
  if (head === undefined) {
    head = writeHead(family, format);
    heads[format].set(family, head);
  }
  return head;
}

function writeHead({ name: given, type, help }: MetricFamily, format: Format): Head {
  const name = nameOf(given);
  const isTotal = name.endsWith(TOTAL);
  const isCounter = type === 'counter' && isTotal;
  if (format === 'text') {
    const kind = type === 'counter' && !isTotal ? 'untyped' : type;
    const text = `# HELP ${name} ${escaped(help, /[\\\n]/g)}\n# TYPE ${name} ${kind}\n`;
    return { name, isCounter, text };
  }
  const kind = type === 'counter' && !isTotal ? 'unknown' : type;
  const family = isCounter ? name.slice(0, -TOTAL.length) : name;
  const unit = UNITS.find((one) => family.endsWith(`_${one}`));
  const text =
    `# HELP ${family} ${escaped(help, /[\\\n"]/g)}\n# TYPE ${family} ${kind}\n` +
    (unit === undefined ? '' : `# UNIT ${family} ${unit}\n`);
  return { name, isCounter, text };
}

/** Names may contain what a kernel or driver calls a field. */
function nameOf(name: string): string {
  const valid = name.replaceAll(/[^\w:]/g, '_');
  return /^\d/.test(valid) ? `_${valid}` : valid;
}

const UNSAFE_IN_LABEL = /[\\"\n\uD800-\uDFFF]/;

function labelsOf(labels: Labels): string {
  let text = '';
  for (const name in labels) {
    const value = labels[name] ?? '';
    const safe = UNSAFE_IN_LABEL.test(value)
      ? escaped(value.replaceAll(/\p{Cs}/gu, '\u{FFFD}'), /[\\"\n]/g)
      : value;
    text += `${text === '' ? '{' : ','}${name}="${safe}"`;
  }
  return text === '' ? '' : `${text}}`;
}

function escaped(text: string, unsafe: RegExp): string {
  return text.replaceAll(unsafe, (character) => (character === '\n' ? String.raw`\n` : `\\${character}`));
}

function numberOf(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
