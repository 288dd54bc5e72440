import { createHash } from 'node:crypto';
import { encode, encodeCompact, encodeMetrics, encodeTable } from '../../shared/protocol/codec.ts';
import type { PlainMetrics, Position } from '../../shared/protocol/messages.ts';
import type { MetricSet } from '../store/metric-set.ts';
import type { SampleStore, StoredSample } from '../store/sample-store.ts';
import { Frame, type Member, type WireFormat } from './frame.ts';

/**
 * What all subscriptions to the same series, at the same interval and under the same name share: one object, so that the walk over thousands of
 * clients touches little memory.
 */
export interface Channel {
  readonly key: string;
  readonly set: MetricSet;
  /** The client's name for the subscription. */
  readonly sub: string;
  /** Grid units between its samples. */
  readonly stride: number;
  /** Names of the tables sent with them. */
  readonly tables: readonly string[];
  readonly format: WireFormat;
  /** Whether samples name their subscription by `number`; always in MessagePack. */
  readonly isCompact: boolean;
  /**
   * The same as long as a client sees the same series under the same name, and no other channel of this process has it; 0 if samples are not
   * compact.
   */
  readonly number: number;
}

/** What it is made of. */
export type ChannelOptions = Omit<Channel, 'key' | 'number'>;

/** A client may follow several hosts, so that hosts share the numbers. */
let numbersGiven = 0;

/** Clients choose the names of channels: limits the memory that a client can fill with new ones. */
const MAX_CHANNELS = 1024;
const MAX_FRAMES = 1024;

/** Frames of one host's newest sample, each encoded once for any number of clients. */
export class FrameCache {
  readonly #store: SampleStore;
  readonly #channels = new Map<string, Channel>();
  /** By what a client sees. */
  readonly #numbers = new Map<string, number>();
  readonly #fingerprints = new WeakMap<Channel, string>();
  readonly #frames = new Map<string, Map<number, Frame>>();
  readonly #values = new Map<string, Map<number, string>>();
  #catalogue: SampleStore['catalogue'] = [];
  /** The sample that the cached frames contain. */
  #head: Position | null = null;
  #encodings = 0;
  #kept = 0;

  constructor(store: SampleStore) {
    this.#store = store;
  }

  /** Encodings made so far. */
  get encodings(): number {
    return this.#encodings;
  }

  channel(options: ChannelOptions): Channel {
    if (this.#catalogue !== this.#store.catalogue) {
      this.#catalogue = this.#store.catalogue;
      // Channels in use are added again; unused ones would retain the metrics of every past catalogue.
      this.#channels.clear();
    }
    const { set, sub, stride, tables, format, isCompact } = options;
    const number = isCompact ? this.#numberOf(options) : 0;
    const key = `${format} ${number} ${set.key} ${stride} ${tables.join()} ${sub}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    if (this.#channels.size >= MAX_CHANNELS) this.#channels.clear();
    const channel = { ...options, key, number };
    this.#channels.set(key, channel);
    return channel;
  }

  #numberOf({ set, sub, stride, tables, format }: ChannelOptions): number {
    const series = createHash('sha256').update(set.seriesText).digest('base64url');
    const seen = `${format} ${series} ${stride} ${tables.join()} ${sub}`;
    const known = this.#numbers.get(seen);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MAX_CHANNELS) this.#numbers.clear();
    numbersGiven += 1;
    this.#numbers.set(seen, numbersGiven);
    return numbersGiven;
  }

  /** Differs between epochs, and between channels that differ in more than the subscription's name. */
  fingerprint(channel: Channel): string {
    const known = this.#fingerprints.get(channel);
    if (known !== undefined) return known;
    const { set, stride, tables, number } = channel;
    const whole = `${this.#store.head.epoch} ${set.key} ${stride} ${tables.join()}${number === 0 ? '' : ` ${number}`}`;
    const fingerprint = createHash('sha256').update(whole).digest('base64url').slice(0, 8);
    this.#fingerprints.set(channel, fingerprint);
    return fingerprint;
  }

  /** The v1 frame of the newest sample, for a client whose last sample was `prev`. */
  newest(channel: Channel, prev: number): Frame {
    return this.#frame(channel.key, prev, () => {
      const { seq, ts = 0 } = this.#store.head;
      const sample = { seq, timestampMs: ts };
      const newest =
        channel.format === 'json'
          ? textOf(channel, sample, prev, this.#newestValues(channel))
          : packed(
              channel,
              { ...sample, values: this.#read(channel.set, channel.stride)?.values ?? [] },
              prev,
            );
      return [...this.#tables(channel, sample, prev), newest];
    });
  }

  /** The plain frame of the newest sample. */
  newestPlain(set: MetricSet, stride: number): Frame {
    return this.#frame(`plain ${set.key}`, 0, () => {
      const values = this.#read(set, stride)?.values ?? [];
      const metrics = Object.fromEntries(set.series.map(({ name }, i) => [name, values[i] ?? null]));
      return [encode({ type: 'metrics', metrics } satisfies PlainMetrics)];
    });
  }

