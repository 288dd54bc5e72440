import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { HostSummary } from '../../shared/protocol/messages.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import type { HostStream } from './host-stream.ts';

const PRESSURES = ['cpu', 'memory', 'io'] as const;

/**
 * How a host is, from its newest sample.
 * @param sample `undefined` before the first
 * @param alerts `undefined` where none are evaluated
 */
export function summarize(
  stream: Pick<HostStream, 'host' | 'catalogue' | 'status' | 'store' | 'intervalMs' | 'unitMs'>,
  sample: Pick<SequencedSample, 'timestampMs' | 'values'> | undefined,
  alerts: AlertBoard | undefined,
): HostSummary {
  const { host, catalogue, status, store, intervalMs, unitMs } = stream;
  const { indexOf, filesystems } = placesIn(catalogue);
  const valueOf = (name: string): number | null => sample?.values[indexOf.get(name) ?? -1] ?? null;
  const { id, label, labels, facts } = host;
  const receive = valueOf('network.all.receive');
  const send = valueOf('network.all.transmit');
  return {
    id,
    label,
    ...(labels === undefined ? {} : { labels }),
    status,
    epoch: store.head.epoch,
    intervalMs,
    minIntervalMs: unitMs,
    bootedAtMs: facts.bootedAtMs ?? null,
    ts: sample?.timestampMs ?? null,
    cpu: valueOf('cpu'),
    memory: valueOf('memory'),
    disk: highest(filesystems, sample?.values),
    network: receive === null && send === null ? null : { receive, send },
    pressure: highestOf(PRESSURES.map((name) => ({ name, percent: valueOf(`pressure.${name}.some`) }))),
    alerts: alerts === undefined ? null : countAlerts(id, alerts),
  };
}

const FILESYSTEM_USED = /^filesystem\.[^.]+\.used$/;

/** Where a catalogue has what a summary says. */
interface Places {
  readonly indexOf: ReadonlyMap<string, number>;
  readonly filesystems: readonly { readonly name: string; readonly index: number }[];
}

/** By catalogue, since a host with many metrics is summarized each second. */
const PLACES = new WeakMap<readonly MetricDescriptor[], Places>();

function placesIn(catalogue: readonly MetricDescriptor[]): Places {
  const known = PLACES.get(catalogue);
  if (known !== undefined) return known;
  const places = {
    indexOf: new Map(catalogue.map(({ name }, index) => [name, index])),
    filesystems: catalogue.flatMap(({ name, instance, label }, index) =>
      FILESYSTEM_USED.test(name) ? [{ name: instance ?? label, index }] : [],
    ),
  };
  PLACES.set(catalogue, places);
  return places;
}

function highest(
  named: readonly { readonly name: string; readonly index: number }[],
  values: readonly (number | null)[] | undefined,
): HostSummary['disk'] {
  return highestOf(named.map(({ name, index }) => ({ name, percent: values?.[index] ?? null })));
}

function highestOf(
  readings: readonly { readonly name: string; readonly percent: number | null }[],
): { name: string; percent: number } | null {
  let found: { name: string; percent: number } | null = null;
  for (const { name, percent } of readings) {
    if (percent !== null && (found === null || percent > found.percent)) found = { name, percent };
  }
  return found;
}

/** What fires now and is loud: neither acknowledged nor silenced. */
export function countAlerts(host: string, alerts: AlertBoard): NonNullable<HostSummary['alerts']> {
  let warning = 0;
  let trouble = 0;
  let worst: NonNullable<HostSummary['alerts']>['worst'] = null;
  for (const { alert } of alerts.changedAfter(host, -1)) {
    const isLoud =
      alert.state === 'firing' && alert.acknowledgedMs === null && alert.silencedUntilMs === null;
    if (!isLoud) continue;
    if (alert.severity === 'trouble') trouble += 1;
    else warning += 1;
    const isWorse = worst === null || (alert.severity === 'trouble' && worst.severity !== 'trouble');
    if (!isWorse) continue;
    const { title, metric, severity, sinceMs } = alert;
    worst = { title, metric, severity, sinceMs };
  }
  return { warning, trouble, worst };
}
