import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { THIS_HOST } from '../../kernel/roots.ts';
import { SharedFiles } from '../../kernel/kernel-file.ts';
import { systemCollector } from './linux.ts';

const LOAD = ['load', 'load.5', 'load.15'];
const ACTIVITY = [
  'system.contextSwitches',
  'system.interrupts',
  'system.forks',
  'system.processesRunning',
  'system.processesBlocked',
];

describe('with fixture files', () => {
  let proc = '';
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(proc, name)), { recursive: true });
    writeFileSync(join(proc, name), text);
  };
  const stat = (switches: number, interrupts: number, forks: number) =>
    write(
      'stat',
      `cpu  1 2 3 4\nintr ${interrupts} 7 8 9\nctxt ${switches}\nbtime 1\nprocesses ${forks}\nprocs_running 3\nprocs_blocked 1\n`,
    );
  const create = () => systemCollector({ proc, sys: '' });
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'system-'));
  });
  afterEach(() => {
    rmSync(proc, { recursive: true });
  });

  it('metrics exist for the files that exist', () => {
    expect(create().metrics).toEqual([]);
    expect(create().read(0)).toEqual([]);
    write('uptime', '5.00 6.00\n');
    write('loadavg', '0.00 0.01 0.05 1/2 3\n');
    const collector = create();
    expect(collector.metrics.map(({ name }) => name)).toEqual([...LOAD, 'system.uptime']);
    expect(collector.read(0)).toEqual([0, 0.01, 0.05, 5]);
    collector.close?.();
  });

  it('events are rates per second since the baseline', async () => {
    stat(1000, 100, 10);
    const collector = create();
    expect(collector.metrics.map(({ name }) => name)).toEqual(ACTIVITY);
    expect(collector.metrics.map(({ kind }) => kind)).toEqual(['rate', 'rate', 'rate', 'gauge', 'gauge']);
    await collector.prime?.(0);
    stat(1500, 101, 10);
    expect(collector.read(500)).toEqual([1000, 2, 0, 3, 1]);
    stat(5, 102, 11);
    expect(collector.read(1000)).toEqual([null, 2, 2, 3, 1]);
  });

  it('an unreadable text makes its values unknown once, and rates start again', () => {
    stat(0, 0, 0);
    write('loadavg', '1.00 2.00 3.00 1/2 3\n');
    const collector = create();
    void collector.read(0);
    write('stat', '');
    write('loadavg', '');
    expect(collector.read(1000)).toEqual([null, null, null, null, null, null, null, null]);
    stat(10, 10, 10);
    write('loadavg', '1.00 2.00 3.00 1/2 3\n');
    expect(collector.read(2000)).toEqual([1, 2, 3, null, null, null, 3, 1]);
    stat(20, 20, 20);
    expect(collector.read(3000)).toEqual([1, 2, 3, 10, 10, 10, 3, 1]);
  });

  it('the text read by another collector for the same instant is reused', () => {
    stat(0, 0, 0);
    const shared = new SharedFiles({ proc });
    const collector = systemCollector({ proc, sys: '' }, shared);
    shared.stat.read(0);
    stat(10, 10, 10);
    expect(collector.read(0)).toEqual([null, null, null, 3, 1]);
    expect(collector.read(1000)).toEqual([10, 10, 10, 3, 1]);
  });
});

describe.runIf(process.platform === 'linux')('on this host', () => {
  it('the values agree with those of other tools', async () => {
    const collector = systemCollector(THIS_HOST);
    await collector.prime?.(0);
    const before = Number(/^ctxt (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
    const values = await collector.read(1000);
    const names = collector.metrics.map(({ name }) => name);
    const value = (name: string) => values[names.indexOf(name)] ?? Number.NaN;
    expect(names).toEqual([...LOAD, ...ACTIVITY, 'system.fileHandles', 'system.uptime']);
    for (const [index, load] of loadavg().entries())
      expect(Math.abs(value(LOAD[index] ?? '') - load)).toBeLessThan(1);
    expect(Math.abs(value('system.uptime') - uptime())).toBeLessThan(2);
    expect(value('system.contextSwitches')).toBeGreaterThanOrEqual(0);
    expect(value('system.contextSwitches')).toBeLessThan(before);
    expect(value('system.processesRunning')).toBeGreaterThanOrEqual(1);
    const handles = Number(readFileSync('/proc/sys/fs/file-nr', 'latin1').split('\t')[0]);
    expect(Math.abs(value('system.fileHandles') - handles)).toBeLessThan(handles / 2);
    collector.close?.();
  });
});
