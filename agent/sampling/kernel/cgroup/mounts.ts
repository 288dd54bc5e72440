import { parseMountinfo } from '../mountinfo.ts';
import { visibleMounts } from '../visible-mounts.ts';

/** A place where a tree of control groups can be seen. Paths are bytes (byte-names.ts). */
export interface CgroupMount {
  /** Which group of the tree stands at `folder`: `/`, or another where only a part of the tree is shown. */
  readonly root: string;
  readonly folder: string;
}

export interface CgroupMounts {
  /** Of version 2, the first seen first. */
  readonly unified: readonly CgroupMount[];
  /** Of version 1, by controller: `memory`, `cpu`, `cpuacct`, `pids`, `blkio`. */
  readonly byController: ReadonlyMap<string, readonly CgroupMount[]>;
}

/** The control groups' mounts in a text of `/proc/<pid>/mountinfo` that was read as `latin1`. */
export function parseCgroupMounts(mountinfo: string): CgroupMounts {
  const unified: CgroupMount[] = [];
  const byController = new Map<string, CgroupMount[]>();
  for (const { type, root, mountPoint: folder, options } of visibleMounts(parseMountinfo(mountinfo))) {
    const mount = { root, folder };
    if (type === 'cgroup2') unified.push(mount);
    if (type !== 'cgroup') continue;
    for (const option of options) byController.set(option, [...(byController.get(option) ?? []), mount]);
  }
  return { unified, byController };
}
