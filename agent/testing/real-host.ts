import { systemClock } from '../clock.ts';
import { LocalHost } from '../hosts/local-host.ts';
import { readQuickDetails } from '../sampling/host-details.ts';
import { THIS_HOST } from '../sampling/kernel/roots.ts';
import { ChangingDetails } from '../sampling/changing-details.ts';
import { Sampler } from '../sampling/sampler.ts';
import { createCollectors } from '../sampling/sources.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { capturedLog } from './captured-log.ts';

/** This machine as an agent samples it, each second. */
export interface RealHost {
  readonly host: LocalHost;
  /** Settles with the next sample, in its turn. */
  nextSample(): Promise<SequencedSample>;
  stop(): void;
}

export async function startRealHost(): Promise<RealHost> {
  const { log } = capturedLog();
  const settings = { source: 'auto', roots: THIS_HOST, processArguments: false } as const;
  const sampler = new Sampler({
    collectors: createCollectors(settings, log),
    intervalMs: 1000,
    clock: systemClock,
    log,
  });
  await sampler.prime();
  const { bootedAtMs } = new ChangingDetails(THIS_HOST, systemClock);
  const host = new LocalHost({
    host: { id: 'here', label: 'here', facts: { ...readQuickDetails(THIS_HOST), bootedAtMs } },
    catalogue: sampler.catalogue,
    intervalMs: 1000,
    rawValues: () => sampler.rawValues(),
  });
  await sampler.start((sample) => host.append(sample));
  return {
    host,
    nextSample: () =>
      new Promise((resolve) => {
        const stop = host.onSample((sample) => {
          stop();
          resolve(sample);
        });
      }),
    stop: () => sampler.stop(),
  };
}
