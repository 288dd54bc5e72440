import { matchesGlob } from '../../shared/protocol/catalogue.ts';
import type { FollowedMetrics } from './host-stream.ts';

/** What names and globs match, now and when other metrics appear. */
export function followedMetrics(patterns: readonly string[]): FollowedMetrics {
  return {
    key: JSON.stringify(patterns),
    includes: (metric) => patterns.some((pattern) => matchesGlob(pattern, metric)),
  };
}
