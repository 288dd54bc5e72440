import { html, type TemplateResult } from 'lit';
import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { formatReading, formatValue, write } from '../../locales/format.ts';
import { toneOf, type Reading } from '../../state/host-mark.ts';
import type { RecentValues } from './host-readings.ts';
import { markShape } from './host-shapes.ts';
import type { Words } from './host-words.ts';

/** The newest that is known of a host: of its summary, or of its samples if somebody looks at it. */
export interface HostValues {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: HostSummary['disk'];
  /** Bytes a second, both ways together. */
  readonly network: number | null;
  readonly pressure: number | null;
}

export function valuesOf(
  { ts, cpu, memory, disk, network, pressure }: HostSummary,
  recent: RecentValues | undefined,
): HostValues {
  if (recent?.newestMs !== null && recent !== undefined && recent.newestMs > (ts ?? 0)) {
    const receive = recent.newest('receive');
    const send = recent.newest('send');
    return {
      cpu: recent.newest('cpu'),
      memory: recent.newest('memory'),
      disk,
      network: receive === null && send === null ? null : (receive ?? 0) + (send ?? 0),
      pressure: recent.newest('pressure'),
    };
  }
  return {
    cpu,
    memory,
    disk,
    network: network === null ? null : (network.receive ?? 0) + (network.send ?? 0),
    pressure: pressure?.percent ?? null,
  };
}

/** A number with its unit; beyond its limit also with a shape. */
export function numberView(
  reading: Reading,
  host: HostSummary,
  values: HostValues,
  { language: { tag } }: Words,
): TemplateResult {
  const tone = toneOf(reading, host);
  const { number, unit } =
    reading === 'network'
      ? formatValue(values.network, 'bytes/s', tag)
      : reading === 'disk'
        ? { number: wholePercent(values.disk?.percent ?? null, tag), unit: values.disk === null ? '' : '%' }
        : formatValue(values[reading], 'percent', tag);
  return html`<span class="number ${tone ?? ''}"
    >${tone === null ? '' : markShape(tone)}<b>${number}</b>${unit === '' ? '' : html` <small>${unit}</small>`}</span
  >`;
}

function wholePercent(percent: number | null, tag: string): string {
  return percent === null
    ? formatReading(null, 'percent', tag)
    : write(percent, { maximumFractionDigits: 0 }, tag);
}

const PRESSURE_TONES: Readonly<Record<string, string>> = { cpu: 'cpu', memory: 'memory', io: 'io' };
/** Below it there is nothing to ask who waits for what. */
const FELT = 5;

/** The class with the colour of what is waited for. */
export function pressureTone({ pressure }: HostSummary): string {
  return pressure === null || pressure.percent < FELT ? 'calm' : (PRESSURE_TONES[pressure.name] ?? 'calm');
}

/** How full the fullest disk is, with a mark where it is too full. */
export function diskBar(host: HostSummary): TemplateResult {
  const percent = Math.min(100, Math.max(0, host.disk?.percent ?? 0));
  // No inline style: the page forbids them.
  return html`<svg
    class="disk ${toneOf('disk', host) ?? ''}"
    viewBox="0 0 100 6"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect width=${percent.toFixed(0)} height="6" />
    <path d="M90 0v6" />
  </svg>`;
}
