import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf } from '../byte-names.ts';
import type { CgroupMembership } from './membership.ts';
import type { CgroupMount, CgroupMounts } from './mounts.ts';

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
