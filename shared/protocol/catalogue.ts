import * as v from 'valibot';
import { matchesGlob } from './globs.ts';

export { matchesGlob };

/**
 * What a metric is, told by its collector and carried to every client, so that a page can draw it without knowing it.
 * `min`/`max` are given only where the range is fixed (0 to 100 for percent).
 */
export const metricDescriptorSchema = v.object({
  /** Dotted, unique on its host: `cpu`, `memory.used`, `network.eth0.receive`. */
  name: v.string(),
  label: v.string(),
  /**
   * `percent` (0 to 100), `bytes`, `bytes/s`, `/s`, `count`, `ms`, `s`, `Hz`, `°C`, `rpm`, `W`. Unknown units are shown as
   * written.
   */
  unit: v.string(),
  /** `gauge` is a state at the instant, `rate` is derived over the time since the sample before. */
  kind: v.picklist(['gauge', 'rate']),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  /** The subject, as people read it; its metrics stand together: `CPU`, `Memory`, `Network`. */
  group: v.string(),
  /** Which of several things of the group it is of, as people read it: `eth0`, `Core 3`; absent for the whole. */
  instance: v.optional(v.string()),
  /** Whether it is one that people look at first; one without a dot in its name is, too. */
  headline: v.optional(v.boolean()),
  /** One sentence that says what the value means. */
  help: v.string(),
  /** Where the agent reads it: `systeminformation`, `linux`. */
  source: v.string(),
});
export type MetricDescriptor = v.InferOutput<typeof metricDescriptorSchema>;

/** What a table is: rows that belong to a sample, made by a collector beside its values. */
export const tableDescriptorSchema = v.object({
  /** Unique on its host: `processes`. */
  name: v.string(),
  label: v.string(),
  /** The subject, as for a metric. */
  group: v.string(),
  /** The order of the cells of a row. */
  columns: v.array(
    v.object({
      name: v.string(),
      label: v.string(),
      /** That of a metric, or `text`, or `id` for a number that counts nothing. */
      unit: v.string(),
      /** Whether it tells rows apart that are called the same. */
      tellsApart: v.optional(v.boolean()),
    }),
  ),
  /** One sentence that says which rows are in it. */
  help: v.string(),
  source: v.string(),
});
export type TableDescriptor = v.InferOutput<typeof tableDescriptorSchema>;

/** A selection of metrics: those found, or the first name or glob that names nothing. */
export type Selection =
  | { readonly found: readonly MetricDescriptor[]; readonly unknown?: undefined }
  | { readonly found?: undefined; readonly unknown: string };

/**
 * Resolves names and globs (`*` stands for any run of characters) against a catalogue.
 * The order is that of `patterns`, a glob's matches in catalogue order; duplicates are folded.
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
