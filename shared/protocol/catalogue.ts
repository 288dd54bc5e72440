import * as v from 'valibot';
import { matchesGlob } from './globs.ts';

export { matchesGlob };

/**
 * Describes a metric well enough that a page can draw it without knowing it. Written by its collector.
 * `min`/`max` are present only if the range is fixed (0 to 100 for percent).
 */
export const metricDescriptorSchema = v.object({
  /** Dotted, unique per host: `cpu`, `memory.used`, `network.eth0.receive`. */
  name: v.string(),
  label: v.string(),
  /**
   * `percent` (0 to 100), `bytes`, `bytes/s`, `/s`, `count`, `ms`, `s`, `Hz`, `°C`, `rpm`, `W`. Unknown units are displayed
   * verbatim.
   */
  unit: v.string(),
  /**
   * `gauge`: a state at this instant; `rate`: derived over the time since the previous sample. Later agents may add kinds, which
   * clients draw like a gauge.
   */
  kind: v.string(),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  /** The subject, for people: `CPU`, `Memory`, `Network`. Metrics of a group are displayed together. */
  group: v.string(),
  /** One of several things of the group, for people: `eth0`, `Core 3`; absent for the whole. */
  instance: v.optional(v.string()),
  /** Whether people look at it first. Names without a dot count as headlines too. */
  headline: v.optional(v.boolean()),
  /** The meaning of the value, in one sentence. */
  help: v.string(),
  /** Where the agent reads it from: `systeminformation`, `linux`. */
  source: v.string(),
});
export type MetricDescriptor = v.InferOutput<typeof metricDescriptorSchema>;

/** Describes a table: rows that a collector returns in addition to the values of a sample. */
export const tableDescriptorSchema = v.object({
  /** Unique per host: `processes`. */
  name: v.string(),
  label: v.string(),
  /** The subject, as for a metric. */
  group: v.string(),
  /** In the order of a row's cells. */
  columns: v.array(
    v.object({
      name: v.string(),
      label: v.string(),
      /** As for a metric, or `text`, or `id` for a number that is not a quantity. */
      unit: v.string(),
      /** Whether this column distinguishes rows with the same name. */
      tellsApart: v.optional(v.boolean()),
    }),
  ),
  /** Which rows it contains, in one sentence. */
  help: v.string(),
  source: v.string(),
});
export type TableDescriptor = v.InferOutput<typeof tableDescriptorSchema>;

/** The selected metrics, or the first name or glob without a match. */
export type Selection =
  | { readonly found: readonly MetricDescriptor[]; readonly unknown?: undefined }
  | { readonly found?: undefined; readonly unknown: string };

/**
 * Resolves names and globs (`*` matches any run of characters) against a catalogue.
 * In the order of `patterns`, a glob's matches in catalogue order, without duplicates.
 * All or nothing: one pattern without a match fails the whole selection.
 */
export function selectMetrics(
  patterns: readonly string[],
  catalogue: readonly MetricDescriptor[],
): Selection {
  const found = new Set<MetricDescriptor>();
  for (const pattern of patterns) {
    const matches = catalogue.filter(({ name }) => matchesGlob(pattern, name));
    if (matches.length === 0) return { unknown: pattern };
    for (const match of matches) found.add(match);
  }
  return { found: [...found] };
}
