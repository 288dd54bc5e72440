import { VERSION } from '../../build-info.ts';
import { readMachineId, stableId } from '../host-identity.ts';
import type { Reading } from '../reading.ts';
import { addLiveMetrics } from './live-metrics.ts';
import { MetricSet, toAttributes, type Attribute, type Attributes } from './metric-set.ts';
import { RawTable } from './raw-table.ts';
import { StartTimes } from './start-times.ts';
import { addSystemMetrics } from './system-metrics.ts';

const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';

/** What a platform is called by the conventions, if not as by Node. */
const OS_TYPES: ReadonlyMap<string, string> = new Map([
  ['win32', 'windows'],
  ['sunos', 'solaris'],
]);

/** Turns readings into bodies of OTLP/HTTP requests. Remembers when counters began, by host. */
export class OtlpEncoder {
  readonly #startTimes = new Map<string, StartTimes>();
  readonly #resources = new Map<string, readonly Attribute[]>();

  /** An `ExportMetricsServiceRequest` in JSON; `null` if nothing is known. */
  encode(reading: Reading): string | null {
    const { host, timestampMs } = reading;
    const startTimes = this.#startTimesOf(host.id);
    startTimes.begin(host.facts.bootedAtMs ?? null);
    const set = new MetricSet((...counter) => startTimes.of(...counter));
    addSystemMetrics(set, new RawTable(reading.rawValues));
    addLiveMetrics(set, reading);
    startTimes.end(timestampMs);
    const { metrics } = set;
    if (metrics.length === 0) return null;
    return JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: this.#resourceOf(host.id, host.label) },
          scopeMetrics: [{ scope: { name: 'metrics-panel', version: VERSION }, metrics }],
          schemaUrl: SCHEMA_URL,
        },
      ],
    });
  }

  #startTimesOf(hostId: string): StartTimes {
    const known = this.#startTimes.get(hostId);
    if (known !== undefined) return known;
    const startTimes = new StartTimes();
    this.#startTimes.set(hostId, startTimes);
    return startTimes;
  }

  #resourceOf(hostId: string, label: string): readonly Attribute[] {
    const known = this.#resources.get(hostId);
    if (known !== undefined) return known;
    const attributes = toAttributes(resource(hostId, label));
    this.#resources.set(hostId, attributes);
    return attributes;
  }
}

function resource(hostId: string, label: string): Attributes {
  const machineId = readMachineId();
  return {
    'service.name': 'metrics-panel',
    'service.version': VERSION,
    // Not new with each start, which would make new series of all.
    'service.instance.id': stableId(hostId).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    'host.name': label,
    ...(machineId === null ? {} : { 'host.id': machineId }),
    'os.type': OS_TYPES.get(process.platform) ?? process.platform,
  };
}
