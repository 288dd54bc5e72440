import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import type { Catalogues, CatalogueSpan } from './catalogues.ts';

/** Samples of one catalogue that follow each other, as JSON. */
export interface Part {
  readonly span: CatalogueSpan;
  readonly first: number;
  readonly last: number;
  /** An array as in a batch. */
  readonly text: string;
}

/** What a part may hold. */
export interface PartLimits {
  readonly samples: number;
  readonly bytes: number;
}

/** `,"catalogue":[…]` of a batch; empty if it is too large. Whoever needs it finds the newest in `about`. */
export function catalogueText(catalogue: readonly MetricDescriptor[], maxBytes: number): string {
  const text = `,"catalogue":${JSON.stringify(catalogue)}`;
  return Buffer.byteLength(text) > maxBytes ? '' : text;
}

/** Those of the last batch that was not sent yet are needed again. */
const MAX_CACHED = 64;
/** Brackets, commas, names and identities around the samples of a body. */
const ENVELOPE_BYTES = 512;

/** Without the closing brace. */
function textOf(
  {
    seq,
    timestampMs,
    gridIndex,
    values,
  }: Pick<SequencedSample, 'seq' | 'timestampMs' | 'gridIndex' | 'values'>,
  reason: string | undefined,
): string {
  const gap = reason === undefined ? {} : { r: reason };
  return JSON.stringify({ q: seq, p: seq - 1, t: timestampMs, g: gridIndex, ...gap, v: values }).slice(0, -1);
}

/** Samples of the ring as JSON: each is encoded once for `live` and the log. */
export class SampleTexts {
  readonly #host: LocalHost;
  readonly #catalogues: Catalogues;
  /** Of the newest samples, without the closing brace. */
  readonly #cached = new Map<number, string>();
  /** `{"e":…,"s":…`, as every body of this run begins. */
  readonly runText: string;

  constructor(host: LocalHost, catalogues: Catalogues) {
    this.#host = host;
    this.#catalogues = catalogues;
    this.runText = JSON.stringify({ e: host.epoch, s: host.status.sinceMs }).slice(0, -1);
  }

  /** The sample that was stored last, as a body of `live`. */
  live(sample: SequencedSample, withTables: boolean): string {
    const { seq, values } = sample;
    // Reading it back takes longer than everything else here. The store has no room for the metrics of thousands of devices.
    const isWhole = values.length === this.#host.store.catalogue.length;
    const text = isWhole ? textOf(sample, seq === 1 ? undefined : sample.gapReason) : this.#textOf(seq);
    this.#cached.set(seq, text);
    for (const old of this.#cached.keys()) {
      if (this.#cached.size <= MAX_CACHED) break;
      this.#cached.delete(old);
    }
    const tables = withTables ? this.#tablesText(this.#newestTables(seq - 1, seq).get(seq)) : '';
    return `${this.runText},"c":"${this.#catalogues.current.id}",${text.slice(1)}${tables}}`;
  }

  /**
   * The next samples of one catalogue.
   * @param after the number before them; if it cannot be read any more, they begin with the oldest that can
   * @param upTo of each table, only the newest rows up to this sample are included
   * @returns `null` if there are none; `first` is above `last` if a single sample does not fit
   */
  part(after: number, upTo: number, { samples, bytes }: PartLimits): Part | null {
    const { store } = this.#host;
    const first = Math.max(after + 1, this.#catalogues.oldest);
    if (first > store.head.seq) return null;
    const { span, last: lastOfSpan } = this.#catalogues.at(first);
    const texts: string[] = [];
    let roomBytes = bytes - ENVELOPE_BYTES;
    let seq = first;
    for (; seq <= lastOfSpan && texts.length < samples; seq += 1) {
      const text = this.#textOf(seq);
      roomBytes -= text.length + 2;
      if (roomBytes < 0) break;
      texts.push(text);
    }
    const last = seq - 1;
    const tables = this.#newestTables(first - 1, upTo);
    const closed = texts.map((text, index) => {
      const tablesText = this.#tablesText(tables.get(first + index));
      // Tables of another time will do.
      roomBytes -= Buffer.byteLength(tablesText);
      return roomBytes < 0 ? `${text}}` : `${text}${tablesText}}`;
    });
    return { span, first, last, text: `[${closed.join(',')}]` };
  }

  #textOf(seq: number): string {
    const cached = this.#cached.get(seq);
    if (cached !== undefined) return cached;
    const { store } = this.#host;
    const { set } = this.#catalogues.at(seq);
    let reason: string | undefined;
    for (const item of store.read({
      after: { epoch: store.head.epoch, seq: seq - 1 },
      limit: 1,
      series: set,
      stride: 1,
    })) {
      if (!('values' in item)) reason = item.reason;
      else {
        return textOf({ ...item, gridIndex: store.gridIndexAt(seq) }, reason);
      }
    }
    throw new RangeError(`sample ${seq} is not held`);
  }

  /** By the number of the sample that they were taken with. */
  #newestTables(after: number, upTo: number): ReadonlyMap<number, readonly string[]> {
    const found = new Map<number, string[]>();
    for (const { name } of this.#host.tables) {
      const table = this.#host.store.table(name, after, upTo);
      if (table === undefined) continue;
      const text = `{"name":${JSON.stringify(name)},"rows":${table.rows}}`;
      found.set(table.seq, [...(found.get(table.seq) ?? []), text]);
    }
    return found;
  }

  #tablesText(tables: readonly string[] | undefined): string {
    return tables === undefined ? '' : `,"tb":[${tables.join(',')}]`;
  }
}
