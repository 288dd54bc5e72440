import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Collector, Values } from './collector.ts';
import { THIS_HOST } from './kernel/roots.ts';
import { createCollectors, readsKernel } from './sources.ts';

const UNITS = ['percent', 'bytes', 'bytes/s', '/s', 'count', 'ms', 's', 'Hz', '°C', 'rpm', 'W'];
const GROUPS = [
  'CPU',
  'Memory',
  'Network',
  'Disks',
  'Filesystems',
  'Pressure',
  'System',
  'Sockets',
  'Sensors',
  'Limits',
  'Containers',
  'Processes',
];
const BUSY_PROCESS = fileURLToPath(new URL('../testing/busy-process.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const silent = { warn: () => {} };
let collectors: Collector[] = [];

afterEach(() => {
  for (const collector of collectors) collector.close?.();
  collectors = [];
});

/** Closed after the test. */
function create(source: 'linux' | 'systeminformation'): Collector[] {
  const created = createCollectors({ source, roots: THIS_HOST, processArguments: false }, silent);
  collectors.push(...created);
  return created;
}

async function primeAll(all: readonly Collector[], atMs = performance.now()): Promise<void> {
  await Promise.all(all.map((collector) => Promise.resolve(collector.prime?.(atMs))));
}

function readAll(all: readonly Collector[], atMs = performance.now()): Promise<Values[]> {
  return Promise.all(all.map((collector) => Promise.resolve(collector.read(atMs))));
}

const catalogueOf = (all: readonly Collector[]): MetricDescriptor[] => all.flatMap(({ metrics }) => metrics);

/** Keeps one processor busy. */
function computeFor(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

/** Kernel files this process has open. */
function openKernelFiles(): string[] {
  return readdirSync('/proc/self/fd')
    .map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return '';
      }
    })
    .filter((path) => /^\/(?:proc|sys)\//.test(path) && !path.endsWith('/fd'))
    .toSorted();
}

describe.each(['linux', 'systeminformation'] as const)('the source %s', (source) => {
  it('describes each of its values well', async () => {
    const all = create(source);
    await primeAll(all);
    const answers = await readAll(all);
    for (const [index, { subject, metrics }] of all.entries()) {
      expect(answers[index], subject).toHaveLength(metrics.length);
    }
    const catalogue = catalogueOf(all);
    const names = catalogue.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, label, unit, help, group, min, max } of catalogue) {
      expect(name).toMatch(/^[\w:@+~-]+(\.[\w:@+~-]+)*$/);
      expect(label.trim(), name).not.toBe('');
      expect(UNITS, name).toContain(unit);
      expect(GROUPS, name).toContain(group);
      expect(help, name).toMatch(/^\S.*\S\.$/);
      if (unit === 'percent') expect([min, max], name).toEqual([0, 100]);
    }
  });

  it('has contiguous groups in order, and a unique subject per collector', async () => {
    const all = create(source);
    await primeAll(all);
    const groups = catalogueOf(all).map(({ group }) => group);
    const pieces = groups.filter((group, index) => group !== groups[index - 1]);
    expect(pieces).toEqual(GROUPS.filter((group) => pieces.includes(group)));
    expect(pieces).toEqual(expect.arrayContaining(['CPU', 'Memory', 'Network', 'Filesystems', 'System']));
    expect(new Set(all.map(({ subject }) => subject)).size).toBe(all.length);
  });

  it('yields only finite numbers, and percentages from 0 to 100', async () => {
    const all = create(source);
    await primeAll(all);
    computeFor(200);
    const values = (await readAll(all)).flat();
    for (const [index, { name, unit, kind }] of catalogueOf(all).entries()) {
      const value = values[index] ?? null;
      if (value === null) continue;
      expect(Number.isFinite(value), name).toBe(true);
      if (kind === 'rate' || unit === 'percent') expect(value, name).toBeGreaterThanOrEqual(0);
      if (unit === 'percent') expect(value, name).toBeLessThanOrEqual(100);
    }
  });

  it('keeps the same catalogue while nothing appears or vanishes', async () => {
    const all = create(source);
    await primeAll(all);
    await readAll(all);
    const before = all.map(({ metrics }) => metrics);
    await readAll(all);
    for (const [index, { subject, metrics }] of all.entries()) expect(metrics, subject).toBe(before[index]);
  });

  it('has CPU after its baseline, whatever the wall clock does', async () => {
    const [cpu] = create(source);
    await cpu?.prime?.(performance.now());
    computeFor(100);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      const [load] = (await cpu?.read(performance.now())) ?? [];
      expect(load).toBeGreaterThan(0);
      expect(load).toBeLessThanOrEqual(100);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has memory whose used and available parts add up to the total', async () => {
    const memory = create(source).find(({ subject }) => subject === 'memory');
    const values = await memory?.read(performance.now());
    const of = (name: string): number =>
      Number(values?.[memory?.metrics.findIndex((metric) => metric.name === name) ?? -1]);
    expect(of('memory.used') + of('memory.available')).toBe(of('memory.total'));
    expect(of('memory')).toBeCloseTo((of('memory.used') / of('memory.total')) * 100, 2);
    expect(of('memory.total')).toBeGreaterThan(64 * 1024 * 1024);
  });

  it('closes every file', async () => {
    const before = openKernelFiles();
    const all = create(source);
    await primeAll(all);
    await readAll(all);
    const between = openKernelFiles().length;
    for (const collector of all) collector.close?.();
    expect(openKernelFiles()).toEqual(before);
    if (source === 'linux') expect(between).toBeGreaterThan(before.length);
  });
});

