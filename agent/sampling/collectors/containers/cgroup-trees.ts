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

/** The host's tree of control groups for each controller; `null` for one that has none. Those of version 2 are the same. */
export interface CgroupTrees {
  readonly cpu: CgroupTree | null;
  readonly memory: CgroupTree | null;
  readonly pids: CgroupTree | null;
  readonly io: CgroupTree | null;
}

/**
 * The trees below `/sys/fs/cgroup`; `null` when nothing is mounted there. Where both versions are, a controller without a tree of version 1
 * is one of version 2.
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
  /** Below the root of each tree. */
  readonly path: string;
}

/** Deeper than Kubernetes' containers are, and those that a user's own systemd begins, each in a slice of its service's template. */
const MAX_DEPTH = 8;
const MAX_CONTAINERS = 256;
/** So that a host with very many groups does not keep the agent busy. */
const MAX_FOLDERS = 4096;

/** The containers of a tree, in the order of their paths, at most 256. Those in a container belong to that one. */
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
    // A folder without folders has two links, its own and that of its parent; most groups are such, with 50 files to skip.
    if (statSync(folder).nlink === 2) return [];
    const names: string[] = [];
    for (const entry of entriesOf(folder)) if (entry.isDirectory()) names.push(entry.name);
    return names.toSorted();
  } catch {
    // Gone since its parent was read.
    return [];
  }
}
