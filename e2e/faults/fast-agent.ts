import { startAgent } from '../../agent/agent.ts';
import { DEFAULTS, type Config } from '../../agent/config.ts';
import type { Clock } from '../../agent/clock.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import type { Collector } from '../../agent/sampling/collector.ts';
import { metric } from '../../agent/testing/fake-collector.ts';
import { loggedSamples, type LoggedSample } from './oracle.ts';

export interface FastAgentOptions {
  readonly config?: Partial<Config>;
  /** Values per sample, each with as many digits as possible. */
  readonly metricCount?: number;
}

export interface FastAgent {
  readonly url: string;
  samples(): LoggedSample[];
  stop(): Promise<void>;
}

/** The whole agent in this process, with the test's clock and cheap values. */
export async function startFastAgent(
  clock: Clock,
  { config = {}, metricCount = 3 }: FastAgentOptions = {},
): Promise<FastAgent> {
  const { log, entries } = capturedLog('trace');
  const collectors = collectorsOf(metricCount);
  const agent = await startAgent({ ...DEFAULTS, port: 0, ...config }, log, { clock, collectors });
  return { url: agent.url, samples: () => loggedSamples(entries), stop: () => agent.stop() };
}

/** A collector of `count` metrics. */
export function collectorsOf(metricCount: number): Collector[] {
  const metrics = Array.from({ length: metricCount }, (_, index) => metric(`m${index}`));
  return [{ subject: 'test', metrics, read: async () => metrics.map(() => Math.random()) }];
}
