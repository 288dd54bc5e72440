import type { MetricsClient } from '../../shared/client/metrics-client.ts';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { matchesGlob } from '../../shared/protocol/globs.ts';
import type { Subscribed } from '../../shared/protocol/messages.ts';
import { KILL_COUNTS, type WatchedSample } from './attention-watch.ts';
import { THRESHOLDS } from './thresholds.ts';

/** As much as the longest condition needs. */
const BACK_MS = 300_000;
/** Means do not need each second. */
const STEP_MS = 5000;
const PATTERNS: readonly string[] = [
  ...new Set(
    THRESHOLDS.flatMap(({ metric, compared }) =>
      'partOf' in compared ? [metric, `${metric}${compared.partOf}`] : [metric],
    ),
  ),
  ...KILL_COUNTS,
];

/** What to follow, and until when. */
export interface HeadStart {
  /** As `host` of a subscription. */
  readonly host: string | undefined;
  readonly catalogue: readonly MetricDescriptor[];
  /** Unix ms on the host's clock: what is newer comes to the page anyway. */
  readonly untilMs: number;
}

/** Whoever takes the samples. */
export interface HeadStartListener {
  /** Of the last minutes, oldest first, and then those that follow. */
  sample(sample: WatchedSample): void;
  /** All until `untilMs` have come, or none will. Called later, at least once. */
  done(): void;
}

/**
 * Follows what has a threshold, from five minutes ago on: an agent remembers those even without a history.
 * @returns the undo
 */
export function followThresholds(
  client: MetricsClient,
  { host, catalogue, untilMs }: HeadStart,
  { sample, done }: HeadStartListener,
): () => void {
  const metrics = PATTERNS.filter((pattern) => catalogue.some(({ name }) => matchesGlob(pattern, name)));
  if (metrics.length === 0) {
    queueMicrotask(done);
    return () => {};
  }
  let series: Subscribed['series'] = [];
  let intervalMs = STEP_MS;
  const undo = client.subscribe(
    { metrics, host, intervalMs: STEP_MS, backfill: BACK_MS / STEP_MS },
    {
      subscribed: (announcement) => ({ series, intervalMs } = announcement),
      sample: ({ timestampMs, values }) => {
        sample({ timestampMs, values, series });
        if (timestampMs + intervalMs > untilMs) done();
      },
      gap: () => {},
      refused: done,
    },
  );
  client.start();
  return undo;
}
