import { startAgent } from '../../agent/agent.ts';
import { DEFAULTS, type Config } from '../../agent/config.ts';
import type { Clock } from '../../agent/clock.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { fakeCollector } from '../../agent/testing/fake-collector.ts';
import { loggedSamples, type LoggedSample } from './oracle.ts';

export interface FastAgent {
  readonly url: string;
  /** Every sample that it took. */
  samples(): LoggedSample[];
  stop(): Promise<void>;
}

/** The whole agent in this process, on a clock of the test's and with figures that cost no time. */
export async function startFastAgent(clock: Clock, config: Partial<Config> = {}): Promise<FastAgent> {
  const { log, entries } = capturedLog('trace');
  let reads = 0;
  const collectors = ['cpu', 'memory', 'swap'].map((subject) =>
    fakeCollector(subject, async () => {
      reads += 1;
      return reads % 100;
    }),
  );
  const agent = await startAgent({ ...DEFAULTS, port: 0, ...config }, log, { clock, collectors });
  return { url: agent.url, samples: () => loggedSamples(entries), stop: () => agent.stop() };
}
