import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseMountinfo } from '../mountinfo.ts';
import { visibleMounts } from '../visible-mounts.ts';
import { pathOf } from '../text.ts';

/** A process's cgroup in each tree. Paths are bytes (kernel/text.ts). */
export interface CgroupMembership {
  /** In version 2; `null` if it is not mounted. */
  readonly unified: string | null;
  /** In version 1, by controller. */
  readonly byController: ReadonlyMap<string, string>;
}

/** Parses `/proc/<pid>/cgroup` (cgroups(7)), read as `latin1`: lines of `number:controllers:path`, for version 2 `0::path`. */
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

/** A mounted cgroup tree. Paths are bytes (kernel/text.ts). */
export interface CgroupMount {
  /** The cgroup at `folder`: `/`, or another one if only a part of the tree is mounted. */
  readonly root: string;
  readonly folder: string;
}

export interface CgroupMounts {
  /** Version 2 mounts, in mount order. */
  readonly unified: readonly CgroupMount[];
  /** Version 1 mounts, by controller: `memory`, `cpu`, `cpuacct`, `pids`, `blkio`. */
  readonly byController: ReadonlyMap<string, readonly CgroupMount[]>;
}

/** The cgroup mounts in the text of `/proc/<pid>/mountinfo`, read as `latin1`. */
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

/** The folders from a process's own cgroup up to the visible root, in the tree of one controller. */
export interface CgroupWay {
  readonly version: 1 | 2;
  /** From its own to the root; bytes. */
  readonly folders: readonly string[];
}

/**
 * The way up for `controller`; `null` if no tree has it. With both versions mounted, a version 1 controller is not in the version 2 tree.
 *
 * In a container the tree often starts at the container's own cgroup while the path is the host's, or vice versa. A path that is not below the
 * mount therefore stands for the mount's root.
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

/** `path` relative to `root`, with a leading slash or empty; `null` if it is not below. */
function pathBelow(root: string, path: string): string | null {
  // Outside the cgroup namespace.
  if (path.split('/').includes('..')) return null;
  const prefix = root === '/' ? '' : root;
  return path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : null;
}