  /** The messages of a sample: the tables taken since sample `prev`, and the values. */
  members(channel: Channel, sample: StoredSample, prev: number): Member[] {
    return [...this.#tables(channel, sample, prev), memberOf(channel, sample, prev)];
  }

  #tables({ sub, tables }: Channel, { seq }: Pick<StoredSample, 'seq'>, prev: number): string[] {
    return tables.flatMap((table) => {
      const taken = this.#store.table(table, prev, seq);
      return taken === undefined
        ? []
        : encodeTable({ sub, table, seq: taken.seq, ts: taken.timestampMs }, taken.rows);
    });
  }

  /** Encoded once for all subscriptions to the same series, under any name. */
  #newestValues({ set, stride }: Channel): string {
    const ofSet = this.#values.get(set.key);
    const known = ofSet?.get(stride);
    if (known !== undefined) return known;
    const text = JSON.stringify(this.#read(set, stride)?.values ?? []);
    if (this.#kept < MAX_FRAMES) {
      this.#kept += 1;
      if (ofSet === undefined) this.#values.set(set.key, new Map([[stride, text]]));
      else ofSet.set(stride, text);
    }
    return text;
  }

  #read(series: MetricSet, stride: number): StoredSample | undefined {
    const { epoch, seq } = this.#store.head;
    const query = { after: { epoch, seq: seq - 1 }, limit: 1, series, stride, including: seq };
    for (const item of this.#store.read(query)) if ('values' in item) return item;
    return undefined;
  }

  /** Runs for every client: `key` is one string object per channel, so that it is neither concatenated nor hashed each time. */
  #frame(key: string, prev: number, members: () => readonly Member[]): Frame {
    this.#forgetOlder();
    const frames = this.#frames.get(key);
    const known = frames?.get(prev);
    if (known !== undefined) return known;
    const frame = Frame.ofAll(members());
    this.#encodings += 1;
    if (this.#kept < MAX_FRAMES) {
      this.#kept += 1;
      if (frames === undefined) this.#frames.set(key, new Map([[prev, frame]]));
      else frames.set(prev, frame);
    }
    return frame;
  }

  #forgetOlder(): void {
    if (this.#head === this.#store.head) return;
    this.#head = this.#store.head;
    this.#frames.clear();
    this.#values.clear();
    this.#kept = 0;
  }
}

/** The values of a sample without tables, in the format of the channel. */
export function memberOf(channel: Channel, sample: StoredSample, prev: number): Member {
  if (channel.format === 'msgpack') return packed(channel, sample, prev);
  return textOf(channel, sample, prev, JSON.stringify(sample.values));
}

function packed({ sub, number }: Channel, { seq, timestampMs, values }: StoredSample, prev: number): Member {
  return { sub, channel: number, row: { seq, prev, ts: timestampMs, values } };
}

/** @param values a JSON array */
function textOf(
  { sub, number, isCompact }: Channel,
  { seq, timestampMs: ts }: Omit<StoredSample, 'values'>,
  prev: number,
  values: string,
): string {
  return isCompact
    ? encodeCompact(number, { seq, prev, ts }, values)
    : encodeMetrics({ sub, seq, prev, ts }, values);
}
