import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCgroupMembership, parseCgroupMounts, cgroupWay } from '../../kernel/cgroup/location.ts';

const CONTROLLERS = ['memory', 'cpu', 'cpuacct', 'pids'] as const;
const NAME = `metrics-panel-test-${process.pid}`;

/** A cgroup below this process's own, so that its limits still apply; `null` if none can be created. */
function groupFor(controller: string): string | null {
  const mounts = parseCgroupMounts(readFileSync('/proc/self/mountinfo', 'latin1'));
  const own = cgroupWay(
    controller,
    mounts,
    parseCgroupMembership(readFileSync('/proc/self/cgroup', 'latin1')),
  );
  const [folder] = own?.folders ?? [];
  if (own?.version !== 1 || folder === undefined) return null;
  try {
    accessSync(folder, constants.W_OK);
    return `${folder}/${NAME}`;
  } catch {
    return null;
  }
}

const groups = new Map(CONTROLLERS.map((controller) => [controller, groupFor(controller)]));
const canLimit = process.getuid?.() === 0 && [...groups.values()].every((group) => group !== null);
const why = canLimit ? '' : ' (skipped: needs root and writable control groups of version 1)';

const pathOf = (controller: (typeof CONTROLLERS)[number], file: string) =>
  `${groups.get(controller)}/${file}`;
const write = (controller: (typeof CONTROLLERS)[number], file: string, text: string) =>
  writeFileSync(pathOf(controller, file), text);
const numberOf = (controller: (typeof CONTROLLERS)[number], file: string, key: RegExp) =>
  Number(key.exec(readFileSync(pathOf(controller, file), 'utf8'))?.[1]);

describe.skipIf(!canLimit)(`the limits that the kernel really enforces${why}`, () => {
  let limited: ChildProcess | undefined;

  async function valuesAfter(order: string): Promise<Record<string, number | null>> {
    if (limited === undefined) throw new Error('it has not begun');
    limited.send(order);
    const [values] = (await once(limited, 'message')) as [Record<string, number | null>];
    return values;
  }

  beforeAll(async () => {
    for (const group of groups.values()) if (group !== null) mkdirSync(group);
    write('memory', 'memory.limit_in_bytes', String(64 * 2 ** 20));
    // So little that a process gets it even on a busy machine.
    write('cpu', 'cpu.cfs_quota_us', '10000');
    write('pids', 'pids.max', '50');
    limited = fork(fileURLToPath(new URL('testing/limited-process.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
    });
    // Limit it only after it has started.
    await once(limited, 'message');
    for (const controller of CONTROLLERS) write(controller, 'cgroup.procs', String(limited.pid));
  });

  afterAll(async () => {
    if (limited?.kill('SIGKILL') === true) await once(limited, 'exit');
    for (const group of groups.values()) if (group !== null) rmdirSync(group);
  });

  it('are read together with their use', async () => {
    const values = await valuesAfter('begin');
    const used =
      numberOf('memory', 'memory.usage_in_bytes', /(\d+)/) -
      numberOf('memory', 'memory.stat', /total_inactive_file (\d+)/);
    expect(values).toMatchObject({
      'limit.memoryMax': 64 * 2 ** 20,
      'limit.cpuCores': 0.1,
      'limit.pidsMax': 50,
    });
    expect(values['limit.pids']).toBe(numberOf('pids', 'pids.current', /(\d+)/));
    expect(Math.abs((values['limit.memoryUsed'] ?? Number.NaN) - used)).toBeLessThan(4 * 2 ** 20);
    expect(values['limit.memory']).toBeCloseTo(((values['limit.memoryUsed'] ?? 0) / (64 * 2 ** 20)) * 100, 1);
    expect(values['limit.oomKills']).toBe(0);
  });

  it('show a busy process as throttled at its quota', async () => {
    await valuesAfter('begin');
    const counts = () => ({
      atMs: performance.now(),
      usedMs: numberOf('cpuacct', 'cpuacct.usage', /(\d+)/) / 1e6,
      periods: numberOf('cpu', 'cpu.stat', /nr_periods (\d+)/),
      throttled: numberOf('cpu', 'cpu.stat', /nr_throttled (\d+)/),
    });
    const before = counts();
    const values = await valuesAfter('burn');
    const after = counts();
    const cpu = ((after.usedMs - before.usedMs) / (after.atMs - before.atMs) / 0.1) * 100;
    const throttled = ((after.throttled - before.throttled) / (after.periods - before.periods)) * 100;
    expect(Math.abs((values['limit.cpu'] ?? Number.NaN) - Math.min(cpu, 100))).toBeLessThan(15);
    expect(values['limit.cpu']).toBeGreaterThan(50);
    expect(Math.abs((values['limit.throttled'] ?? Number.NaN) - throttled)).toBeLessThan(15);
    expect(values['limit.throttled']).toBeGreaterThan(50);
  });

  it('count a process killed at its memory limit', async () => {
    const { 'limit.oomKills': before } = await valuesAfter('begin');
    const { 'limit.oomKills': after } = await valuesAfter('overflow');
    expect([before, after]).toEqual([0, 1]);
    expect(numberOf('memory', 'memory.oom_control', /oom_kill (\d+)/)).toBe(1);
  });
});
