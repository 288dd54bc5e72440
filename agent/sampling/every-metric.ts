import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { AGENT_METRICS, costMetrics, HISTORY_METRICS } from './collectors/agent/metrics.ts';
import { containerMetrics } from './collectors/containers/metrics.ts';
import { coreMetrics, cpuFrequencyMetric, cpuMetric, cpuStateMetrics } from './collectors/cpu/metrics.ts';
import { diskMetrics, diskTotals } from './collectors/disks/metrics.ts';
import { filesystemMetrics } from './collectors/filesystems/metrics.ts';
import {
  CPU_LIMIT_METRICS,
  MEMORY_LIMIT_METRICS,
  OOM_KILLS_METRIC,
  PIDS_LIMIT_METRICS,
} from './collectors/limits/metrics.ts';
import {
  cacheMetrics,
  hugePagesMetrics,
  memoryMetrics,
  oomKillsMetric,
  swapMetrics,
  zfsCacheMetrics,
} from './collectors/memory/metrics.ts';
import { interfaceMetrics, networkTotals } from './collectors/network/metrics.ts';
import { pressureMetric, RESOURCES } from './collectors/pressure/metrics.ts';
import { processMetrics } from './collectors/processes/metrics.ts';
import {
  batteryMetric,
  energyMetric,
  fanMetric,
  powerMetric,
  temperatureMetric,
} from './collectors/sensors/metrics.ts';
import { socketMetrics } from './collectors/sockets/metrics.ts';
import {
  activityMetrics,
  fileHandlesMetric,
  loadMetrics,
  uptimeMetric,
} from './collectors/system/metrics.ts';

const EVERY_PART = { hasCpu: true, hasMemory: true, hasMemoryMax: true, hasPids: true, hasIo: true };

/**
 * Every metric an agent can have on any host, with a single instance of each kind of thing that comes and goes (disks, interfaces).
 * @param part that instance's part of the metrics' names
 * @param label its display name
 * @param subjects collectors whose cost is measured
 */
export function everyMetric(
  source: string,
  part: string,
  label: string,
  subjects: readonly string[],
): readonly MetricDescriptor[] {
  return [
    cpuMetric(source),
    ...cpuStateMetrics(source),
    cpuFrequencyMetric(source),
    ...coreMetrics(part, { withStates: true, withFrequency: true }, source),
    ...memoryMetrics(source),
    ...cacheMetrics(source),
    ...zfsCacheMetrics(source),
    ...hugePagesMetrics(source),
    ...swapMetrics(source),
    oomKillsMetric(source),
    ...networkTotals(source),
    ...interfaceMetrics(source, part, label),
    ...diskTotals(source),
    ...diskMetrics(source, part, label),
    ...filesystemMetrics(source, part, label),
    ...RESOURCES.flatMap((resource) => [
      pressureMetric(resource, 'some', source),
      pressureMetric(resource, 'full', source),
    ]),
    ...loadMetrics(source),
    ...activityMetrics(source),
    fileHandlesMetric(source),
    uptimeMetric(source),
    ...socketMetrics(source),
    ...[temperatureMetric, fanMetric, powerMetric, energyMetric, batteryMetric].map((metric) =>
      metric(part, label),
    ),
    ...MEMORY_LIMIT_METRICS,
    OOM_KILLS_METRIC,
    ...CPU_LIMIT_METRICS,
    ...PIDS_LIMIT_METRICS,
    ...containerMetrics(part, label, EVERY_PART),
    ...processMetrics(source),
    ...AGENT_METRICS,
    ...HISTORY_METRICS,
    ...subjects.flatMap(costMetrics),
  ];
}
