import type { HostSummary } from '../../shared/protocol/messages.ts';
import { linesOf } from './thresholds.ts';

/** How a host is, the gravest first; each has a shape, a word and a colour of its own. */
export const HOST_MARKS = ['down', 'trouble', 'warning', 'unknown', 'up'] as const;
export type HostMark = (typeof HOST_MARKS)[number];

/** What is read of a host. */
export type Reading = 'cpu' | 'memory' | 'disk' | 'network' | 'pressure';
export type Tone = 'trouble' | 'warning' | null;

/** What stands for the readings in the table of thresholds: all filesystems have the same lines. */
const METRICS = { memory: 'memory', disk: 'filesystem.root.used' } as const;

/** A host that evaluates no alerts is judged by what it has least of: disk and memory. */
export function markOf(host: HostSummary): HostMark {
  const { status, alerts } = host;
  if (status.state === 'down' || status.state === 'unknown') return status.state;
  if (alerts !== null) return alerts.trouble > 0 ? 'trouble' : alerts.warning > 0 ? 'warning' : 'up';
  const tones = [limitTone('disk', host), limitTone('memory', host)];
  return tones.includes('trouble') ? 'trouble' : tones.includes('warning') ? 'warning' : 'up';
}

/** Whether a reading is beyond a limit, or what the worst alert is about. */
export function toneOf(reading: Reading, host: HostSummary): Tone {
  const { status, alerts } = host;
  if (status.state === 'down' || status.state === 'unknown') return null;
  const worst = alerts?.worst ?? null;
  if (worst !== null && readingOf(worst.metric) === reading)
    return worst.severity === 'trouble' ? 'trouble' : 'warning';
  return reading === 'disk' || reading === 'memory' ? limitTone(reading, host) : null;
}

function limitTone(reading: 'disk' | 'memory', { disk, memory }: HostSummary): Tone {
  const percent = (reading === 'disk' ? disk?.percent : memory) ?? null;
  if (percent === null) return null;
  return linesOf(METRICS[reading]).find(({ at }) => percent >= at)?.level ?? null;
}

const READINGS: readonly (readonly [prefix: string, reading: Reading])[] = [
  ['cpu', 'cpu'],
  ['memory', 'memory'],
  ['limit.memory', 'memory'],
  ['filesystem.', 'disk'],
  ['network.', 'network'],
  ['pressure.', 'pressure'],
];

/** `null` for a metric that the overview does not show. */
function readingOf(metric: string | null): Reading | null {
  return READINGS.find(([prefix]) => metric?.startsWith(prefix) === true)?.[1] ?? null;
}
