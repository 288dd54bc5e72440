import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf } from '../../kernel/entries.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import type { Interruptible } from '../../slices.ts';
import { containerOfFolder } from './container-folder.ts';
import type { ContainerIdentity } from './container-folder.ts';

export interface CgroupTree {
  readonly version: 1 | 2;
  readonly root: string;
}

/** The cgroup tree of each controller, `null` if there is none. With version 2 they are all the same tree. */
export interface CgroupTrees {
  readonly cpu: CgroupTree | null;
  readonly memory: CgroupTree | null;
  readonly pids: CgroupTree | null;
  readonly io: CgroupTree | null;
}

/**
 * The trees below `/sys/fs/cgroup`; `null` if nothing is mounted there. With both versions mounted, a controller that has no version 1 tree is
 * in the version 2 tree.
 */
export function cgroupTrees({ sys }: KernelRoots): CgroupTrees | null {
  const root = join(sys, 'fs/cgroup');
  const unifiedRoot = [root, join(root, 'unified')].find((path) =>
    existsSync(join(path, 'cgroup.controllers')),
  );
  const unified: CgroupTree | null = unifiedRoot === undefined ? null : { version: 2, root: unifiedRoot };
  const tree = (...names: string[]): CgroupTree | null => {
    const older =
      unifiedRoot === root
        ? undefined
        : names.map((name) => join(root, name)).find((path) => existsSync(path));
    return older === undefined ? unified : { version: 1, root: older };
  };
  const trees = {
    cpu: tree('cpuacct', 'cpu,cpuacct', 'cpuacct,cpu'),
    memory: tree('memory'),
    pids: tree('pids'),
    io: tree('blkio'),
  };
  return trees.cpu === null && trees.memory === null ? null : trees;
}

export interface FoundContainer extends ContainerIdentity {
  /** Relative to the root of each tree. */
  readonly path: string;
}

/** Enough for Kubernetes, and for containers of a user's own systemd, each in the slice of its service template. */
const MAX_DEPTH = 8;
const MAX_CONTAINERS = 256;
/** Bounds the work on hosts with very many groups. */
const MAX_FOLDERS = 4096;

/** The containers in a tree, in path order, at most 256. Nested containers count as part of the outer one. */
export function* findContainers(root: string): Generator<boolean, FoundContainer[]> {
  const found: FoundContainer[] = [];
  let folderCount = 0;
  function* visit(path: string, parent: string, depth: number): Interruptible {
    for (const name of foldersIn(join(root, path))) {
      folderCount += 1;
      if (found.length >= MAX_CONTAINERS || folderCount > MAX_FOLDERS) return;
      const identity = containerOfFolder(name, parent);
      if (identity !== null) found.push({ ...identity, path: join(path, name) });
      else if (depth < MAX_DEPTH) yield* visit(join(path, name), name, depth + 1);
      yield false;
    }
  }
  yield* visit('', '', 1);
  return found;
}

function foldersIn(folder: string): string[] {
  try {
    // A link count of 2 means no subfolders, which spares listing the 50 files of most groups.
    if (statSync(folder).nlink === 2) return [];
    const names: string[] = [];
    for (const entry of entriesOf(folder)) if (entry.isDirectory()) names.push(entry.name);
    return names.toSorted();
  } catch {
    // Vanished after its parent was read.
    return [];
  }
}
