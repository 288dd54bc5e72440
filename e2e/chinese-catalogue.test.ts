import { describe, expect, it } from 'vitest';
import { AGENT_METRICS, costMetrics } from '../agent/sampling/collectors/agent/metrics.ts';
import { containerMetrics } from '../agent/sampling/collectors/containers/metrics.ts';
import {
  coreMetrics,
  cpuFrequencyMetric,
  cpuMetric,
  cpuStateMetrics,
} from '../agent/sampling/collectors/cpu/metrics.ts';
import { diskMetrics, diskTotals } from '../agent/sampling/collectors/disks/metrics.ts';
import { filesystemMetrics } from '../agent/sampling/collectors/filesystems/metrics.ts';
import {
  CPU_LIMIT_METRICS,
  MEMORY_LIMIT_METRICS,
  OOM_KILLS_METRIC,
  PIDS_LIMIT_METRICS,
} from '../agent/sampling/collectors/limits/metrics.ts';
import { cacheMetrics, memoryMetrics, swapMetrics } from '../agent/sampling/collectors/memory/metrics.ts';
import { interfaceMetrics, networkTotals } from '../agent/sampling/collectors/network/metrics.ts';
import { pressureMetric, RESOURCES } from '../agent/sampling/collectors/pressure/metrics.ts';
import { processMetrics, processTable } from '../agent/sampling/collectors/processes/metrics.ts';
import { stateWord } from '../agent/sampling/collectors/processes/proc-pid-stat.ts';
import {
  batteryMetric,
  energyMetric,
  fanMetric,
  powerMetric,
  temperatureMetric,
} from '../agent/sampling/collectors/sensors/metrics.ts';
import { socketMetrics } from '../agent/sampling/collectors/sockets/metrics.ts';
import {
  activityMetrics,
  fileHandlesMetric,
  loadMetrics,
  uptimeMetric,
} from '../agent/sampling/collectors/system/metrics.ts';
import { createCollectors } from '../agent/sampling/sources.ts';
import { THIS_HOST } from '../agent/sampling/kernel/roots.ts';
import { labelOf, translate, translateAt } from '../web/locales/agent-texts.ts';
import { zhCn } from '../web/locales/zh-cn.ts';

const SOURCE = 'linux';
/** In no language. */
const THING = '⌘';
const EVERY_PART = { hasCpu: true, hasMemory: true, hasMemoryMax: true, hasPids: true, hasIo: true };
const SUBJECTS = (['linux', 'systeminformation'] as const).flatMap((source) =>
  createCollectors({ source, roots: THIS_HOST, processArguments: true }, { warn: () => {} }).map(
    ({ subject }) => subject,
  ),
);

const CATALOGUE = [
  cpuMetric(SOURCE),
  ...cpuStateMetrics(SOURCE),
  cpuFrequencyMetric(SOURCE),
  ...coreMetrics('7', { withStates: true, withFrequency: true }, SOURCE),
  ...memoryMetrics(SOURCE),
  ...cacheMetrics(SOURCE),
  ...swapMetrics(SOURCE),
  ...networkTotals(SOURCE),
  ...interfaceMetrics(SOURCE, 'thing', THING),
  ...diskTotals(SOURCE),
  ...diskMetrics(SOURCE, 'thing', THING),
  ...filesystemMetrics(SOURCE, 'thing', THING),
  ...RESOURCES.flatMap((resource) => [
    pressureMetric(resource, 'some', SOURCE),
    pressureMetric(resource, 'full', SOURCE),
  ]),
  ...loadMetrics(SOURCE),
  ...activityMetrics(SOURCE),
  fileHandlesMetric(SOURCE),
  uptimeMetric(SOURCE),
  ...socketMetrics(SOURCE),
  ...[temperatureMetric, fanMetric, powerMetric, energyMetric, batteryMetric].map((metric) =>
    metric('thing', THING),
  ),
  ...MEMORY_LIMIT_METRICS,
  OOM_KILLS_METRIC,
  ...CPU_LIMIT_METRICS,
  ...PIDS_LIMIT_METRICS,
  ...containerMetrics('thing', THING, EVERY_PART),
  ...processMetrics(SOURCE),
  ...AGENT_METRICS,
  ...[...new Set(['agent', ...SUBJECTS])].flatMap(costMetrics),
];
/** Terms that a Chinese reader knows in Latin letters. */
const isChinese = (text: string): boolean =>
  !/[a-z]/i.test(text.replaceAll(/CPU|I\/O|TCP|UDP|TIME_WAIT|inode|PID/g, ''));

describe('the agent in Chinese', () => {
  it('has a label for every metric, and each its own', () => {
    const labels = CATALOGUE.map((metric) => labelOf(metric, zhCn));
    expect(labels.filter((label) => !isChinese(label))).toEqual([]);
    const ofOneGroup = CATALOGUE.map((metric) => `${metric.group} ${labelOf(metric, zhCn)} ${metric.unit}`);
    // Power is either measured or counted.
    expect(ofOneGroup.length - new Set(ofOneGroup).size).toBe(1);
  });

  it('has no label for a metric that no longer is', () => {
    const names = CATALOGUE.map(({ name }) => name);
    const unused = Object.keys(zhCn.labels).filter((pattern) => {
      const shape = new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[^.]+')}$`);
      return !names.some((name) => shape.test(name));
    });
    expect(unused).toEqual([]);
  });

  it('has words for every subject, for the table and for what is in it', () => {
    const table = processTable(SOURCE, true);
    const texts = [
      ...CATALOGUE.map(({ group }) => group),
      table.group,
      table.label,
      ...table.columns.map(({ label }) => label),
    ];
    expect(texts.map((text) => translate(text, zhCn)).filter((text) => !isChinese(text))).toEqual([]);
    const states = 'RSDTtZXIP'.split('').map((letter) => stateWord(letter.codePointAt(0) ?? 0) ?? '');
    expect(
      states.map((state) => translateAt('state', state, zhCn)).filter((text) => !isChinese(text)),
    ).toEqual([]);
  });
});
