import { matchesGlob } from '../../shared/protocol/catalogue.ts';
import type { FollowedMetrics } from './host-stream.ts';

/** Thousands of clients share a list (`MetricSelection.shared`), and then its test. */
const MADE = new WeakMap<readonly string[], FollowedMetrics>();

/** What names and globs match, now and when other metrics appear. */
export function followedMetrics(patterns: readonly string[]): FollowedMetrics {
  const known = MADE.get(patterns);
  if (known !== undefined) return known;
  const made: FollowedMetrics = {
    key: JSON.stringify(patterns),
    includes: (metric) => patterns.some((pattern) => matchesGlob(pattern, metric)),
  };
  MADE.set(patterns, made);
  return made;
}
