import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { cleanSummary, isPace } from '../../hosts/clean.ts';
import { cleanTime } from '../../hosts/clean-time.ts';
import type { AboutBody, BeatBody } from '../bodies.ts';

/** What is known of a host apart from whether it is there. */
export type Measured = Omit<HostSummary, 'status'>;

/** What a host says of itself in a beat; `undefined` if no agent says such a thing. */
export function summaryOfBeat(name: string, { e, summary }: BeatBody): Measured | undefined {
  const { intervalMs, minIntervalMs: unitMs } = summary;
  return isPace({ intervalMs, unitMs }) ? cleanSummary({ ...summary, id: name, epoch: e }) : undefined;
}

/** What a host last said of itself before anything was heard of it. */
export function summaryOfAbout(
  name: string,
  { e, host, intervalMs, unitMs }: Pick<AboutBody, 'e' | 'host' | 'intervalMs' | 'unitMs'>,
): Measured | undefined {
  if (!isPace({ intervalMs, unitMs })) return undefined;
  const { label, labels, facts } = host;
  return cleanSummary({
    id: name,
    label,
    ...(labels === undefined ? {} : { labels }),
    epoch: e,
    intervalMs,
    minIntervalMs: unitMs,
    bootedAtMs: cleanTime(facts.bootedAtMs ?? null),
    ts: null,
    cpu: null,
    memory: null,
    disk: null,
    network: null,
    pressure: null,
    alerts: null,
  });
}
