import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { counter, NO_LABELS, rawValue, type RawValue } from '../../raw-values.ts';
import { bytes } from '../../rounding.ts';
import { diskTotals } from './metrics.ts';

const TOTALS = diskTotals('systeminformation');
const READ = counter('metrics_panel_disk_read_bytes_total', 'By', 'Bytes read from all disks together.');
const WRITTEN = counter(
  'metrics_panel_disk_written_bytes_total',
  'By',
  'Bytes written to all disks together.',
);
/** It caches its counters for half a second, which would look like a rate of 0. */
const FRESH_AFTER_MS = 950;

/**
 * All disks together, from systeminformation's `fsStats`: mounted partitions on Linux, drives on macOS, nothing elsewhere. No metrics until it
 * has reported anything but zeros. Read at most once a second; values repeat in between.
 */
export function disksCollector(): Collector {
  return new Disks();
}

class Disks implements Collector {
  readonly subject = 'disks';
  metrics: readonly MetricDescriptor[] = [];
  readonly #rates = new CounterRates();
  #values: Values = [null, null];
  #atMs = Number.NEGATIVE_INFINITY;

  async prime(atMs: number): Promise<void> {
    await this.#count(atMs);
  }

  async read(atMs: number): Promise<Values> {
    if (atMs - this.#atMs >= FRESH_AFTER_MS) await this.#count(atMs);
    return this.metrics.length === 0 ? [] : this.#values;
  }

  *rawValues(): Generator<RawValue, void> {
    const [read, written] = this.#rates.counts;
    yield* rawValue(READ, NO_LABELS, read, 'disk.all.read');
    yield* rawValue(WRITTEN, NO_LABELS, written, 'disk.all.write');
  }

  async #count(atMs: number): Promise<void> {
    const { fsStats } = await import('systeminformation');
    // The declared type omits the `null` of other platforms.
    const answer: { readonly rx: number; readonly wx: number } | null = await fsStats();
    // It reports unreadable counters as 0; the next growth would be everything since boot.
    const isKnown = answer !== null && answer.rx + answer.wx > 0;
    if (isKnown) this.metrics = TOTALS;
    this.#atMs = atMs;
    this.#values = this.#rates.next(isKnown ? [answer.rx, answer.wx] : [null, null], atMs).map(bytes);
  }
}
