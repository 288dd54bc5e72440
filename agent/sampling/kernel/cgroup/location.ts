import { parseMountinfo } from '../mountinfo.ts';
import { visibleMounts } from '../visible-mounts.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf } from '../text.ts';

/** In which control group a process is, in each tree. Paths are bytes (kernel/text.ts). */
export interface CgroupMembership {
  /** Of version 2; `null` where that is not there. */
  readonly unified: string | null;
  /** Of version 1, by controller. */
  readonly byController: ReadonlyMap<string, string>;
}

/** `/proc/<pid>/cgroup` (cgroups(7)): lines of `number:controllers:path`, for version 2 `0::path`; read as `latin1`. */
export function parseCgroupMembership(text: string): CgroupMembership {
  let unified: string | null = null;
  const byController = new Map<string, string>();
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (first < 0 || second < 0) continue;
    const controllers = line.slice(first + 1, second);
    const path = line.slice(second + 1);
    if (controllers === '') unified = path;
    else for (const controller of controllers.split(',')) byController.set(controller, path);
  }
  return { unified, byController };
}

/** A place where a tree of control groups can be seen. Paths are bytes (kernel/text.ts). */
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

/** The folders from a process's own control group up to the root that can be seen, in the tree that has a controller. */
export interface CgroupWay {
  readonly version: 1 | 2;
  /** Its own first, the root last; bytes. */
  readonly folders: readonly string[];
}

/**
 * The way up for `controller`; `null` where no tree has it. Where both versions are mounted, a controller of version 1 is not in
 * the tree of version 2.
 *
 * A container often sees its own group as the root of the tree while the path is that of the host, or the other way round:
 * a path that is not below the mount stands for the mount's root.
 */
export function cgroupWay(
  controller: string,
  mounts: CgroupMounts,
  membership: CgroupMembership,
): CgroupWay | null {
  const path = membership.byController.get(controller);
  const older = mounts.byController.get(controller);
  if (path !== undefined && older !== undefined) return wayBelow(1, older, path);
  return membership.unified === null ? null : wayBelow(2, mounts.unified, membership.unified);
}

function wayBelow(version: 1 | 2, mounts: readonly CgroupMount[], path: string): CgroupWay | null {
  for (const { root, folder } of mounts) {
    const below = pathBelow(root, path);
    if (below === null || !existsSync(pathOf(join(folder, below)))) continue;
    const names = below.split('/').filter((name) => name !== '');
    const folders = names.map((_name, index) => join(folder, ...names.slice(0, names.length - index)));
    return { version, folders: [...folders, folder] };
  }
  const [first] = mounts;
  return first === undefined ? null : { version, folders: [first.folder] };
}

/** `path` from `root` on, beginning with a slash or empty; `null` when it is not below it. */
function pathBelow(root: string, path: string): string | null {
  // A group outside of the namespace.
  if (path.split('/').includes('..')) return null;
  const prefix = root === '/' ? '' : root;
  return path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : null;
}
