/** A place where a tree of control groups can be seen. */
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

/**
 * The control groups' mounts in `/proc/<pid>/mountinfo` (proc_pid_mountinfo(5)). A line that is not in its form is left out.
 */
export function parseCgroupMounts(mountinfo: string): CgroupMounts {
  const unified: CgroupMount[] = [];
  const byController = new Map<string, CgroupMount[]>();
  for (const line of mountinfo.split('\n')) {
    // A variable number of optional fields ends with a hyphen.
    const [before, after] = line.split(' - ', 2);
    const [, , , root, folder] = before?.split(' ') ?? [];
    const [type, , options] = after?.split(' ') ?? [];
    if (root === undefined || folder === undefined) continue;
    const mount = { root: unescaped(root), folder: unescaped(folder) };
    if (type === 'cgroup2') unified.push(mount);
    if (type !== 'cgroup') continue;
    for (const option of options?.split(',') ?? []) {
      byController.set(option, [...(byController.get(option) ?? []), mount]);
    }
  }
  return { unified, byController };
}

/** Blanks, tabs, line ends and backslashes stand there as `\` and three octal digits. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_match, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  );
}
