import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { cleanLabel } from '../../sampling/instances.ts';
import type { AboutBody, BeatBody } from '../bodies.ts';
import { cleanLabels, isPace } from './clean-about.ts';

/** What is known of a host apart from whether it is there. */
export type Measured = Omit<HostSummary, 'status'>;

/** What a host says of itself in a beat, without what could act where it is displayed; `undefined` if no agent says such a thing. */
export function summaryOfBeat(name: string, { e, summary }: BeatBody): Measured | undefined {
  const { label, labels, intervalMs, minIntervalMs, disk, pressure, alerts, ...measured } = summary;
  if (!isPace({ intervalMs, unitMs: minIntervalMs })) return undefined;
  const worst = alerts?.worst ?? null;
  return {
    ...measured,
    id: name,
    label: cleanLabel(label),
    ...cleanLabels(labels),
    epoch: e,
    intervalMs,
    minIntervalMs,
    disk: disk && { ...disk, name: cleanLabel(disk.name) },
    pressure: pressure && { ...pressure, name: cleanLabel(pressure.name) },
    alerts: alerts && { ...alerts, worst: worst && { ...worst, title: cleanLabel(worst.title) } },
  };
}

/** What a host last said of itself before anything was heard of it. */
export function summaryOfAbout(
  name: string,
  { e, host, intervalMs, unitMs }: Pick<AboutBody, 'e' | 'host' | 'intervalMs' | 'unitMs'>,
): Measured | undefined {
  if (!isPace({ intervalMs, unitMs })) return undefined;
  return {
    id: name,
    label: cleanLabel(host.label),
    ...cleanLabels(host.labels),
    epoch: e,
    intervalMs,
    minIntervalMs: unitMs,
    bootedAtMs: host.facts.bootedAtMs ?? null,
    ts: null,
    cpu: null,
    memory: null,
    disk: null,
    network: null,
    pressure: null,
    alerts: null,
  };
}
