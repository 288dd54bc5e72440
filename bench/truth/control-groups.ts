/** Control groups of version 1, to compare the agent's metrics with. Needs root. */
import { accessSync, constants, statSync } from 'node:fs';
import { TREES_V1, type ControlGroup } from '../harness/control-group.ts';
import { emptyReading, PROCESSORS, type Reading } from './reading.ts';

/** Whether this process may create groups. */
export function canMakeGroups(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    for (const tree of TREES_V1) accessSync(`/sys/fs/cgroup/${tree}/cgroup.procs`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Linux 6.18 counts no group's transfers until a limit is set on the disk. Sets one that limits nothing. */
export function countTransfers(group: ControlGroup, folder: string): void {
  const { dev } = statSync(folder);
  const device = `${Math.floor(dev / 256) % 4096}:${dev % 256}`;
  group.set('blkio', 'blkio.throttle.read_bps_device', `${device} 1000000000000`);
}

/** `container.…` by hand. */
export function readContainer(group: ControlGroup, part: string): Reading {
  const reading = emptyReading();
  const name = `container.${part}`;
  const seconds = performance.now() / 1000;
  const share = group.number('cpuacct', 'cpuacct.usage') / 1e9 / PROCESSORS;
  reading.rates.set(`${name}.cpu`, [share * 100, seconds]);
  reading.rates.set(`${name}.read`, [transferred(group, 'Read'), seconds]);
  reading.rates.set(`${name}.write`, [transferred(group, 'Write'), seconds]);
  reading.gauges.set(`${name}.memory`, workingSet(group));
  reading.gauges.set(`${name}.memoryMax`, group.number('memory', 'memory.limit_in_bytes'));
  reading.gauges.set(`${name}.pids`, group.number('pids', 'pids.current'));
  return reading;
}

/** `limit.…` by hand. */
export function readLimits(group: ControlGroup): Reading {
  const reading = emptyReading();
  const seconds = performance.now() / 1000;
  const max = group.number('memory', 'memory.limit_in_bytes');
  const cores = group.number('cpu', 'cpu.cfs_quota_us') / group.number('cpu', 'cpu.cfs_period_us');
  reading.gauges.set('limit.memory', (workingSet(group) / max) * 100);
  reading.gauges.set('limit.memoryUsed', workingSet(group));
  reading.gauges.set('limit.memoryMax', max);
  reading.gauges.set('limit.oomKills', group.keyed('memory', 'memory.oom_control', 'oom_kill'));
  reading.rates.set('limit.cpu', [(group.number('cpuacct', 'cpuacct.usage') / 1e9 / cores) * 100, seconds]);
  reading.gauges.set('limit.cpuCores', cores);
  reading.rates.set('limit.throttled', [
    group.keyed('cpu', 'cpu.stat', 'nr_throttled') * 100,
    group.keyed('cpu', 'cpu.stat', 'nr_periods'),
  ]);
  reading.gauges.set('limit.pids', group.number('pids', 'pids.current'));
  reading.gauges.set('limit.pidsMax', group.number('pids', 'pids.max'));
  return reading;
}

function workingSet(group: ControlGroup): number {
  return (
    group.number('memory', 'memory.usage_in_bytes') -
    group.keyed('memory', 'memory.stat', 'total_inactive_file')
  );
}

/** Bytes of an operation over all disks. */
function transferred(group: ControlGroup, operation: 'Read' | 'Write'): number {
  const text = group.text('blkio', 'blkio.throttle.io_service_bytes_recursive');
  const lines = [...text.matchAll(/^\d+:\d+ (\w+) (\d+)$/gm)].filter(([, kind]) => kind === operation);
  return lines.reduce((sum, [, , bytes]) => sum + Number(bytes), 0);
}
