import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCgroupMembership } from './location.ts';
import { parseCgroupMounts } from './location.ts';
import { cgroupWay } from './location.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cgroup ways-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The real file has octal escapes for blanks. */
const mountLine = (root: string, mountPoint: string, end: string) =>
  `31 23 0:28 ${root} ${mountPoint.replaceAll(' ', '\\040')} rw,relatime shared:9 - ${end}\n`;

const way = (controller: string, mountinfo: string, cgroup: string) =>
  cgroupWay(controller, parseCgroupMounts(mountinfo), parseCgroupMembership(cgroup));

describe('the way up through the cgroups', () => {
  it('leads from the own cgroup to the root in version 2', () => {
    mkdirSync(join(folder, 'system.slice/panel.service'), { recursive: true });
    expect(
      way('memory', mountLine('/', folder, 'cgroup2 cgroup2 rw'), '0::/system.slice/panel.service\n'),
    ).toEqual({
      version: 2,
      folders: [join(folder, 'system.slice/panel.service'), join(folder, 'system.slice'), folder],
    });
  });

  it('uses version 1 for a controller if both are mounted, each from its own tree', () => {
    for (const path of ['memory/a', 'cpu,cpuacct/b', 'unified'])
      mkdirSync(join(folder, path), { recursive: true });
    const mountinfo =
      mountLine('/', join(folder, 'unified'), 'cgroup2 cgroup2 rw') +
      mountLine('/', join(folder, 'memory'), 'cgroup cgroup rw,memory') +
      mountLine('/', join(folder, 'cpu,cpuacct'), 'cgroup cgroup rw,cpu,cpuacct');
    const cgroup = '4:memory:/a\n2:cpu,cpuacct:/b\n1:name=systemd:/c\n0::/\n';
    expect(way('memory', mountinfo, cgroup)?.folders).toEqual([
      join(folder, 'memory/a'),
      join(folder, 'memory'),
    ]);
    expect(way('cpuacct', mountinfo, cgroup)).toEqual({
      version: 1,
      folders: [join(folder, 'cpu,cpuacct/b'), join(folder, 'cpu,cpuacct')],
    });
    expect(way('pids', mountinfo, cgroup)).toEqual({ version: 2, folders: [join(folder, 'unified')] });
  });

  it.each([
    ['the path is that of the host and only a part of the tree is mounted', '/docker/abc', '/docker/abc'],
    ['the path is the root of a namespace', '/', '/'],
    ['the path does not exist below the mount', '/', '/docker/abc'],
    ['the path is not below the mounted part', '/docker/abc', '/'],
    ['the path is outside of the namespace', '/', '/../../system.slice'],
  ])('is the mount itself if %s', (_when, root, path) => {
    expect(way('memory', mountLine(root, folder, 'cgroup2 cgroup rw'), `0::${path}\n`)?.folders).toEqual([
      folder,
    ]);
  });

  it('is none if no cgroups are mounted', () => {
    expect(way('memory', '', '')).toBeNull();
    expect(way('memory', '22 27 0:21 / /proc rw - proc proc rw\n', '4:memory:/\n0::/\n')).toBeNull();
  });
});
