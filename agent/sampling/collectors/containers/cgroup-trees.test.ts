import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { containersCollector } from './linux.ts';

const ID = 'c'.repeat(64);

it('each controller is read from its own tree, also if version 1 has only some of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cgroup-trees-'));
  // Readings take no time, however slow this machine is.
  const now = vi.spyOn(performance, 'now').mockReturnValue(5000);
  onTestFinished(() => {
    now.mockRestore();
    rmSync(folder, { recursive: true });
  });
  const group = `system.slice/docker-${ID}.scope`;
  const files = {
    'unified/cgroup.controllers': 'memory io\n',
    [`unified/${group}/memory.current`]: '40000000\n',
    [`unified/${group}/memory.stat`]: 'inactive_file 10000000\n',
    [`unified/${group}/memory.max`]: '64000000\n',
    [`unified/${group}/io.stat`]: '8:0 rbytes=1000 wbytes=2000 rios=1 wios=1 dbytes=0 dios=0\n',
    [`cpu,cpuacct/${group}/cpuacct.usage`]: '5000000000\n',
    [`pids/${group}/pids.current`]: '7\n',
  };
  for (const [path, text] of Object.entries(files)) {
    const whole = join(folder, 'sys/fs/cgroup', path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
  const containers = containersCollector({ proc: join(folder, 'proc'), sys: join(folder, 'sys') }, []);
  await containers.prime?.(0);
  writeFileSync(join(folder, 'sys/fs/cgroup/cpu,cpuacct', group, 'cpuacct.usage'), '5000000001\n');
  const values = await containers.read(1000);
  const byName = Object.fromEntries(
    containers.metrics.map(({ name }, index) => [name.split('.').at(-1), values[index]]),
  );
  expect(byName).toMatchObject({
    cpu: 0,
    memory: 30_000_000,
    memoryMax: 64_000_000,
    pids: 7,
    read: 0,
    write: 0,
  });
  containers.close?.();
});
