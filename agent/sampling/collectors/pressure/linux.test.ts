import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { THIS_HOST } from '../../kernel/roots.ts';
import { pressureCollector, parseStalled } from './linux.ts';
import { linksOf, seriesOf } from '../../testing/series.ts';

const lines = (someUs: number, fullUs: number | null) =>
  `some avg10=0.00 avg60=0.00 avg300=0.00 total=${someUs}\n${fullUs === null ? '' : `full avg10=0.00 avg60=0.00 avg300=0.00 total=${fullUs}\n`}`;

describe('with fixture files', () => {
  let proc = '';
  const write = (name: string, text: string) => writeFileSync(join(proc, 'pressure', name), text);
  const create = () => pressureCollector({ proc, sys: '' });
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'pressure-'));
    mkdirSync(join(proc, 'pressure'));
  });
  afterEach(() => {
    rmSync(proc, { recursive: true });
  });

  it('there are no metrics without readable pressure files', () => {
    rmSync(join(proc, 'pressure'), { recursive: true });
    expect(create().metrics).toEqual([]);
    expect(create().read(0)).toEqual([]);
    // A folder can be opened but not read, like the files of a kernel started without PSI.
    mkdirSync(join(proc, 'pressure', 'cpu'), { recursive: true });
    expect(create().metrics).toEqual([]);
  });

  it('an old kernel without `full` for processors has no such metric', () => {
    write('cpu', lines(0, null));
    write('io', lines(0, 0));
    const collector = create();
    expect(collector.metrics.map(({ name }) => name)).toEqual([
      'pressure.cpu.some',
      'pressure.io.some',
      'pressure.io.full',
    ]);
    expect(collector.metrics[0]).toMatchObject({
      unit: 'percent',
      kind: 'rate',
      min: 0,
      max: 100,
      group: 'Pressure',
    });
    collector.close?.();
  });

  it('the share of time is that since the baseline, at most 100 %', async () => {
    write('io', lines(5_000_000, 1_000_000));
    const collector = create();
    await collector.prime?.(0);
    write('io', lines(5_250_000, 1_010_000));
    expect(collector.read(1000)).toEqual([25, 1]);
    write('io', lines(5_352_000, 1_010_000));
    expect(collector.read(1100)).toEqual([100, 0]);
  });

  it('has the totals as raw values, in seconds', async () => {
    write('cpu', lines(5_000_000, 0));
    write('io', lines(2_500_000, 1_000_000));
    const collector = create();
    void collector.read(0);
    expect(seriesOf(collector.rawValues?.())).toEqual({
      node_pressure_cpu_waiting_seconds_total: 5,
      metrics_panel_pressure_cpu_stalled_seconds_total: 0,
      node_pressure_io_waiting_seconds_total: 2.5,
      node_pressure_io_stalled_seconds_total: 1,
    });
    expect(Object.values(linksOf(collector.rawValues?.()))).toEqual(
      collector.metrics.map(({ name }) => name),
    );
    collector.close?.();
  });

  it('is unknown on the first reading, after a total went backwards, and while unreadable', () => {
    write('io', lines(5_000_000, 1_000_000));
    const collector = create();
    expect(collector.read(0)).toEqual([null, null]);
    write('io', lines(10, 1_000_000));
    expect(collector.read(1000)).toEqual([null, 0]);
    write('io', '');
    expect(collector.read(2000)).toEqual([null, null]);
    write('io', lines(20, 1_000_000));
    expect(collector.read(3000)).toEqual([null, null]);
    write('io', lines(500_020, 1_000_000));
    expect(collector.read(4000)).toEqual([50, 0]);
  });
});

describe.runIf(existsSync('/proc/pressure'))('on this host', () => {
  it('the share is the growth of the kernel total', async () => {
    const total = () => Number(/total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'latin1'))?.[1]);
    const collector = pressureCollector(THIS_HOST);
    const outerBefore = total();
    await collector.prime?.(0);
    const innerBefore = total();
    const until = performance.now() + 50;
    while (performance.now() < until) Math.sqrt(until);
    const innerAfter = total();
    const [some = null] = await collector.read(10_000);
    const outerAfter = total();
    const someUs = ((some ?? Number.NaN) / 100) * 10_000_000;
    // Two decimals of a percent of 10 s are 1000 µs.
    expect(someUs).toBeGreaterThanOrEqual(innerAfter - innerBefore - 1000);
    expect(someUs).toBeLessThanOrEqual(outerAfter - outerBefore + 1000);
    collector.close?.();
  });
});

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'latin1');

it.each([
  ['io', [3_880_955, 3_630_191]],
  ['cpu-linux-5.4', [8_500_422, null]],
  ['memory-starved', [18_446_744_073_709, 17_446_744_073_709]],
])('the time stalled in %s is %j µs', (name, stalled) => {
  expect(parseStalled(fixture(name))).toEqual(stalled);
});

it.each(['', 'some', 'some avg10=0.00\n', 'odd total=5'])('the text %j has no stalled time', (text) => {
  expect(parseStalled(text)).toEqual([null, null]);
});