describe('the choice of a source', () => {
  it.each([
    ['auto', 'linux', true],
    ['auto', 'darwin', false],
    ['auto', 'win32', false],
    ['linux', 'linux', true],
    ['systeminformation', 'linux', false],
  ] as const)('%s on %s: the kernel is read: %s', (source, platform, reads) => {
    expect(readsKernel(source, platform)).toBe(reads);
  });
});

/** How far two correct readings may be apart, by name: in the metric's unit, or as a share of the larger one. */
const TOLERANCES: readonly { readonly name: RegExp; readonly share: number; readonly floor: number }[] = [
  { name: /^cpu/, share: 0, floor: 10 },
  { name: /^memory$/, share: 0, floor: 2 },
  { name: /^memory\.total$/, share: 0, floor: 0 },
  { name: /^memory\./, share: 0, floor: os.totalmem() * 0.02 },
  { name: /^filesystem\..*\.used$/, share: 0, floor: 1 },
  { name: /^filesystem\./, share: 0.01, floor: 64e6 },
  { name: /^disk\.all\./, share: 0.2, floor: 1e6 },
  { name: /^network\..*\.(?:receive|transmit)$/, share: 0.2, floor: 100e3 },
  { name: /^network\./, share: 0.2, floor: 5 },
  { name: /^load/, share: 0.2, floor: 0.5 },
  { name: /^system\.uptime$/, share: 0, floor: 2 },
  { name: /^temperature\./, share: 0, floor: 5 },
  { name: /^battery\./, share: 0, floor: 1 },
];

function tolerance(name: string, values: readonly [number, number]): number {
  const rule = TOLERANCES.find((candidate) => candidate.name.test(name));
  if (rule === undefined) throw new RangeError(`nobody has said how far ${name} may be apart`);
  return Math.max(rule.floor, rule.share * Math.max(...values));
}

/** Minimum load caused by busy-process.ts, so that there is something to agree on. */
const LEAST_UNDER_LOAD = { cpu: 25, 'disk.all.write': 1e6, 'network.lo.receive': 300e3 };

describe('the two sources', () => {
  it('agree about a busy host wherever both have a value', async () => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    const folder = mkdtempSync(join(ROOT, '.cache/busy-'));
    const busy = spawn(process.execPath, ['--import', 'tsx', BUSY_PROCESS, folder], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface(busy.stdout);
      const kernel = create('linux');
      const reference = create('systeminformation');
      await once(lines, 'line');
      await primeAll(reference);
      await primeAll(kernel);
      for (let line = 0; line < 4; line += 1) await once(lines, 'line');
      const valuesOf = async (all: readonly Collector[]): Promise<Map<string, number>> => {
        const values = (await readAll(all)).flat();
        const known = catalogueOf(all).map(({ name }, index) => [name, values[index] ?? null] as const);
        return new Map(known.filter((entry): entry is readonly [string, number] => entry[1] !== null));
      };
      let [ours, theirs] = [new Map<string, number>(), new Map<string, number>()];
      const commonNames = (): string[] => [...theirs.keys()].filter((name) => ours.has(name));
      const readApart = async (): Promise<unknown[]> => {
        for (let line = 0; line < 2; line += 1) await once(lines, 'line');
        [ours, theirs] = [await valuesOf(kernel), await valuesOf(reference)];
        return commonNames()
          .map((name) => [name, ours.get(name) ?? Number.NaN, theirs.get(name) ?? Number.NaN] as const)
          .filter(([name, one, other]) => !(Math.abs(one - other) <= tolerance(name, [one, other])));
      };
      // On a busy machine the two may be read at very different moments.
      await expect.poll(readApart).toEqual([]);
      const common = commonNames();
      expect(common).toEqual(
        expect.arrayContaining([
          'cpu',
          'cpu.core.0',
          'memory',
          'load',
          'system.uptime',
          'filesystem.root.used',
          ...Object.keys(LEAST_UNDER_LOAD),
        ]),
      );
      for (const [name, least] of Object.entries(LEAST_UNDER_LOAD)) {
        expect(ours.get(name), name).toBeGreaterThan(least);
      }
      const unlike = common.filter((name) => {
        const [one, other] = [kernel, reference].map((all) =>
          catalogueOf(all).find((metric) => metric.name === name),
        );
        return one?.unit !== other?.unit || one?.label !== other?.label || one?.kind !== other?.kind;
      });
      expect(unlike).toEqual([]);
    } finally {
      busy.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });
});
